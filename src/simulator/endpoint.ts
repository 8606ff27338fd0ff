// What an endpoint of the simulated API is, and what all of them need: the asked project, and pages.
import type { JsonObject, JsonValue } from "../common/json.ts"
import type { Grant, Scope } from "./access.ts"
import {
  type Answer,
  badRequest,
  denied,
  internalError,
  jsonText,
  notFound,
  resourceMoved,
} from "./answers.ts"
import type { Project } from "./model.ts"
import type { Organization } from "./organization.ts"
import {
  type Asked,
  type Cursor,
  type HiddenRows,
  keyPage,
  linkHeader,
  numberedPage,
  offsetPage,
  type Page,
  parseCursor,
} from "./paging.ts"
import { organizationSummary } from "./payloads/organization.ts"

/** One request, as an endpoint sees it. */
export interface Call {
  organization: Organization
  grant: Grant
  /** Decoded parts of the path. */
  params: Record<string, string>
  query: URLSearchParams
  /** What was sent; undefined where that is nothing, or no JSON. */
  body: JsonValue | undefined
  /** As it was asked, from `/api/0/` on. */
  path: string
  rawQuery: string
  /** The origin that the server believes it has; `Link` headers carry it. */
  urlPrefix: string
  /** The origin to be used for data. */
  regionUrl: string
  hiddenRows: HiddenRows | undefined
  /** Behave as a server of the 9 series. */
  legacy: boolean
}

export interface Endpoint {
  /** Default: GET, and HEAD with it. */
  method?: "POST" | "PUT" | "DELETE"
  /** The path with its parameters in braces, below `/api/0/`; also the name of its rate limit. */
  template: string
  /** Other paths that lead here. */
  aliases?: string[]
  /** Any one of them suffices; none: any token does. */
  scopes: readonly Scope[]
  /** Routes a server of the 9 series does not have; `template` leaves the aliases. */
  absentInLegacy?: "template" | "all"
  answer(call: Call): Answer
}

/** The project named in the path: 404 absent, 302 renamed, 403 denied. */
export function askedProject(call: Call): Project {
  const { organization, params } = call
  const name = params.project ?? ""
  const project = call.legacy
    ? [...organization.projects.values()].find(({ slug }) => slug === name)
    : organization.projectOf(name)
  if (!project) {
    for (const candidate of organization.projects.values()) {
      if (candidate.formerSlugs.includes(name)) throw movedTo(call, candidate.slug)
    }
    throw notFound()
  }
  if (!mayRead(call, project)) throw denied()
  return project
}

export function mayRead(call: Pick<Call, "grant">, project: Project): boolean {
  const { deniedProjects } = call.grant
  return !deniedProjects.includes(project.slug) && !deniedProjects.includes(project.id)
}

export function organizationOf(call: Call): JsonObject {
  return organizationSummary(call.organization, call.regionUrl)
}

/** `per_page`, at most 100 or 400. */
export function askedPage(call: Call): Asked {
  const limit = wholeNumber(call, "per_page", 100)
  if (limit > 100)
    throw call.legacy ? internalError() : badRequest("Invalid per_page value. Cannot exceed 100.")
  return { cursor: askedCursor(call), limit }
}

/** `limit` of issue lists, which is cut to 100 without a word. */
export function askedLimit(call: Call): Asked {
  const text = call.query.get("limit")
  if (text !== null && !/^-?\d+$/.test(text)) throw badRequest("invalid limit")
  return { cursor: askedCursor(call), limit: Math.max(0, Math.min(100, Number(text ?? 100))) }
}

function wholeNumber(call: Call, name: string, fallback: number): number {
  const text = call.query.get(name)
  if (text === null || text === "") return fallback
  if (/^\d+$/.test(text)) return Number(text)
  throw call.legacy ? internalError() : badRequest(`Invalid ${name} parameter.`)
}

function askedCursor(call: Call): Cursor | undefined {
  try {
    return parseCursor(call.query.get("cursor"))
  } catch (error) {
    throw call.legacy ? internalError() : error
  }
}

/** A page of a list by key, the highest key first. */
export function pageByKey<T>(
  call: Call,
  items: readonly T[],
  keyOf: (item: T) => number,
  asked = askedPage(call),
) {
  return keyPage({ items, hidden: call.hiddenRows }, keyOf, asked)
}

export function pageByNumber<T>(call: Call, items: readonly T[]): Page<T> {
  return numberedPage({ items, hidden: call.hiddenRows }, askedPage(call))
}

export function pageByOffset<T>(call: Call, items: readonly T[]): Page<T> {
  return offsetPage({ items, hidden: call.hiddenRows }, askedPage(call))
}

/** The answer for a page whose items are JSON texts already, or objects to be written out. */
export function pageAnswer(
  call: Call,
  page: Page<string | JsonObject>,
  headers: Record<string, string> = {},
): Answer {
  return jsonText(listText(page.items), { link: linkFor(call, page), ...headers })
}

export function linkFor(call: Call, page: Pick<Page<unknown>, "previous" | "next">): string {
  const query = call.rawQuery
    .split("&")
    .filter((pair) => pair !== "" && !pair.startsWith("cursor="))
    .join("&")
  return linkHeader(`${call.urlPrefix}${call.path}${query ? `?${query}` : ""}`, page)
}

export function mapPage<T, U>(page: Page<T>, write: (item: T) => U): Page<U> {
  return { ...page, items: page.items.map(write) }
}

export function listText(items: readonly (string | JsonObject)[]): string {
  return `[${items.map((item) => (typeof item === "string" ? item : JSON.stringify(item))).join(",")}]`
}

function movedTo(call: Call, slug: string) {
  const old = `/${call.params.org}/${call.params.project}/`
  const path = decodeURI(call.path).replace(old, `/${call.params.org}/${slug}/`)
  return resourceMoved(call.rawQuery ? `${path}?${call.rawQuery}` : path, slug)
}

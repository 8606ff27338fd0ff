// Sentry's API over one organization in memory, as an app that answers requests.
import type { HttpBindings } from "@hono/node-server"
import { type Context, Hono } from "hono"
import type { ContentfulStatusCode, StatusCode } from "hono/utils/http-status"
import { errorText } from "../common/errors.ts"
import { parseJson } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import { systemClock } from "../common/sleep.ts"
import type { Grant, Tokens } from "./access.ts"
import { type Answer, ApiError, denied, internalError, json, noRoute, notFound } from "./answers.ts"
import { type BrokenConnection, breakConnection } from "./broken-connection.ts"
import type { Call, Endpoint } from "./endpoint.ts"
import type { FaultAction, Faults } from "./faults.ts"
import type { Limiter } from "./limits.ts"
import type { Organization } from "./organization.ts"
import type { HiddenRows } from "./paging.ts"
import type { RequestLog } from "./request-log.ts"
import { eventEndpoints } from "./routes/events.ts"
import { issueListEndpoints } from "./routes/issue-lists.ts"
import { issueTagEndpoints } from "./routes/issue-tags.ts"
import { issueEndpoints } from "./routes/issues.ts"
import { organizationEndpoints } from "./routes/organizations.ts"
import { peopleEndpoints } from "./routes/people.ts"
import { projectTagEndpoints } from "./routes/project-tags.ts"
import { projectEndpoints } from "./routes/projects.ts"
import { sentryAppEndpoints } from "./routes/sentry-apps.ts"

export interface AppDeps {
  organization: Organization
  tokens: Tokens
  faults: Faults
  requests: RequestLog
  /** Undefined: no limits and no headers of any, as self-hosted servers have it. */
  limiter: Limiter | undefined
  /** Origin in `Link` headers; asked anew for each request, since the port is known late. */
  urlPrefix: () => string
  regionUrl: () => string
  latencyMs: number
  hiddenRows: HiddenRows | undefined
  legacy: boolean
  log: Logger
}

type Env = { Bindings: HttpBindings }

const endpoints: readonly Endpoint[] = [
  ...organizationEndpoints,
  ...projectEndpoints,
  ...peopleEndpoints,
  ...issueListEndpoints,
  ...issueEndpoints,
  ...issueTagEndpoints,
  ...projectTagEndpoints,
  ...eventEndpoints,
  ...sentryAppEndpoints,
]

export function createSimulatorApp(deps: AppDeps): Hono<Env> {
  const app = new Hono<Env>()
  for (const [path, here] of byPath(deps.legacy)) {
    app.all(honoPath(path), (context) => respond(deps, context, here))
  }
  app.all("*", (context) => respond(deps, context, []))
  return app
}

/** Endpoints of one path differ by method. */
function byPath(legacy: boolean): Map<string, Endpoint[]> {
  const paths = endpoints.flatMap((endpoint) =>
    [endpoint.template, ...(endpoint.aliases ?? [])]
      .filter((path) => !(legacy && isAbsent(endpoint, path)))
      .map((path) => ({ path, endpoint })),
  )
  return new Map(
    [...Map.groupBy(paths, ({ path }) => path)].map(([path, group]) => [
      path,
      group.map(({ endpoint }) => endpoint),
    ]),
  )
}

function isAbsent(endpoint: Endpoint, path: string): boolean {
  return (
    endpoint.absentInLegacy === "all" ||
    (endpoint.absentInLegacy === "template" && path === endpoint.template)
  )
}

function honoPath(template: string): string {
  return `/api/0/${template.replaceAll(/\{(\w+)\}/g, ":$1")}`
}

async function respond(deps: AppDeps, context: Context<Env>, here: readonly Endpoint[]): Promise<Response> {
  const url = context.req.url
  const pathAndQuery = url.slice(url.indexOf("/", url.indexOf("//") + 2))
  const [path = "", ...rest] = pathAndQuery.split("?")
  const rawQuery = rest.join("?")
  const { method } = context.req
  const fault = deps.faults.strike(method, pathAndQuery)
  const outcome = await answerWith(deps, context, { here, path, rawQuery, fault })
  const status = typeof outcome === "string" ? 0 : outcome.answer.status
  const template = here[0]?.template ?? "(no such route)"
  deps.requests.add({ method, path, query: rawQuery, status }, template)
  deps.log.debug({ method, path, query: rawQuery, status }, "Simulated Sentry answered")
  if (typeof outcome === "string") return breakConnection(context.env.outgoing, outcome)
  if (outcome.half) return breakConnection(context.env.outgoing, "half-body", outcome.answer)
  return send(deps, context, outcome.answer)
}

interface Asked {
  /** The endpoints of this path. */
  here: readonly Endpoint[]
  path: string
  rawQuery: string
  fault: FaultAction | undefined
}

/** What to answer, whether to break off in the middle of it, or how to leave the caller without one. */
async function answerWith(
  deps: AppDeps,
  context: Context<Env>,
  asked: Asked,
): Promise<{ answer: Answer; half: boolean } | BrokenConnection> {
  const { fault } = asked
  if (fault === "reset" || fault === "hang") return fault
  if (fault === "html") return { answer: loginPage, half: false }
  if (typeof fault === "object" && "status" in fault) return { answer: faultAnswer(fault), half: false }
  return { answer: await realAnswer(deps, context, asked, delayOf(deps, fault)), half: fault === "half-body" }
}

function delayOf({ latencyMs }: AppDeps, fault: FaultAction | undefined): Promise<void> | undefined {
  if (typeof fault === "object" && "until" in fault) return fault.until
  const ms = latencyMs + (typeof fault === "object" && "delayMs" in fault ? fault.delayMs : 0)
  return ms > 0 ? systemClock.sleep(ms) : undefined
}

async function realAnswer(
  deps: AppDeps,
  context: Context<Env>,
  { here, path, rawQuery }: Pick<Asked, "here" | "path" | "rawQuery">,
  delay: Promise<void> | undefined,
): Promise<Answer> {
  let headers: Record<string, string> = {}
  let leave = () => {}
  try {
    const [first] = here
    if (!first) throw noRoute()
    const grant = deps.tokens.authenticate(context.req.header("authorization"))
    const entry = deps.limiter?.enter(grant.token, first.template, context.req.method)
    if (entry) ({ headers, leave } = entry)
    // Between way in and way out, so that slow requests count as running at the same time.
    await delay
    const params = context.req.param()
    checkOrganization(deps, params.org)
    const { method } = context.req
    const endpoint = here.find((one) => methodOf(one) === (method === "HEAD" ? "GET" : method))
    if (!isGranted(grant, endpoint ?? first)) throw denied()
    if (!endpoint) throw notAllowed(method, here)
    const call: Call = {
      organization: deps.organization,
      grant,
      params,
      query: new URLSearchParams(rawQuery),
      body: parseJson(await context.req.text()),
      path,
      rawQuery,
      urlPrefix: deps.urlPrefix(),
      regionUrl: deps.regionUrl(),
      hiddenRows: deps.hiddenRows,
      legacy: deps.legacy,
    }
    const answer = endpoint.answer(call)
    return { ...answer, headers: { ...answer.headers, ...headers } }
  } catch (error) {
    if (error instanceof ApiError)
      return { ...error.answer, headers: { ...headers, ...error.answer.headers } }
    deps.log.error({ path, query: rawQuery, error: errorText(error) }, "The simulated Sentry failed")
    return internalError().answer
  } finally {
    leave()
  }
}

function checkOrganization(deps: AppDeps, asked: string | undefined): void {
  const { slug, id } = deps.organization
  if (asked !== undefined && asked !== slug && (deps.legacy || asked !== id)) throw notFound()
}

function methodOf({ method }: Endpoint): string {
  return method ?? "GET"
}

function isGranted(grant: Grant, { scopes }: Endpoint): boolean {
  return scopes.length === 0 || scopes.some((scope) => grant.scopes.includes(scope))
}

function notAllowed(method: string, here: readonly Endpoint[]): ApiError {
  const allowed = [...here.map(methodOf), "HEAD", "OPTIONS"]
  const answer = json({ detail: `Method "${method}" not allowed.` }, { allow: allowed.join(", ") })
  return new ApiError({ ...answer, status: 405 })
}

const loginPage: Answer = {
  status: 200,
  text: "<!doctype html><title>Sign in</title><p>Please sign in to continue.",
  headers: { "content-type": "text/html; charset=utf-8" },
}

function faultAnswer(fault: { status: number; body?: unknown; headers?: Record<string, string> }): Answer {
  const { status, body, headers } = fault
  const isText = typeof body === "string"
  return {
    status,
    text: body === undefined ? "" : isText ? body : JSON.stringify(body),
    headers: { "content-type": isText ? "text/html; charset=utf-8" : "application/json", ...headers },
  }
}

function send(deps: AppDeps, context: Context<Env>, { status, text, headers }: Answer): Response {
  const now = deps.organization.clock.now()
  // Clients take the time from here, so it must be the organization's.
  const dated = { ...headers, date: new Date(now).toUTCString() }
  if (text === "") return context.body(null, status as StatusCode, dated) // any status may come without a body
  return context.body(text, status as ContentfulStatusCode, dated) // those that must have no body have the empty text
}

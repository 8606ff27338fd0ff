// Pure: what an answer of Sentry's means. A failure is a value with its reason, never an empty list.
import type { HttpAnswer } from "../common/http-client.ts"
import { isJsonObject, type JsonValue, parseJson } from "../common/json.ts"
import type { RawObject, SourceOutcome } from "../resync/kind.ts"
import type { Route } from "./routes.ts"

export type Answer<T> = { ok: true; value: T } | Failure

export interface Failure {
  ok: false
  why: Why
  outcome: Exclude<SourceOutcome, { state: "complete" }>
  /** Of the answer; undefined where there was none. */
  status: number | undefined
}

/**
 * - `token`: 401, the token is refused everywhere;
 * - `forbidden`: 403, a scope is missing, or the feature is not in the plan;
 * - `missing`: 404 with JSON, the object is not there;
 * - `route-off`: 404 without a body, this server or plan has no such route;
 * - `not-sentry`: a page instead of JSON, the address is wrong or something stands before Sentry;
 * - `bad-request`: 400 and its like; `moved`: a redirect we do not follow; `busy`: 429 to the end;
 * - `server`: 5xx after retries; `no-answer`: no connection after retries; `shape`: JSON that is not what was asked.
 */
export type Why =
  | "token"
  | "forbidden"
  | "missing"
  | "route-off"
  | "not-sentry"
  | "bad-request"
  | "moved"
  | "busy"
  | "server"
  | "no-answer"
  | "shape"

export interface Got {
  body: JsonValue
  link: string | null
  /** How many rows the whole list has, where the server says so; it counts to a thousand. */
  hits?: number | undefined
  /** The request, for sentences: `GET projects/acme/api/issues/`. */
  what: string
}

export function failure(why: Why, reason: string, more: { hint?: string; status?: number } = {}): Failure {
  const state = why === "token" || why === "forbidden" ? "denied" : "failed"
  return {
    ok: false,
    why,
    outcome: { state, reason, ...(more.hint === undefined ? {} : { hint: more.hint }) },
    status: more.status,
  }
}

export function readAnswer(answer: HttpAnswer, route: Route, method = "GET"): Answer<Got> {
  const what = `${method} ${route.path}`
  const { status } = answer
  const body = parseJson(answer.text)
  if (status >= 200 && status < 300) {
    if (body !== undefined) return { ok: true, value: { body, ...readHeaders(answer), what } }
    return failure("not-sentry", `${what} answered ${status} with something that is not JSON`, {
      status,
      hint: wrongAddress,
    })
  }
  const detail = detailText(body)
  const said = `${what} answered ${status}${detail ? `: ${detail}` : ""}`
  if (status === 401) {
    return failure("token", `token refused: ${said}`, { status, hint: tokenHint(body) })
  }
  if (status === 403) return failure("forbidden", said, { status, hint: scopeHint(route) })
  if (status === 404) return notFound(answer.text, body, { said, route })
  if (status === 429) return failure("busy", said, { status })
  if (status >= 500) return failure("server", said, { status })
  if (status >= 300 && status < 400) return failure("moved", said, { status })
  return failure("bad-request", said, { status })
}

function readHeaders({ headers }: HttpAnswer): Pick<Got, "link" | "hits"> {
  const hits = headers.get("x-hits") ?? ""
  return { link: headers.get("link"), hits: /^\d+$/.test(hits) ? Number(hits) : undefined }
}

/** Whether a 400 says that this plan or server lists the issues of one project only. */
export function refusesSeveralProjects(failed: Failure): boolean {
  return failed.status === 400 && /multi.?project|multiple projects/i.test(failed.outcome.reason)
}

/** The rows of a list; a failure where the body is not a list of objects. */
export function rowsOf(got: Got): Answer<RawObject[]> {
  if (Array.isArray(got.body) && got.body.every(isJsonObject)) return { ok: true, value: got.body }
  return failure("shape", `${got.what} answered JSON that is not a list of objects`)
}

/** The object of a detail; a failure where the body is something else. */
export function objectOf(got: Got): Answer<RawObject> {
  if (isJsonObject(got.body)) return { ok: true, value: got.body }
  return failure("shape", `${got.what} answered JSON that is not an object`)
}

const wrongAddress =
  "check the host setting: Sentry's API must answer under <host>/api/0/, with no login page or proxy page before it"

/** Told apart by the body alone: servers send an empty 404 as text/html as well as application/json. */
function notFound(
  text: string,
  body: JsonValue | undefined,
  { said, route }: { said: string; route: Route },
): Failure {
  const status = 404
  if (text.trim() === "" || body === null) {
    return failure("route-off", `${said} without a body: this server or plan has no such route`, { status })
  }
  if (body !== undefined) {
    return failure("missing", said, {
      status,
      ...(namesOnlyTheOrganization(route) ? { hint: wrongSlug } : {}),
    })
  }
  return failure("not-sentry", `${said} with a page that is not Sentry's API`, { status, hint: wrongAddress })
}

const wrongSlug = "check the organization setting: it is the slug in the address of the organization's pages"

function namesOnlyTheOrganization({ template }: Route): boolean {
  return /^organizations\/\{org\}\/([a-z]+\/)?$/.test(template)
}

function scopeHint(route: Route): string {
  return `give the token the scope ${route.scope}, or its owner access to what was asked`
}

/** What Sentry says in the body: `detail` is a text or an object, older 429s are a bare text, forms have lists by field. */
function detailText(body: JsonValue | undefined): string | undefined {
  if (typeof body === "string") return body
  if (!isJsonObject(body)) return undefined
  const { detail } = body
  if (typeof detail === "string") return detail
  if (isJsonObject(detail)) {
    return [detail.message, detail.code].filter((part) => typeof part === "string").join(", ") || undefined
  }
  const fields = Object.entries(body).flatMap(([field, texts]) =>
    Array.isArray(texts) ? [`${field}: ${texts.filter((text) => typeof text === "string").join("; ")}`] : [],
  )
  return fields.join("; ") || undefined
}

function tokenHint(body: JsonValue | undefined): string {
  const detail = isJsonObject(body) ? body.detail : undefined
  const code = isJsonObject(detail) ? detail.code : undefined
  if (code === "sso-required") return "the token's owner must sign in by single sign-on once more"
  if (code === "2fa-required") return "the token's owner must set up two-factor authentication"
  if (code === "member-disabled-over-limit")
    return "the token's owner is disabled: the plan's seats are used up"
  return "check the Sentry token: it may be mistyped, revoked, or of another server"
}

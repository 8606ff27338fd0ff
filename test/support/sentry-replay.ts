// The real Sentry 9.1.2 server of test/fixtures/sentry-real, as far as it was recorded. How a request is matched:
//
// 1. Same method, path and parameters (in any order) and token: the recorded status, headers and body. Hosts in
//    Link headers stay as recorded: another host than this one, as servers behind a proxy have it.
// 2. A list that was recorded, asked for with other parameters: computed from the recorded rows (see
//    sentry-replay-lists.ts). Parameters that server does not read are passed over.
// 3. Any other recorded path with parameters that server does not read: the recorded answer.
// 4. /organizations/{org}/issues/ and /organizations/{org}/tags/…/values/: 500, whatever the parameters.
// 5. A route that server has, with a name it does not know: 404 as JSON. A route it does not have: 404, empty.
// 6. What it would know and nobody recorded: what the test says it is, else 501, and the test asks for more than there is.
import { readFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { createAdaptorServer } from "@hono/node-server"
import { Hono } from "hono"
import { createRequestLog, type LoggedRequest } from "../../src/simulator/request-log.ts"
import { listAnswer, listedIssues } from "./sentry-replay-lists.ts"

const fixtures = new URL("../fixtures/sentry-real/api/", import.meta.url)

export interface Recording {
  name: string
  method: string
  path: string
  /** `token`, `narrowToken`, `memberToken`, a literal token nobody granted, or null for none. */
  token: string | null
  status: number
  headers: Record<string, string>
}

export interface ReplayAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

export interface Recorded {
  recordings: readonly Recording[]
  bodyOf(recording: Recording): string
  /** What was computed under this key before: recordings do not change. */
  once<T>(key: string, compute: () => T): T
}

export interface SentryReplay {
  url: string
  /** Of the organization's owner. */
  token: string
  /** Scopes `org:read` and `project:read` alone; and the token of a member of team `web`. */
  tokens: { narrowToken: string; memberToken: string }
  slug: string
  requests: readonly LoggedRequest[]
  close(): Promise<void>
}

const tokens = {
  token: "replay-token",
  narrowToken: "replay-narrow-token",
  memberToken: "replay-member-token",
}

export interface ReplayOptions {
  /** Answers what that server would know and nobody recorded. */
  unrecorded?: (pathname: string) => ReplayAnswer | undefined
}

export async function startSentryReplay(options: ReplayOptions = {}): Promise<SentryReplay> {
  const recorded = readRecorded()
  const log = createRequestLog()
  const app = new Hono()
  app.all("*", (context) => {
    const { pathname, search } = new URL(context.req.url)
    const found = replay(recorded, {
      method: context.req.method,
      pathname,
      query: new URLSearchParams(search),
      authorization: context.req.header("authorization"),
    })
    const answer = (found.status === 501 && options.unrecorded?.(pathname)) || found
    const { method } = context.req
    log.add({ method, path: pathname, query: search.slice(1), status: answer.status }, pathname)
    return new Response(answer.body, { status: answer.status, headers: answer.headers })
  })
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", resolve)
  })
  const { port } = server.address() as AddressInfo // a server that listens on TCP has such an address
  return {
    url: `http://127.0.0.1:${port}`,
    token: tokens.token,
    tokens: { narrowToken: tokens.narrowToken, memberToken: tokens.memberToken },
    slug: "acme",
    requests: log.requests,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        if ("closeAllConnections" in server) server.closeAllConnections()
      }),
  }
}

export function readRecorded(): Recorded {
  const recordings: Recording[] = JSON.parse(readFileSync(new URL("index.json", fixtures), "utf8"))
  const known = new Map<string, unknown>()
  return {
    recordings,
    bodyOf: ({ name }) => readFileSync(new URL(`${name}.body`, fixtures), "utf8"),
    once<T>(key: string, compute: () => T): T {
      if (!known.has(key)) known.set(key, compute())
      return known.get(key) as T // a key is used by one caller, with one type
    },
  }
}

interface ReplayRequest {
  method: string
  pathname: string
  query: URLSearchParams
  authorization: string | undefined
}

export function replay(recorded: Recorded, request: ReplayRequest): ReplayAnswer {
  const caller = callerOf(recorded, request.authorization)
  if ("refused" in caller) return caller.refused
  const { method, pathname, query } = request
  const exact = recorded
    .once("by request", () => Map.groupBy(recorded.recordings, ({ path }) => requestKey(path)))
    .get(requestKey(`${pathname}?${query}`))
    ?.find((recording) => recording.method === method && recording.token === caller.name)
  if (exact) return recordedAnswer(recorded, exact)
  if (method !== "GET") return json(405, { detail: `Method "${method}" not allowed.` })
  if (caller.name === "narrowToken" && needsMore(pathname)) return named(recorded, "error.scope.members")
  const list = listAnswer(recorded, pathname, query, caller.name)
  if (list) return list
  if (/^\/api\/0\/organizations\/acme\/(issues|tags\/[^/]+\/values)\/$/.test(pathname)) {
    return named(recorded, "organization.issues")
  }
  const samePath = recorded.recordings.find((recording) => isPlainly(recording, pathname))
  if (samePath) return recordedAnswer(recorded, samePath)
  return unrecorded(recorded, pathname)
}

function callerOf(
  recorded: Recorded,
  authorization: string | undefined,
): { name: string } | { refused: ReplayAnswer } {
  const token = /^bearer +(\S+)$/i.exec(authorization ?? "")?.[1]
  if (token === undefined) return { refused: named(recorded, "error.no-token") }
  const known = Object.entries(tokens).find(([, value]) => value === token)
  return known ? { name: known[0] } : { refused: named(recorded, "error.bad-token") }
}

/** Path and parameters, these in one order; some were recorded with their host. */
function requestKey(address: string): string {
  const { pathname, searchParams } = new URL(address, "http://recorded")
  const pairs = [...searchParams].map(([key, value]) => `${key}=${value}`).sort()
  return `${pathname}?${pairs.join("&")}`
}

function isPlainly(recording: Recording, pathname: string): boolean {
  return (
    recording.method === "GET" && recording.token === "token" && requestKey(recording.path) === `${pathname}?`
  )
}

function needsMore(pathname: string): boolean {
  return /\/(members|teams|issues|events|users)\//.test(pathname)
}

/** Rule 5 and 6. A route is one that server has when a path of the same form was recorded with an answer. */
function unrecorded(recorded: Recorded, pathname: string): ReplayAnswer {
  const known = recorded.once("forms of routes", () => routeForms(recorded)).has(formOf(pathname))
  if (!known) return named(recorded, "error.no-route")
  const [, , , kind, first, second] = pathname.split("/")
  const organization = kind === "issues" ? "acme" : first
  if (organization === "globex") return named(recorded, "error.other-org")
  if (organization !== "acme") return named(recorded, "error.no-org")
  const issues = listedIssues(recorded)
  const issueId = kind === "issues" ? first : undefined
  if (issueId !== undefined && !issues.has(issueId)) return named(recorded, "error.no-issue")
  // A row of a list is what was recorded of most issues; the detail has all its members and more.
  const row = issueId === undefined ? undefined : issues.get(issueId)
  if (row && pathname === `/api/0/issues/${issueId}/`) return json(200, row)
  if (kind === "projects" && !namesIn(recorded, "organization.projects").includes(second ?? "")) {
    return named(recorded, "error.no-project")
  }
  if (kind === "teams" && !namesIn(recorded, "ocean.teams.p01").includes(second ?? "")) {
    return named(recorded, "error.no-team")
  }
  return json(501, { detail: `${pathname} was not recorded` })
}

/** The forms of all paths that were recorded with an answer. */
function routeForms(recorded: Recorded): Set<string> {
  const answered = recorded.recordings.filter(
    (recording) => !(recording.status === 404 && recorded.bodyOf(recording) === ""),
  )
  return new Set(answered.map(({ path }) => formOf(new URL(path, "http://recorded").pathname)))
}

function formOf(pathname: string): string {
  return pathname
    .replace(/\/(projects|teams)\/([^/]+)\/[^/]+\//, "/$1/{org}/{name}/")
    .replace(/\/organizations\/[^/]+\//, "/organizations/{org}/")
    .replace(/\/issues\/[^/]+\//, "/issues/{issue}/")
    .replace(/\/(tags|shortids)\/[^/]+\//, "/$1/{key}/")
}

function namesIn(recorded: Recorded, list: string): string[] {
  const rows: { slug: string }[] = JSON.parse(named(recorded, list).body)
  return rows.map(({ slug }) => slug)
}

function named(recorded: Recorded, name: string): ReplayAnswer {
  const found = recorded.recordings.find((recording) => recording.name === name)
  if (!found) throw new Error(`no recording is named ${name}`)
  return recordedAnswer(recorded, found)
}

function recordedAnswer(recorded: Recorded, recording: Recording): ReplayAnswer {
  const { "Content-Length": _length, ...headers } = recording.headers // of bytes as they then were
  return { status: recording.status, headers, body: recorded.bodyOf(recording) }
}

function json(status: number, body: unknown): ReplayAnswer {
  return { status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }
}

// A tiny Sentry on loopback for edge cases: each test writes the answers it needs, and sees what was asked.
import { readFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { createAdaptorServer } from "@hono/node-server"
import { Hono } from "hono"
import type { Dispatcher } from "undici"
import { createHttpClient } from "../../src/common/http-client.ts"
import { createDispatcher } from "../../src/common/http-dispatcher.ts"
import { silentLogger } from "../../src/common/logger.ts"
import { type Clock, systemClock } from "../../src/common/sleep.ts"
import type { RawItem, Reading, SourceOutcome } from "../../src/resync/kind.ts"
import { createSentryClient, type SentryClient } from "../../src/sentry/client.ts"
import { type SentryIntegrationDeps, sentryIntegration } from "../../src/sentry/integration.ts"
import { sentryRetryPolicy } from "../../src/sentry/retry-policy.ts"

export interface FakeSentry extends AsyncDisposable {
  url: string
  /** Path and query of every request, in order. */
  asked: URL[]
  /** How many requests went to paths that match. */
  count(path: RegExp | string): number
  headers: Headers[]
  /** A client of this server, with quick retries. */
  client(options?: FakeOptions): SentryClient
  deps(options?: FakeOptions): SentryIntegrationDeps
}

export interface FakeOptions {
  clock?: Clock
  token?: string
  organization?: string
  keepResolvedForMs?: number
  refusalDeadlineMs?: number
}

/** The paths start at `/api/0`; the organization is `acme`. */
export async function startFakeSentry(describe: (api: Hono) => void): Promise<FakeSentry> {
  const asked: URL[] = []
  const headers: Headers[] = []
  const app = new Hono()
  app.use(async (context, next) => {
    asked.push(new URL(context.req.url))
    headers.push(context.req.raw.headers)
    await next()
  })
  const api = new Hono()
  describe(api)
  app.route("/api/0", api)
  app.notFound(() => new Response(null, { status: 404, headers: { "content-type": "text/html" } }))
  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo // listening on a port, so the address is no pipe's
  const url = `http://127.0.0.1:${port}`
  const connections = createConnections()
  const deps = (options: FakeOptions = {}) => integrationDeps(url, connections, options)
  return {
    url,
    asked,
    headers,
    count: (path) => asked.filter(({ pathname }) => matches(pathname, path)).length,
    client: (options) => createSentryClient(deps(options)),
    deps,
    async [Symbol.asyncDispose]() {
      await connections.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function createConnections(): Dispatcher {
  return createDispatcher({ connections: 8, verifyTls: true, extraCertificates: [], proxy: {} })
}

/** What the integration needs to talk to a Sentry on loopback, with quick retries. */
export function integrationDeps(
  url: string,
  dispatcher: Dispatcher,
  options: FakeOptions = {},
): SentryIntegrationDeps {
  const clock = options.clock ?? systemClock
  return {
    http: createHttpClient({
      peer: "Sentry",
      dispatcher,
      retry: sentryRetryPolicy({ baseMs: 1 }),
      timeoutMs: 10_000,
      log: silentLogger,
      clock,
    }),
    settings: {
      host: url,
      token: options.token ?? "sntryi_test",
      organization: options.organization ?? "acme",
    },
    log: silentLogger,
    clock,
    retryBaseMs: 1,
    version: "1.2.3",
    ...(options.keepResolvedForMs === undefined ? {} : { keepResolvedForMs: options.keepResolvedForMs }),
    ...(options.refusalDeadlineMs === undefined ? {} : { refusalDeadlineMs: options.refusalDeadlineMs }),
  }
}

export function openFakeKind(
  sentry: FakeSentry,
  kind: string,
  selector: Record<string, unknown> = {},
  options: FakeOptions = {},
) {
  return sentryIntegration(sentry.deps(options)).openRun().openKind(kind, selector)
}

function matches(pathname: string, path: RegExp | string): boolean {
  return typeof path === "string" ? pathname === `/api/0/${path}` : path.test(pathname)
}

/** A recorded or written body of `test/fixtures`. */
export function fixtureText(path: string): string {
  return readFileSync(new URL(`../fixtures/${path}`, import.meta.url), "utf8")
}

/** A Link header as Sentry writes it, for the page after `next`, or for the last page. */
export function linkTo(next: string | undefined): string {
  return `<http://internal:9000/x/?cursor=0:0:1>; rel="previous"; results="false"; cursor="0:0:1", <http://internal:9000/x/?cursor=${next ?? "9:9:0"}>; rel="next"; results="${next !== undefined}"; cursor="${next ?? "9:9:0"}"`
}

/** Time that passes only while somebody sleeps. */
export function fakeClock(start = Date.parse("2026-11-20T10:15:00Z")): Clock & { slept: number[] } {
  let now = start
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      slept.push(ms)
      now += ms
    },
  }
}

export const denied = { detail: "You do not have permission to perform this action." }
export const missing = { detail: "The requested resource does not exist" }

/** An issue with what the kinds read; more fields on top. */
export function fakeIssue(id: number, project: { id: string; slug: string }, more: object = {}) {
  return {
    id: String(id),
    title: `Issue ${id}`,
    status: "unresolved",
    lastSeen: "2026-11-20T10:00:00Z",
    project: { id: project.id, slug: project.slug, name: project.slug },
    ...more,
  }
}

/** Everything a reading gives: its items in order, and its ends by part. */
export async function readAll(reading: Reading, signal: AbortSignal = new AbortController().signal) {
  const items: RawItem[] = []
  const ends: Record<string, SourceOutcome> = {}
  for await (const event of reading.read(signal)) {
    if (event.type === "page") items.push(...event.items)
    else ends[event.part] = event.outcome
  }
  return { items, ends, ids: items.map(({ origin }) => origin.id) }
}

/** The organization and its projects, as `api`, `web` and so on; ids are `1`, `2` … */
export function serveProjects(api: Hono, slugs: readonly string[]): { id: string; slug: string }[] {
  const projects = slugs.map((slug, index) => ({ id: String(index + 1), slug, name: slug }))
  api.get("/organizations/acme/", (context) => context.json({ id: "2", slug: "acme", name: "Acme" }))
  api.get("/organizations/acme/projects/", (context) => context.json(projects))
  return projects
}

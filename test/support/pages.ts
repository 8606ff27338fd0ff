// The API of the pages on a loopback port, beside a catalog, and visitors of it with cookies of their own.
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { serve } from "@hono/node-server"
import { Hono } from "hono"
import { onTestFinished } from "vitest"
import { silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { createPages, type PagesDeps } from "../../src/pages/pages.ts"
import { openSessionStore, type Role, type SessionStore } from "../../src/pages/sign-in/session-store.ts"
import { startCatalog } from "./catalog.ts"
import { openTestDatabase } from "./engines.ts"

export interface RunningPages {
  url: string
  /** Of the catalog, which takes the sessions of these pages. */
  catalogUrl: string
  store: SessionStore
  visitor(role: Role, name?: string): Promise<PageVisitor>
}

export interface PageAnswer {
  status: number
  headers: Headers
  body: unknown
}

/** A browser that has signed in: sends its cookie, and says where its requests come from. */
export interface PageVisitor {
  cookie: string
  request(method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<PageAnswer>
}

export async function startPages(
  options: Partial<Omit<PagesDeps, "store">> & { engine?: "sqlite" | "postgres"; now?: () => number } = {},
): Promise<RunningPages> {
  const { engine = "sqlite", now = Date.now, ...deps } = options
  const database = await openTestDatabase(engine)
  const store = await openSessionStore(database, { ...systemClock, now })
  const pages = createPages({
    signInCommand: "ocean-sentry sign-in",
    publicUrl: undefined,
    log: silentLogger,
    clock: { ...systemClock, now },
    ...deps,
    store,
  })
  const catalog = await startCatalog({ database, askVisitor: pages.ask })
  onTestFinished(() => catalog.close()) // and the database with it
  const url = await serveHono(new Hono().route("/integration", pages.routes))

  async function visitor(role: Role, name: string = role): Promise<PageVisitor> {
    const { token } = await store.issueLink({ role, name })
    const answer = await send("POST", `${url}/integration/session`, { token })
    const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? ""
    return {
      cookie,
      request: (method, path, body, headers = {}) =>
        send(method, path, body, { cookie, "sec-fetch-site": "same-origin", ...headers }),
    }
  }

  return { url, catalogUrl: catalog.url, store, visitor }
}

async function serveHono(app: Hono): Promise<string> {
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" })
  if (!server.listening) await once(server, "listening")
  onTestFinished(async () => {
    const closed = once(server, "close")
    server.close()
    if ("closeAllConnections" in server) server.closeAllConnections()
    await closed
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** As a page of this origin would, unless headers say otherwise. */
export async function send(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = { "sec-fetch-site": "same-origin" },
): Promise<PageAnswer> {
  const response = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  }
}

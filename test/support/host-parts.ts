// The parts of a host in this process, with its database; only the processes that it would start are the test's own.
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { onTestFinished } from "vitest"
import { createHttpClient, type HttpClient } from "../../src/common/http-client.ts"
import { createDispatcher } from "../../src/common/http-dispatcher.ts"
import { silentLogger } from "../../src/common/logger.ts"
import { type Clock, systemClock } from "../../src/common/sleep.ts"
import type { Database } from "../../src/database/database.ts"
import type { Child, ChildEnd } from "../../src/host/child.ts"
import type { HostDefaults } from "../../src/host/child-environment.ts"
import { type Installation, InstallationInput, splitSecrets } from "../../src/host/installation.ts"
import { type InstallationStore, openInstallationStore } from "../../src/host/installation-store.ts"
import { askPort } from "../../src/host/port-organizations.ts"
import { createKeyring } from "../../src/host/secrets.ts"
import type { Workers } from "../../src/host/workers.ts"
import { openTestDatabase } from "./engines.ts"

export const hostDefaults: HostDefaults = {
  port: { baseUrl: "http://127.0.0.1:9", clientId: "of the host", clientSecret: "secret" },
  maxBodyBytes: 1_000_000,
  environment: {},
}

/** Closed at the end of the test. */
export async function openHostDatabase(engine: "sqlite" | "postgres" = "sqlite"): Promise<Database> {
  const database = await openTestDatabase(engine)
  onTestFinished(() => database.close())
  return database
}

/** `key`: the byte that its key is made of. */
export async function openHostStore(database: Database, key = 1): Promise<InstallationStore> {
  const keyring = createKeyring(Buffer.alloc(32, key))
  const ask = askPort(loopbackHttp())
  const { port } = hostDefaults
  return await openInstallationStore(database, {
    ...{ keyring, port, ask },
    log: silentLogger,
    clock: hastyClock,
  })
}

/** A Port that tells whose credentials are, by client id; in trouble it answers nothing but 500. */
export async function startPort(organizations: Record<string, string>) {
  const port = { url: "", isInTrouble: false }
  const server = createServer(async (request, response) => {
    if (port.isInTrouble) return response.writeHead(500).end("{}")
    if (request.url === "/v1/auth/access_token") {
      const { clientId } = JSON.parse(await text(request)) as { clientId: string }
      return response.end(JSON.stringify({ ok: true, accessToken: clientId, expiresIn: 10_800 }))
    }
    const id = organizations[String(request.headers.authorization).replace("Bearer ", "")]
    return response.end(JSON.stringify({ ok: true, organization: { id } }))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  port.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on a port
  return port
}

/** Writes an installation as the API does; `written` is laid over what all of them have. */
export async function putInstallation(
  store: InstallationStore,
  id: string,
  written: Record<string, unknown> = {},
): Promise<void> {
  const sentry = { organization: id, token: `token of ${id}`, ...(written.sentry as object | undefined) }
  const input = InstallationInput.parse({ ...written, sentry })
  await store.put({ id, source: "api", ...splitSecrets(input) })
}

export interface StartedChild {
  one: Installation
  work: "resync" | "live"
  isStopped: boolean
  /** A process that was told to stop still does for a moment what it does. */
  isOver: boolean
  finish(end?: Partial<ChildEnd>): void
}

/** Workers whose processes do nothing until the test ends them. `url`: where those for live events listen. */
export function idleWorkers(url = "http://127.0.0.1:9"): { workers: Workers; started: StartedChild[] } {
  const started: StartedChild[] = []
  const workers: Workers = {
    async start(one, work): Promise<Child> {
      const over = Promise.withResolvers<ChildEnd>()
      const finish = (end: Partial<ChildEnd> = {}) =>
        over.resolve({ code: 0, signal: null, isOutOfMemory: false, said: undefined, ran: undefined, ...end })
      const child: StartedChild = { one, work, isStopped: false, isOver: false, finish }
      started.push(child)
      return {
        url: Promise.resolve(url),
        end: over.promise,
        async stop() {
          child.isStopped = true
          await systemClock.sleep(20)
          child.isOver = true
          finish({ code: null, signal: "SIGTERM" })
          return await over.promise
        },
      }
    },
    linesOf: () => [],
    forget: () => undefined,
  }
  return { workers, started }
}

export interface Receiver {
  url: string
  /** Bodies that were taken, in their order. */
  taken: string[]
}

/** Takes webhooks as a process for live events does; `statusOf` says what each is answered. */
export async function startReceiver(
  statusOf: (signature: string, body: string) => number,
): Promise<Receiver> {
  const taken: string[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    if (request.url === "/metrics") return response.end("ocean_sentry_live_events_waiting 0\n")
    const status = statusOf(String(request.headers["sentry-hook-signature"]), body)
    if (status === 200) taken.push(body)
    return response.writeHead(status).end("{}")
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken } // it listens on a port
}

/** As the host's own client for its processes. */
export function loopbackHttp(): HttpClient {
  const dispatcher = createDispatcher({ connections: 20, verifyTls: true, extraCertificates: [], proxy: {} })
  onTestFinished(() => dispatcher.destroy())
  const retry = { retries: 0, baseMs: 0, capMs: 0, statuses: new Set<number>(), waitHeaders: [] }
  return createHttpClient({ peer: "installation", dispatcher, retry, timeoutMs: 20_000, log: silentLogger })
}

/** Does the work until the test ends. */
export function workUntilEnd(work: (signal: AbortSignal) => Promise<void>): void {
  const over = new AbortController()
  const done = work(over.signal)
  onTestFinished(async () => {
    over.abort()
    await done
  })
}

const began = systemClock.now()
const haste = 100

/** A second of it is a hundredth of one. */
export const hastyClock: Clock = {
  now: () => began + (systemClock.now() - began) * haste,
  sleep: (ms, signal) => systemClock.sleep(Math.max(1, ms / haste), signal),
}

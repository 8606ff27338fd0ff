// A catalog on a loopback port, with a database of its own.
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { serve } from "@hono/node-server"
import { type CatalogDeps, createCatalog } from "../../src/catalog/app.ts"
import { ensureCredentials } from "../../src/catalog/credentials.ts"
import { type IngestDeps, openIngest } from "../../src/catalog/ingest/ingest.ts"
import { silentLogger } from "../../src/common/logger.ts"
import { type Database, openDatabase } from "../../src/database/database.ts"
import { createJqPool } from "../../src/mapping/jq-pool.ts"
import { at } from "./engines.ts"

export interface RunningCatalog {
  /** Without a slash at its end; the API is under `/v1`. */
  url: string
  clientId: string
  clientSecret: string
  token(): Promise<string>
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  database: Database
  close(): Promise<void>
}

export interface Answer {
  status: number
  headers: Headers
  body: unknown
}

export type CatalogOptions = Partial<Omit<CatalogDeps, "credentials" | "jq">> & {
  /** Receive and work on the events of webhook data sources, too. */
  ingest?: Pick<IngestDeps, "jq" | "bareKeys">
}

export async function startCatalog(options: CatalogOptions = {}): Promise<RunningCatalog> {
  const database = options.database ?? (await openDatabase(":memory:"))
  const credentials = await ensureCredentials(database)
  const { clientId, clientSecret } = credentials
  const jq = createJqPool({ log: silentLogger }) // starts no engine before somebody asks it
  const app = await createCatalog({ log: silentLogger, ...options, database, credentials, jq })
  const { clock } = options
  const ingest =
    options.ingest &&
    (await openIngest({ database, log: silentLogger, ...options.ingest, ...(clock ? { clock } : {}) }))
  if (ingest) app.route("/", ingest.routes)
  /** Its answers are dated by its own clock, as any server's are. */
  async function answer(...call: Parameters<typeof app.fetch>): Promise<Response> {
    const response = await app.fetch(...call)
    if (clock) response.headers.set("date", new Date(clock.now()).toUTCString())
    return response
  }
  const server = serve({ fetch: answer, port: 0, hostname: "127.0.0.1" })
  if (!server.listening) await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function send(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    }
  }

  async function token(): Promise<string> {
    const { body } = await send("POST", "/v1/auth/access_token", { clientId, clientSecret }, {})
    return String(at(body, "accessToken"))
  }

  return {
    url,
    clientId,
    clientSecret,
    database,
    token,
    async request(method, path, body, headers = {}) {
      return await send(method, path, body, { authorization: `Bearer ${await token()}`, ...headers })
    },
    async close() {
      const closed = once(server, "close")
      server.close()
      if ("closeAllConnections" in server) server.closeAllConnections()
      await closed
      await ingest?.close()
      await jq.close()
      await database.close()
    },
  }
}

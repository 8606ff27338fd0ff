// Webhook data sources for tests: a catalog that works on events, senders that sign, and waiting for what comes of it.
import { createHmac } from "node:crypto"
import { expect, onTestFinished } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { silentLogger } from "../../src/common/logger.ts"
import type { Clock } from "../../src/common/sleep.ts"
import { createJqPool } from "../../src/mapping/jq-pool.ts"
import { type Answer, type RunningCatalog, startCatalog } from "./catalog.ts"
import { at, openTestDatabase } from "./engines.ts"

export interface EventView {
  id: string
  status: string
  headers: Record<string, string>
  body: unknown
  signature: string | null
  error: string | null
  mappings: {
    result: string
    error?: string
    notes?: string[]
    entities: JsonObject[]
    [key: string]: unknown
  }[]
  [key: string]: unknown
}

export interface Hooks {
  catalog: RunningCatalog
  /** Creates a data source, and answers its address. */
  create(body: JsonObject): Promise<string>
  /** Creates a blueprint of text properties, with relations of one target each. */
  blueprint(identifier: string, properties: string[], relations?: Record<string, JsonObject>): Promise<void>
  entity(blueprint: string, identifier: string): Promise<JsonObject | undefined>
  /** The newest event of a data source, when all of them have come to their ends. */
  lastEvent(identifier: string): Promise<EventView>
  events(identifier: string, query?: string): Promise<EventView[]>
}

/** Lives until the end of the test. */
export async function startHooks(
  engine: "sqlite" | "postgres" = "sqlite",
  options: { clock?: Clock; bareKeys?: boolean } = {},
): Promise<Hooks> {
  const jq = createJqPool({ log: silentLogger })
  onTestFinished(() => jq.close())
  const { clock, bareKeys = false } = options
  const catalog = await startCatalog({
    database: await openTestDatabase(engine),
    ingest: { jq, bareKeys },
    ...(clock ? { clock } : {}),
  })
  onTestFinished(() => catalog.close())
  return hooksOn(catalog)
}

export function hooksOn(catalog: Pick<RunningCatalog, "request">): Hooks & { catalog: RunningCatalog } {
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await catalog.request(method, `/v1${path}`, body)
    expect(answer.body, `${method} ${path}`).toMatchObject({ ok: true })
    return answer
  }
  async function events(identifier: string, query = ""): Promise<EventView[]> {
    const { body } = await send("GET", `/webhooks/${identifier}/events${query}`)
    return at(body, "events") as EventView[] // the route's own form
  }
  return {
    catalog: catalog as RunningCatalog,
    events,
    async create(body) {
      return String(
        at((await send("POST", "/webhooks", { title: "A source", ...body })).body, "integration.url"),
      )
    },
    async blueprint(identifier, properties, relations = {}) {
      const schema = { properties: Object.fromEntries(properties.map((name) => [name, { type: "string" }])) }
      await send("POST", "/blueprints", { identifier, title: identifier, schema, relations })
    },
    async entity(blueprint, identifier) {
      const path = `/v1/blueprints/${blueprint}/entities/${encodeURIComponent(identifier)}`
      const answer = await catalog.request("GET", path)
      return answer.status === 404 ? undefined : (at(answer.body, "entity") as JsonObject) // the route's own form
    },
    async lastEvent(identifier) {
      return await untilAnswered(async () => {
        const [last, ...before] = await events(identifier)
        const open = [last, ...before].some((event) => event?.status === "waiting")
        return last && !open ? last : undefined
      })
    },
  }
}

/** Asks until there is an answer; the test's own time bounds it. */
async function untilAnswered<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await ask()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer> | JsonObject,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const raw = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body)
  const response = await fetch(url, {
    method: "POST",
    body: raw,
    headers: { "content-type": "application/json", ...headers },
  })
  return { status: response.status, body: await response.json() }
}

/** As the sender signs: over the bytes. */
export function hmac(secret: string, body: string | Uint8Array, algorithm = "sha256"): string {
  return createHmac(algorithm, secret).update(body).digest("hex")
}

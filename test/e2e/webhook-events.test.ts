// Webhook events through the program: what was accepted is worked on, also by a process that is started after a kill -9.
import { join } from "node:path"
import type { Kysely } from "kysely"
import { expect, it } from "vitest"
import type { CatalogTables } from "../../src/catalog/store/tables.ts"
import { countWaiting, insertEvents } from "../../src/catalog/store/webhook-events.ts"
import { insertWebhook, newWebhook, type WebhookRecord } from "../../src/catalog/store/webhooks.ts"
import type { JsonObject } from "../../src/common/json.ts"
import { openDatabase } from "../../src/database/database.ts"
import type { RunningCatalog } from "../support/catalog.ts"
import { at } from "../support/engines.ts"
import { freshFolder, type RunningProgram, runProgram, startProgram } from "../support/program.ts"
import { hooksOn, post } from "../support/webhooks.ts"

const mapping = (filter: string): JsonObject => ({
  blueprint: "thing",
  filter,
  entity: { identifier: ".body.id", properties: { n: ".body.n" } },
})

it("events that were answered with 202 become entities after a kill -9, in the order in which they came", async () => {
  const folder = freshFolder()
  const first = await startCatalogProgram(folder)
  const hooks = hooksOn(first)
  await hooks.blueprint("thing", ["n"])
  // Never ends by itself, so that the worker is held up until its deadline, which is longer than this test sends.
  const url = await hooks.create({
    identifier: "hook",
    mappings: [mapping("if .body.slow then (0 | until(. < 0; . + 1)) else true end")],
  })
  expect((await post(url, { slow: true })).status).toBe(202)
  const sent = Array.from({ length: 60 }, (_, index) => ({ id: `id-${index % 20}`, n: String(index) }))
  const accepted = await Promise.all(sent.slice(0, 40).map((body) => post(url, body)))
  expect(accepted.map(({ status }) => status)).toEqual(accepted.map(() => 202))
  for (const body of sent.slice(40)) expect((await post(url, body)).status).toBe(202)
  await first.request("PATCH", "/v1/webhooks/hook", { mappings: [mapping(".body.slow | not")] })
  expect((await hooks.events("hook", "?status=done")).length, "the worker is still at the first one").toBe(0)
  first.program.kill("SIGKILL")
  expect(await first.program.end).toMatchObject({ code: null, signal: "SIGKILL" })

  const second = await startCatalogProgram(folder)
  const after = hooksOn(second)
  expect(await after.lastEvent("hook")).toMatchObject({ status: "done" })
  const { body } = await second.request("GET", "/v1/blueprints/thing/entities")
  const entities = at(body, "entities") as { identifier: string; properties: { n: string } }[]
  const found = Object.fromEntries(entities.map(({ identifier, properties }) => [identifier, properties.n]))
  expect(found).toEqual(Object.fromEntries(sent.slice(40).map(({ id, n }) => [id, n])))
  second.program.kill("SIGTERM")
  expect(await second.program.end).toMatchObject({ code: 0 })
})

it("the address that senders are told, and bare keys, are set by options", async () => {
  const catalog = await startCatalogProgram(freshFolder(), [
    "--public-url",
    "https://hooks.example.com",
    "--bare-webhook-paths",
  ])
  const hooks = hooksOn(catalog)
  const url = await hooks.create({ identifier: "hook" })
  expect(url).toMatch(/^https:\/\/hooks\.example\.com\/ingest\//)
  expect((await post(`${catalog.url}/${url.split("/").at(-1)}`, {})).status).toBe(202)
  expect(await hooks.lastEvent("hook")).toMatchObject({ status: "done" })
  catalog.program.kill("SIGTERM")
  expect(await catalog.program.end).toMatchObject({ code: 0 })
})

it("the demo's catalog takes events too, under the settings' names", async () => {
  const program = startProgram(["--port", "0"], {
    env: {
      OCEAN__CATALOG__BARE_WEBHOOK_PATHS: "true",
      OCEAN__CATALOG__PUBLIC_URL: "https://hooks.example.com",
    },
  })
  const [, url = ""] = await program.waitFor(/catalog at (http:\/\/[^\s,]+)/)
  await program.waitFor(/Resync completed/)
  const credentials = startProgram(["catalog", "credentials", "--database", ".ocean-sentry/demo.db"], {
    folder: program.folder,
  })
  const { stdout } = await credentials.end
  const catalog = { ...clientOf(url, stdout), url }
  const hooks = hooksOn(catalog)
  await hooks.blueprint("thing", ["n"])
  const told = await hooks.create({ identifier: "hook", mappings: [mapping("true")] })
  expect(told).toMatch(/^https:\/\/hooks\.example\.com\/ingest\//)
  expect((await post(`${url}/${told.split("/").at(-1)}`, { id: "1", n: "one" })).status).toBe(202)
  expect(await hooks.lastEvent("hook")).toMatchObject({ status: "done" })
  expect(await hooks.entity("thing", "1")).toMatchObject({ properties: { n: "one" } })
  program.kill("SIGTERM")
  expect(await program.end).toMatchObject({ code: 0 })
})

it("a plan works on no events: those that wait stay for the process that runs", async () => {
  const args = ["--once", "--embedded", "--port", "0"]
  const { folder, end } = startProgram(args)
  expect(await end).toMatchObject({ code: 0 })
  const place = join(folder, ".ocean-sentry", "demo.db")
  const waiting = await inDatabase(place, async (db) => {
    const { webhookKey } = await addWebhook(db)
    const event = { webhookKey, receivedAt: Date.now(), headers: {}, query: {}, bytes: Buffer.from("{}") }
    await insertEvents(db, [event])
    return await countWaiting(db)
  })
  expect(waiting).toBe(1)
  expect(await runProgram(["plan"], { folder })).toMatchObject({ code: 0 })
  expect(await inDatabase(place, countWaiting)).toBe(1)
})

async function inDatabase<T>(place: string, work: (db: Kysely<CatalogTables>) => Promise<T>): Promise<T> {
  const database = await openDatabase(place)
  try {
    return await work(database.kysely())
  } finally {
    await database.close()
  }
}

async function addWebhook(db: Kysely<CatalogTables>): Promise<WebhookRecord> {
  const attributes = { title: "A", enabled: true, integrationType: "custom", security: {}, mappings: [] }
  const record = newWebhook("hook", attributes, { actor: "test", now: Date.now() })
  await insertWebhook(db, record)
  return record
}

interface CatalogProgram extends Pick<RunningCatalog, "request"> {
  program: RunningProgram
  url: string
}

async function startCatalogProgram(folder: string, options: string[] = []): Promise<CatalogProgram> {
  const program = startProgram(["catalog", "--port", "0", "--database", "catalog.db", ...options], { folder })
  const [, url = ""] = await program.waitFor(/OCEAN__PORT__BASE_URL=(\S+)\n/)
  return { program, url, ...clientOf(url, program.output()) }
}

/** As `startCatalog` gives it, for a catalog in another process. */
function clientOf(url: string, printed: string): Pick<RunningCatalog, "request"> {
  const clientId = /CLIENT_ID=(\S+)/.exec(printed)?.[1]
  const clientSecret = /CLIENT_SECRET=(\S+)/.exec(printed)?.[1]
  const send = async (method: string, path: string, body: unknown, headers: Record<string, string>) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as unknown }
  }
  return {
    async request(method, path, body, headers = {}) {
      const token = await send("POST", "/v1/auth/access_token", { clientId, clientSecret }, {})
      const authorization = `Bearer ${String(at(token.body, "accessToken"))}`
      return await send(method, path, body, { authorization, ...headers })
    },
  }
}

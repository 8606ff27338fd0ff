import { describe, expect, it, onTestFinished } from "vitest"
import { startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"
import { hmac, hooksOn, post, startHooks } from "../../../test/support/webhooks.ts"
import { silentLogger } from "../../common/logger.ts"
import { systemClock } from "../../common/sleep.ts"
import { createJqPool } from "../../mapping/jq-pool.ts"
import { openIngest } from "./ingest.ts"

const sha256 = { secret: "s3cret", signatureHeaderName: "X-Signature", signatureAlgorithm: "sha256" }
const mapping = {
  blueprint: "thing",
  entity: { identifier: ".body.id", title: ".body.name", properties: { a: ".body.a" } },
}

describe.each(engines)("events of a webhook data source on %s", (engine) => {
  it("are accepted at once and become entities of the data source, merged into those that are there", async () => {
    const { create, blueprint, entity, lastEvent } = await startHooks(engine)
    await blueprint("thing", ["a", "b"])
    const url = await create({ identifier: "hook", mappings: [mapping] })
    expect(await post(url, { id: 7, name: "Seven", a: "one" })).toEqual({ status: 202, body: { ok: true } })
    expect(await lastEvent("hook")).toMatchObject({
      status: "done",
      signature: "unchecked",
      error: null,
      body: { id: 7, name: "Seven", a: "one" },
      mappings: [
        {
          index: 0,
          blueprint: "thing",
          operation: "create",
          result: "applied",
          items: 1,
          entities: [{ identifier: "7", result: "created" }],
        },
      ],
    })
    await create({
      identifier: "second",
      mappings: [{ blueprint: "thing", entity: { identifier: ".body.id", properties: { b: ".body.b" } } }],
    }).then((other) => post(other, { id: "7", b: "two" }))
    expect(await lastEvent("second")).toMatchObject({ mappings: [{ entities: [{ result: "updated" }] }] })
    expect(await entity("thing", "7")).toMatchObject({
      title: "Seven",
      properties: { a: "one", b: "two" },
      createdBy: "webhook/hook",
      updatedBy: "webhook/second",
    })
    await post(url, { id: 7, name: "Seven" })
    await lastEvent("hook")
    expect(await entity("thing", "7"), "a mapped null clears").toMatchObject({
      properties: { a: null, b: "two" },
    })
  })

  it("whose body is no JSON are accepted, kept byte by byte, and told as failed", async () => {
    const { create, blueprint, entity, lastEvent } = await startHooks(engine)
    await blueprint("thing", ["a"])
    const url = await create({ identifier: "hook", security: sha256, mappings: [mapping] })
    for (const body of ["", "a=1", new Uint8Array([0x22, 0xff, 0x22]), new Uint8Array([0x7b, 0x00, 0x7d])]) {
      expect(await post(url, body, { "x-signature": hmac("s3cret", body) })).toMatchObject({ status: 202 })
      expect(await lastEvent("hook")).toMatchObject({
        status: "failed",
        signature: "verified",
        error: "the body is not JSON",
      })
    }
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`
    await post(url, deep, { "x-signature": hmac("s3cret", deep) })
    expect(await lastEvent("hook")).toMatchObject({
      status: "failed",
      mappings: [{ error: expect.stringContaining("nested too deeply") }],
    })
    // Escapes for NUL and for half a letter are JSON, but no text that PostgreSQL could keep.
    const odd = '{"id":"1","name":"a\\u0000b","a":"\\ud800"}'
    await post(url, odd, { "x-signature": hmac("s3cret", odd) })
    expect(await lastEvent("hook")).toMatchObject({
      status: "done",
      mappings: [{ entities: [{ result: "created" }] }],
    })
    expect(await entity("thing", "1")).toMatchObject({ title: "a\uFFFDb", properties: { a: "\uFFFD" } })
  })

  it("are refused where they are too large or nobody's, and dropped while the data source is disabled", async () => {
    const { create, blueprint, entity, events, lastEvent, catalog } = await startHooks(engine)
    await blueprint("thing", ["a"])
    const url = await create({ identifier: "hook", mappings: [mapping] })
    const padded = (size: number) => `{"id":"big","a":"${"x".repeat(size - 19)}"}`
    expect(await post(url, padded(512 * 1024 + 1))).toMatchObject({ status: 413, body: { ok: false } })
    expect(await events("hook")).toEqual([])
    expect(await post(url, padded(512 * 1024))).toMatchObject({ status: 202 })
    expect(await lastEvent("hook")).toMatchObject({ status: "done" })
    expect(await entity("thing", "big")).toBeDefined()
    expect(await post(`${url}x`, "{}")).toMatchObject({
      status: 404,
      body: { ok: false, error: "not_found" },
    })
    expect((await fetch(url)).status).toBe(405)
    await catalog.request("PATCH", "/v1/webhooks/hook", { enabled: false })
    expect(await post(url, { id: "off" })).toMatchObject({ status: 202, body: { ok: true } })
    expect(await lastEvent("hook")).toMatchObject({ status: "dropped", error: "the data source is disabled" })
    expect(await entity("thing", "off")).toBeUndefined()
    await catalog.request("DELETE", "/v1/webhooks/hook")
    expect(await post(url, { id: "gone" })).toMatchObject({ status: 404 })
  })

  it("are shown page by page, newest first, and one by one", async () => {
    const { create, lastEvent, catalog } = await startHooks(engine)
    const url = await create({ identifier: "hook" })
    for (const n of [1, 2, 3]) await post(url, { n })
    await lastEvent("hook")
    const page = async (query: string) => {
      const { body } = await catalog.request("GET", `/v1/webhooks/hook/events${query}`)
      return {
        numbers: (at(body, "events") as { body: { n: number } }[]).map((one) => one.body.n),
        next: at(body, "next"),
      }
    }
    const first = await page("?limit=2")
    expect(first).toEqual({ numbers: [3, 2], next: expect.any(String) })
    expect(await page(`?limit=2&before=${String(first.next)}`)).toEqual({ numbers: [1], next: undefined })
    expect(await catalog.request("GET", `/v1/webhooks/hook/events/${String(first.next)}`)).toMatchObject({
      body: { ok: true, event: { id: first.next, body: { n: 2 }, receivedAt: expect.any(String) } },
    })
    for (const path of ["/999999", "/x"]) {
      expect((await catalog.request("GET", `/v1/webhooks/hook/events${path}`)).status).toBe(404)
    }
    for (const query of ["?limit=0", "?before=x", "?status=odd"]) {
      expect((await catalog.request("GET", `/v1/webhooks/hook/events${query}`)).status).toBe(422)
    }
  })

  it("come to the bare key only where that is wished", async () => {
    const open = await startHooks(engine, { bareKeys: true })
    const closed = await startHooks(engine)
    for (const [{ create, lastEvent }, status] of [
      [open, 202],
      [closed, 404],
    ] as const) {
      const url = await create({ identifier: "hook" })
      const response = await fetch(url.replace("/ingest/", "/"), { method: "POST", body: "{}" })
      expect(response.status).toBe(status)
      if (status === 202) expect(await lastEvent("hook")).toMatchObject({ status: "done" })
    }
  })

  it("are done once and in order though several processes work on them", async () => {
    const { create, blueprint, lastEvent, events, catalog } = await startHooks(engine)
    const jq = createJqPool({ log: silentLogger })
    onTestFinished(() => jq.close())
    const second = await openIngest({ database: catalog.database, jq, log: silentLogger })
    await blueprint("thing", ["a"])
    const url = await create({
      identifier: "hook",
      mappings: [
        mapping,
        {
          blueprint: "thing",
          operation: "delete",
          filter: ".body.last",
          entity: { identifier: ".body.drop" },
        },
      ],
    })
    for (let n = 0; n < 30; n++) await post(url, { id: n % 3, a: String(n) })
    await post(url, { id: 0, a: "end", last: true, drop: "2" })
    await lastEvent("hook")
    await second.close()
    const all = await events("hook", "?limit=100")
    expect(all.map(({ status, attempts }) => ({ status, attempts }))).toEqual(
      all.map(() => ({ status: "done", attempts: 0 })),
    )
    const { body } = await catalog.request("GET", "/v1/blueprints/thing/entities")
    const found = (at(body, "entities") as { identifier: string; properties: { a: string } }[]).map(
      ({ identifier, properties }) => [identifier, properties.a],
    )
    expect(found.sort()).toEqual([
      ["0", "end"],
      ["1", "28"],
    ])
  })
})

it("a worker takes up what one before it accepted and did not come to, in the order in which it came", async () => {
  const database = await openTestDatabase("sqlite")
  onTestFinished(() => database.close())
  const jq = createJqPool({ log: silentLogger })
  const catalog = await startCatalog({
    database: { ...database, close: async () => undefined },
    ingest: { jq },
  })
  const { create, blueprint } = hooksOn(catalog)
  await blueprint("thing", ["a"])
  const url = await create({ identifier: "hook", mappings: [mapping] })
  // A jq that is closed keeps the worker from any work, as a process that is ending would.
  await jq.close()
  for (const a of ["first", "second", "third"]) expect((await post(url, { id: "1", a })).status).toBe(202)
  await catalog.close()

  const fresh = createJqPool({ log: silentLogger })
  onTestFinished(() => fresh.close())
  // Later than any wait for another try.
  const clock = { now: () => Date.now() + 600_000, sleep: systemClock.sleep }
  const next = await startCatalog({ database, ingest: { jq: fresh }, clock })
  onTestFinished(() => next.close())
  const { lastEvent, entity } = hooksOn(next)
  expect(await lastEvent("hook")).toMatchObject({ status: "done" })
  expect(await entity("thing", "1")).toMatchObject({ properties: { a: "third" } })
})

import { afterEach, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"
import { exportCatalog } from "./export.ts"
import { importCatalog } from "./import.ts"

const [first = "sqlite", second = "sqlite"] = engines

describe(`an exported catalog (${first} → ${second} → ${first})`, () => {
  const open: RunningCatalog[] = []
  afterEach(async () => {
    for (const catalog of open.splice(0)) await catalog.close()
  })

  const start = async (engine: (typeof engines)[number]) => {
    const catalog = await startCatalog({ database: await openTestDatabase(engine) })
    open.push(catalog)
    return catalog
  }
  const linesOf = async (catalog: RunningCatalog) => {
    const lines: string[] = []
    await exportCatalog(catalog.database, async (line) => void lines.push(line))
    return lines
  }

  it("is the same again after a way over both engines, and so is all that the routes answer", async () => {
    const source = await start(first)
    await fill(source)
    const lines = await linesOf(source)
    const other = await start(second)
    expect(await importCatalog(other.database, each(lines))).toBe(lines.length - 2)
    expect(await linesOf(other)).toEqual(lines)
    const empty = await openTestDatabase(first)
    await importCatalog(empty, each(await linesOf(other)))
    const back = await startCatalog({ database: empty })
    open.push(back)
    expect(await linesOf(back)).toEqual(lines)
    for (const path of [
      "/blueprints",
      "/blueprints/service/entities",
      "/blueprints/_user/entities",
      "/audit-log",
      "/webhooks",
      "/actions",
      "/organization",
    ]) {
      const [before, after] = [
        await source.request("GET", `/v1${path}`),
        await back.request("GET", `/v1${path}`),
      ]
      expect(portless(after, back), path).toEqual(portless(before, source))
    }
    // What is written afterwards gets numbers of its own.
    const created = await back.request("POST", "/v1/blueprints/service/entities", { identifier: "new" })
    expect(created.status).toBe(201)
  })

  it("brings no credentials along", async () => {
    const source = await start(first)
    const text = (await linesOf(source)).join("\n")
    expect(text).not.toContain(source.clientSecret)
    expect(text).not.toContain(source.clientId)
  })

  it("is taken in whole or not at all, and says which line is wrong", async () => {
    const source = await start(first)
    await fill(source)
    const lines = await linesOf(source)
    const target = await start(second)
    const before = await linesOf(target)
    const at = lines.findIndex((line) => line.includes("catalog_relations"))
    for (const [damage, code] of [
      [lines.slice(0, -1), "backup_damaged"],
      [lines.toSpliced(5, 1), "backup_damaged"],
      [lines.with(4, "{"), "backup_damaged"],
      [lines.with(4, '{"table":"pg_class","row":{}}'), "backup_damaged"],
      [
        lines.with(
          at,
          '{"table":"catalog_relations","row":{"source_id":99,"relation":"r","position":0,"target_id":1}}',
        ),
        "backup_damaged",
      ],
      [lines.with(0, '{"format":"ocean-sentry-catalog","version":2}'), "backup_version"],
      [lines.slice(1), "backup_damaged"],
      [[], "backup_damaged"],
    ] as const) {
      await expect(importCatalog(target.database, each(damage))).rejects.toMatchObject({ code })
      expect(await linesOf(target)).toEqual(before)
    }
  })

  it("is not taken into a catalog that has something already", async () => {
    const source = await start(first)
    const target = await start(second)
    await target.request("POST", "/v1/blueprints", {
      identifier: "mine",
      title: "Mine",
      schema: { properties: {} },
    })
    await expect(importCatalog(target.database, each(await linesOf(source)))).rejects.toMatchObject({
      code: "catalog_not_empty",
    })
  })
})

async function fill(catalog: RunningCatalog): Promise<void> {
  const send = (method: string, path: string, body?: unknown) => catalog.request(method, `/v1${path}`, body)
  await send("POST", "/blueprints", {
    identifier: "service",
    title: "Sérvice",
    schema: {
      properties: {
        z: { type: "string" },
        a: { type: "number" },
        list: { type: "array" },
        o: { type: "object" },
      },
    },
    relations: { next: { target: "service" }, friends: { target: "service", many: true } },
  })
  const entities = Array.from({ length: 15 }, (_, n) => ({
    identifier: `s${n}`,
    title: n % 2 ? null : `Zwölf "${n}"\n🎉`,
    properties: { z: "z", a: n / 3, list: [1, "1", null, { b: 1, a: 2 }], o: { y: 1, x: { deep: true } } },
    relations: { next: n > 0 ? "s0" : null, friends: n > 2 ? ["s2", "s1"] : [] },
  }))
  expect(await send("POST", "/blueprints/service/entities/bulk?upsert=true", { entities })).toMatchObject({
    status: 200,
  })
  await send("DELETE", "/blueprints/service/entities/s5") // numbers with a gap
  await send("POST", "/teams", { name: "core" })
  await send("POST", "/users/invite", { invitee: { email: "a@example.com", teams: ["core"] } })
  await send("POST", "/actions", { identifier: "do", title: "Do" })
  await send("PATCH", "/organization", { name: "Our own" })
  await send("POST", "/webhooks", {
    identifier: "w",
    title: "W",
    enabled: true,
    mappings: [],
    security: { secret: "s" },
  })
  await send("POST", "/integration", { installationId: "i", config: { z: 1, a: 2 } })
}

async function* each(lines: readonly string[]): AsyncIterable<string> {
  yield* lines
}

/** Each catalog answers on a port of its own. */
function portless(answer: unknown, catalog: RunningCatalog): unknown {
  return JSON.parse(JSON.stringify(at(answer, "body")).replaceAll(catalog.url, ""))
}

// The index over properties: what is asked of it, and that it follows whatever happens to the entities.
import { sql } from "kysely"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"
import type { JsonObject } from "../../common/json.ts"
import { unwrap } from "../api-error.ts"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import { parseQuery } from "../search/query.ts"
import { contentMatch } from "./content-match.ts"

const bare = { mirrorProperties: {}, calculationProperties: {}, aggregationProperties: {} }
const team: BlueprintDefinition = {
  ...bare,
  identifier: "team",
  title: "Team",
  schema: { properties: { tier: { type: "string" } }, required: [] },
  relations: {},
}
const service: BlueprintDefinition = {
  ...bare,
  identifier: "service",
  title: "Service",
  schema: { properties: { tags: { type: "array" }, note: { type: "string" } }, required: [] },
  relations: { owner: { target: "team", required: false, many: false } },
  mirrorProperties: { tier: { path: "owner.tier" } },
}

describe("what the index is asked for", () => {
  const blueprints = [team, service]
  const words = (rules: JsonObject[], combinator = "and", within?: BlueprintDefinition) => {
    const query = unwrap(parseQuery({ combinator, rules }, { root: "query" }))
    return contentMatch(query, { blueprints, ...(within ? { within } : {}) })?.match(/"\w+"/g)?.length
  }
  const equal = (property: string, value: JsonObject[string]) => ({ property, operator: "=", value })

  it.each([
    ["equality", [equal("note", "a")], 1],
    ["equality of an instant, which has other spellings", [equal("note", "2026-01-01T00:00:00Z")], 2],
    ["one of several", [{ property: "note", operator: "in", value: ["a", 1, true] }], 3],
    ["an element of a list", [{ property: "tags", operator: "contains", value: "a" }], 1],
    ["a blueprint", [equal("$blueprint", "team")], 1],
    ["a mirror, or any entity of its blueprint", [equal("tier", "one")], 2],
  ])("%s", (_, rules, count) => expect(words(rules)).toBe(count))

  it.each([
    ["null", [equal("note", null)]],
    ["null among others", [{ property: "note", operator: "in", value: ["a", null] }]],
    ["what is not so", [{ property: "note", operator: "!=", value: "a" }]],
    ["a part of a text", [{ property: "note", operator: "contains", value: "a" }]],
    ["a part of a blueprint's name", [{ property: "$blueprint", operator: "contains", value: "ea" }]],
    ["an order", [{ property: "note", operator: ">", value: 1 }]],
    [
      "more than is worth it",
      [{ property: "note", operator: "in", value: Array.from({ length: 300 }, String) }],
    ],
    ["nothing", []],
  ])("not %s", (_, rules) => expect(words(rules)).toBeUndefined())

  it("all that is known of what must hold together, and nothing where one of several ways is unknown", () => {
    const unknown = { property: "note", operator: "!=", value: "a" }
    expect(words([equal("note", "a"), equal("tags", "b"), unknown])).toBe(2)
    expect(words([equal("note", "a"), equal("tags", "b")], "or")).toBe(2)
    expect(words([equal("note", "a"), unknown], "or")).toBeUndefined()
    expect(words([equal("note", "a")], "and", service)).toBe(2)
  })
})

describe.each(engines)("a search by a property on %s", (engine) => {
  let catalog: RunningCatalog
  beforeAll(async () => {
    catalog = await startCatalog({ database: await openTestDatabase(engine) })
  })
  afterAll(() => catalog.close())

  const send = async (method: string, path: string, body?: unknown) => {
    const answer = await catalog.request(method, `/v1${path}`, body)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    return answer.body
  }
  const found = async (property: string, value: unknown) => {
    const query = { combinator: "and", rules: [{ property, operator: "=", value }] }
    const entities = at(await send("POST", "/entities/search", query), "entities") as { identifier: string }[]
    return entities.map(({ identifier }) => identifier)
  }

  it("follows every way in which entities change", async () => {
    const properties = { note: { type: "string" }, seen: { type: "string", format: "date-time" } }
    await send("POST", "/blueprints", { identifier: "thing", title: "Thing", schema: { properties } })
    const path = "/blueprints/thing/entities"
    const entities = ["a", "b", "c"].map((note) => ({ identifier: note, properties: { note } }))
    await send("POST", `${path}/bulk`, { entities })
    expect(await found("note", "b")).toEqual(["b"])
    await send("PATCH", `${path}/b`, { properties: { note: "z", seen: "2026-01-01T01:00:00+01:00" } })
    expect([await found("note", "b"), await found("note", "z")]).toEqual([[], ["b"]])
    expect(await found("seen", "2026-01-01T00:00:00Z")).toEqual(["b"])
    await send("PATCH", `${path}/b`, { identifier: "bb" })
    expect(await found("note", "z")).toEqual(["bb"])

    await send("PATCH", "/blueprints/thing/properties/note/rename", { newPropertyName: "remark" })
    expect([await found("note", "z"), await found("remark", "z")]).toEqual([[], ["bb"]])
    await send("PUT", "/blueprints/thing", {
      identifier: "object",
      title: "Object",
      schema: { properties: { remark: { type: "string" } } },
    })
    expect([await found("$blueprint", "thing"), await found("$blueprint", "object")]).toEqual([
      [],
      ["a", "bb", "c"],
    ])
    expect(await found("seen", "2026-01-01T00:00:00Z")).toEqual([])
    await send("DELETE", "/blueprints/object/entities/a")
    expect(await found("remark", "a")).toEqual([])
    await send("DELETE", "/blueprints/object/all-entities")
    expect(await found("remark", "c")).toEqual([])
    if (engine === "sqlite") {
      const left = sql`select rowid from catalog_entity_words(${'"nothing" OR "0000000000"'})`
      expect((await left.execute(catalog.database.kysely())).rows).toEqual([])
    }
  })

  it("finds entities by a part of their blueprint's name", async () => {
    await send("POST", "/blueprints", { identifier: "partlyNamed", title: "T", schema: { properties: {} } })
    await send("POST", "/blueprints/partlyNamed/entities", { identifier: "p" })
    const rules = [{ property: "$blueprint", operator: "contains", value: "lyNam" }]
    const answer = await send("POST", "/entities/search", { combinator: "and", rules })
    expect(at(answer, "entities.0.identifier")).toBe("p")
  })

  it("does not read all entities of a large blueprint", async () => {
    if (engine !== "sqlite") return
    const { rows } = await sql<{ detail: string }>`explain query plan
      select catalog_entities.* from catalog_entity_words('"a"') as candidate cross join catalog_entities
      where catalog_entities.id = candidate.rowid and candidate.rowid > 0 order by candidate.rowid limit 10`.execute(
      catalog.database.kysely(),
    )
    expect(rows.map(({ detail }) => detail).join("\n")).not.toMatch(/SCAN catalog_entities|TEMP B-TREE/)
  })
})

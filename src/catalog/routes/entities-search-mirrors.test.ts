import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"

const early = "2026-01-01T00:00:00.000Z"

describe.each(engines)("search by mirror properties on %s", (engine) => {
  let catalog: RunningCatalog

  beforeAll(async () => {
    catalog = await startCatalog({ database: await openTestDatabase(engine) })
    const properties = {
      n: { type: "number" },
      text: { type: "string" },
      when: { type: "string", format: "date-time" },
      tags: { type: "array", items: { type: "string" } },
    }
    await must("/v1/blueprints", { identifier: "end", title: "End", schema: { properties } })
    await must("/v1/blueprints", {
      identifier: "middle",
      title: "Middle",
      schema: { properties: { far: { type: "string" } } },
      relations: { end: { target: "end" } },
    })
    await must("/v1/blueprints", {
      identifier: "start",
      title: "Start",
      schema: { properties: {} },
      relations: { middle: { target: "middle" }, ends: { target: "end", many: true } },
      mirrorProperties: {
        n: { path: "middle.end.n" },
        far: { path: "middle.end.text" },
        when: { path: "middle.end.when" },
        tags: { path: "middle.end.tags" },
        name: { path: "middle.$title" },
        texts: { path: "ends.text" },
      },
    })
    await put("end", { identifier: "e1", properties: { n: 1, text: "one", when: early, tags: ["x", "y"] } })
    await put("end", { identifier: "e2", properties: { n: 2, text: "two" } })
    await put("middle", { identifier: "m1", title: "First", relations: { end: "e1" } })
    await put("middle", { identifier: "m2", relations: { end: "e2" }, properties: { far: "one" } })
    await put("start", { identifier: "s1", relations: { middle: "m1", ends: ["e1", "e2"] } })
    await put("start", { identifier: "s2", relations: { middle: "m2", ends: ["e2"] } })
    await put("start", { identifier: "s3" })
  })
  afterAll(() => catalog.close())

  async function must(path: string, body: unknown): Promise<void> {
    const answer = await catalog.request("POST", path, body)
    if (answer.status > 201) throw new Error(JSON.stringify(answer.body))
  }
  const put = (blueprint: string, body: object) => must(`/v1/blueprints/${blueprint}/entities`, body)

  async function find(property: string, operator: string, value?: unknown): Promise<unknown> {
    const rule = value === undefined ? { property, operator } : { property, operator, value }
    const own = { property: "$blueprint", operator: "in", value: ["start", "middle"] }
    const { body } = await catalog.request("POST", "/v1/entities/search", {
      combinator: "and",
      rules: [own, rule],
    })
    const entities = at(body, "entities")
    return Array.isArray(entities) ? entities.map((entity) => at(entity, "identifier")) : body
  }

  it.each([
    ["a number", "n", "=", 1, ["s1"]],
    ["a comparison", "n", ">", 1, ["s2"]],
    ["a text", "far", "contains", "tw", ["s2"]],
    ["one of several", "n", "in", [1, 2], ["s1", "s2"]],
    ["the same instant", "when", "=", "2026-01-01T01:00:00+01:00", ["s1"]],
    ["an element of a list", "tags", "contains", "y", ["s1"]],
    ["a title", "name", "beginsWith", "Fir", ["s1"]],
    ["an element over a many relation", "texts", "contains", "one", ["s1"]],
    ["any element over a many relation", "texts", "containsAny", ["two", "three"], ["s1", "s2"]],
  ])("finds by %s", async (_, property, operator, value, expected) => {
    expect(await find(property, operator, value)).toEqual(expected)
  })

  it("takes a path that ends early for null, as an empty value and in negative operators", async () => {
    expect(await find("n", "isNotEmpty")).toEqual(["s1", "s2"])
    expect(await find("when", "isEmpty")).toEqual(["m1", "m2", "s2", "s3"])
    expect(await find("name", "!=", "First")).toEqual(["m1", "m2", "s2", "s3"])
  })

  it("finds by inherited teams, and by their absence", async () => {
    for (const identifier of ["core", "web"]) await put("_team", { identifier })
    const squad = { title: "Squad", ownership: { type: "Direct" }, schema: { properties: {} } }
    await must("/v1/blueprints", { identifier: "squad", ...squad })
    await must("/v1/blueprints", {
      identifier: "owned",
      title: "Owned",
      ownership: { type: "Inherited", path: "squad" },
      schema: { properties: {} },
      relations: { squad: { target: "squad" } },
    })
    await put("squad", { identifier: "q", team: ["core"] })
    await put("owned", { identifier: "o1", relations: { squad: "q" } })
    await put("owned", { identifier: "o2" })
    const search = async (rule: object) => {
      const query = { combinator: "and", rules: [{ property: "$team", ...rule }] }
      const { body } = await catalog.request("POST", "/v1/blueprints/owned/entities/search", { query })
      return (at(body, "entities") as unknown[]).map((entity) => at(entity, "identifier"))
    }
    expect(await search({ operator: "in", value: ["core"] })).toEqual(["o1"])
    expect(await search({ operator: "in", value: ["web"] })).toEqual([])
    expect(await search({ operator: "isEmpty" })).toEqual(["o2"])
  })

  it("asks the stored value of a blueprint where the same name is a property", async () => {
    expect(await find("far", "=", "one")).toEqual(["m2", "s1"])
  })
})

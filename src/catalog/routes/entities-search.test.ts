import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"

describe.each(engines)("the two search routes on %s", (engine) => {
  let catalog: RunningCatalog

  beforeAll(async () => {
    catalog = await startCatalog({ database: await openTestDatabase(engine) })
    const schema = {
      properties: {
        n: { type: "number" },
        text: { type: "string" },
        time: { type: "string", format: "date-time" },
        words: { type: "array" },
        "odd-name@1": { type: "string" },
      },
    }
    await catalog.request("POST", "/v1/blueprints", {
      identifier: "thing",
      title: "Thing",
      schema,
      relations: { next: { target: "thing" } },
    })
    await catalog.request("POST", "/v1/blueprints", { identifier: "other", title: "Other", schema })
    for (let start = 0; start < 60; start += 20) {
      const entities = Array.from({ length: 20 }, (_, index) => ({
        identifier: `t${start + index}`,
        properties: { n: start + index },
      }))
      await catalog.request("POST", "/v1/blueprints/thing/entities/bulk", { entities })
    }
    await add({
      identifier: "x",
      properties: {
        text: "50%_\\'\"ü🙂",
        time: "2026-03-10T09:00:00+01:00",
        words: [1, "1", true, "ü"],
        "odd-name@1": "o",
      },
      relations: { next: "t1" },
    })
  })
  afterAll(() => catalog.close())

  const add = (body: object) => catalog.request("POST", "/v1/blueprints/thing/entities", body)
  const rule = (property: string, operator: string, value?: unknown) => ({
    property,
    operator,
    ...(value === undefined ? {} : { value }),
  })
  const inThing = (body: object) => catalog.request("POST", "/v1/blueprints/thing/entities/search", body)
  const find = async (...rules: object[]) => {
    const { body } = await inThing({ query: { combinator: "and", rules }, limit: 1000 })
    const entities = at(body, "entities")
    if (!Array.isArray(entities)) throw new Error(JSON.stringify(body))
    return entities.map((entity) => String(at(entity, "identifier")))
  }

  it("page through one blueprint in an order of its own, nothing last, and count it", async () => {
    const { body: first } = await inThing({ sort: { property: "n", order: "desc" }, limit: 40, count: true })
    expect(at(first, "total")).toBe(61)
    const { body: second } = await inThing({
      sort: { property: "n", order: "desc" },
      limit: 40,
      from: at(first, "next"),
    })
    const names = [first, second].flatMap((body) => at(body, "entities") as { identifier: string }[])
    expect(names.map(({ identifier }) => identifier)).toEqual([
      ...Array.from({ length: 60 }, (_, index) => `t${59 - index}`),
      "x",
    ])
    expect(at(second, "next")).toBeUndefined()

    const { body: byName } = await inThing({ sort: { property: "$identifier" }, limit: 3 })
    expect((at(byName, "entities") as { identifier: string }[]).map(({ identifier }) => identifier)).toEqual([
      "t0",
      "t1",
      "t10",
    ])
    const query = { combinator: "and", rules: [rule("n", "<", 5)] }
    expect(at((await inThing({ query, sort: { property: "time" }, count: true })).body, "total")).toBe(5)
  })

  it.each(["words", "next", "gone", "$team"])("refuse to put in order by %s", async (property) => {
    const { status, body } = await inThing({ sort: { property } })
    expect(status).toBe(422)
    expect(at(body, "message")).toContain(`not "${property}"`)
  })

  it("page through one blueprint, each entity once, whatever happens in between", async () => {
    const seen: string[] = []
    let from: unknown
    for (let pages = 0; pages < 20; pages++) {
      const query = { combinator: "and", rules: [rule("n", ">=", 0)] }
      const { body } = await inThing({
        query,
        limit: 25,
        include: ["$identifier"],
        ...(from === undefined ? {} : { from }),
      })
      seen.push(...(at(body, "entities") as { identifier: string }[]).map((entity) => entity.identifier))
      from = at(body, "next")
      if (from === undefined) break
      await catalog.request("DELETE", `/v1/blueprints/thing/entities/${seen[0]}`)
      await add({ identifier: seen[0], properties: { n: -1 } })
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => `t${index}`))
    expect(await inThing({ from: "nonsense" })).toMatchObject({
      status: 422,
      body: { error: "invalid_request" },
    })
  })

  it("answer 200 entities unless told otherwise, and no next after the last", async () => {
    const { body } = await inThing({})
    expect(at(body, "entities")).toHaveLength(61)
    expect(body).not.toHaveProperty("next")
    expect(await inThing({ limit: 61 })).not.toHaveProperty("body.next")
    expect(await inThing({ unknown: 1 })).toMatchObject({ status: 422 })
  })

  it("show only the fields asked for, in each route's own spelling", async () => {
    const query = { combinator: "and", rules: [rule("$identifier", "=", "x")] }
    const one = await inThing({ query, include: ["$identifier", "text", "next"] })
    expect(at(one.body, "entities")).toEqual([
      { identifier: "x", properties: { text: "50%_\\'\"ü🙂" }, relations: { next: "t1" } },
    ])
    const all = await catalog.request(
      "POST",
      "/v1/entities/search?include=blueprint&include=identifier&exclude_calculated_properties=true",
      query,
    )
    expect(all.body).toEqual({
      ok: true,
      matchingBlueprints: ["thing"],
      entities: [{ blueprint: "thing", identifier: "x" }],
    })
  })

  it("take letters as letters, never as patterns or SQL", async () => {
    for (const part of ["50%", "%_", "\\'", "'\"", "ü🙂", "🙂", ""]) {
      expect(await find(rule("text", "contains", part)), part).toEqual(["x"])
    }
    expect(await find(rule("text", "contains", "5_"))).toEqual([])
    expect(await find(rule("text", "beginsWith", "50%_"))).toEqual(["x"])
    expect(await find(rule("text", "endsWith", "🙂"))).toEqual(["x"])
    expect(await find(rule("text", "endsWith", "x50%_\\'\"ü🙂"))).toEqual([])
    expect(await find(rule("text", "beginsWith", ""))).toEqual(["x"])
    expect(await find(rule("odd-name@1", "=", "o"))).toEqual(["x"])
    expect(await find(rule("'; drop table catalog_entities; --", "isNotEmpty"))).toEqual([])
    expect(await find(rule('a"b', "isEmpty"), rule("$identifier", "=", "x"))).toEqual(["x"])
  })

  it("take types as types: no text is a number, no number a boolean", async () => {
    expect(await find(rule("n", "=", "5"))).toEqual([])
    expect(await find(rule("n", "=", 5))).toEqual(["t5"])
    expect(await find(rule("n", "in", [5, "6", 7, null]), rule("$identifier", "beginsWith", "t"))).toEqual([
      "t5",
      "t7",
    ])
    expect(await find(rule("words", "contains", "1"))).toEqual(["x"])
    expect(await find(rule("words", "containsAny", [true]))).toEqual(["x"])
    expect(await find(rule("words", "containsAny", [false, "2"]))).toEqual([])
    expect(await find(rule("words", "contains", ["1", "ü"]))).toEqual(["x"])
    expect(await find(rule("words", "contains", ["1", "v"]))).toEqual([])
    expect(await find(rule("text", ">", 1))).toEqual([])
  })

  it("compare times as instants, whatever their offset", async () => {
    expect(await find(rule("time", "=", "2026-03-10T08:00:00.000Z"))).toEqual(["x"])
    expect(await find(rule("time", "<", "2026-03-10T08:30:00Z"))).toEqual(["x"])
    expect(
      await find(rule("time", "between", { from: "2026-03-10T08:00:00Z", to: "2026-03-10T08:00:00Z" })),
    ).toEqual(["x"])
    expect(
      await find(rule("time", "notBetween", { from: "2026-03-10T08:00:00Z", to: "2026-03-10T08:00:00Z" })),
    ).toEqual([])
    expect(await find(rule("time", "=", { preset: "lastDay" }))).toEqual([])
    expect(await find(rule("time", "!=", { preset: "lastDay" }))).toHaveLength(61)
  })

  it("see nobody behind a machine's token", async () => {
    const user = { context: "user", property: "$email" }
    const teams = { context: "userTeams", property: "$identifier" }
    expect(await find(rule("text", "=", user), rule("$identifier", "=", "x"))).toEqual([])
    expect(await find(rule("$team", "containsAny", teams))).toEqual([])
    expect(await find(rule("$team", "in", ["My Teams"]))).toEqual([])
    expect(await find({ property: user, operator: "=", value: "a" })).toEqual([])
  })

  it("find nothing for a contains of null, which is what a mapping without a value sends", async () => {
    expect(await find(rule("text", "contains", null))).toEqual([])
    expect(await find(rule("words", "contains", null))).toEqual([])
  })

  it("take as many rules as a client sends at once, and say when it is too many", async () => {
    const pair = (index: number) => ({
      combinator: "and",
      rules: [rule("$identifier", "=", `t${index}`), rule("$blueprint", "=", "thing")],
    })
    const query = (count: number) => ({
      combinator: "or",
      rules: Array.from({ length: count }, (_, index) => pair(index)),
    })
    const { body } = await catalog.request("POST", "/v1/entities/search?include=identifier", query(1300))
    expect(at(body, "entities")).toHaveLength(60)
    const worst = { combinator: "and", rules: Array.from({ length: 4000 }, () => rule("n", "<", 1e9)) }
    expect((await catalog.request("POST", "/v1/entities/search?include=identifier", worst)).status).toBe(200)
    expect(await catalog.request("POST", "/v1/entities/search", query(4000))).toMatchObject({
      status: 422,
      body: { error: "invalid_request" },
    })
    let deep: object = { combinator: "and", rules: [] }
    for (let level = 0; level < 60; level++) deep = { combinator: "or", rules: [deep] }
    expect(await catalog.request("POST", "/v1/entities/search", deep)).toMatchObject({ status: 422 })
  })

  it("refuse a calculated property, whose values are not stored, rather than take it for null", async () => {
    const calculation = { calculation: ".properties.x", type: "string" }
    await catalog.request("POST", "/v1/blueprints", {
      identifier: "sums",
      title: "S",
      schema: { properties: {} },
      relations: { to: { target: "sums" } },
      mirrorProperties: { theirSum: { path: "to.sum" } },
      calculationProperties: { sum: calculation, text: calculation },
    })
    const query = (property: string) => ({
      combinator: "and",
      rules: [{ combinator: "or", rules: [rule(property, "=", 1)] }],
    })
    const global = (property: string) => catalog.request("POST", "/v1/entities/search", query(property))
    const refused = { status: 422, body: { error: "invalid_request" } }
    expect(await global("sum")).toMatchObject(refused)
    expect(await global("theirSum")).toMatchObject(refused)
    expect(await global("text")).toMatchObject({ status: 200 })
    const local = { query: query("text") }
    expect(await catalog.request("POST", "/v1/blueprints/sums/entities/search", local)).toMatchObject(refused)
    const byIt = { identifier: query("sum") }
    expect(await catalog.request("POST", "/v1/blueprints/sums/entities", byIt)).toMatchObject({ status: 422 })
  })

  it.each([
    ["a missing value", rule("n", "=")],
    ["a list where one value belongs", rule("n", "=", ["a"])],
    ["one value where a list belongs", rule("n", "in", "a")],
    ["a number to look for in a text", rule("text", "contains", 5)],
    ["a comparison with a word", rule("n", ">", "many")],
    ["an unknown preset", rule("time", "between", { preset: "lastCentury" })],
    ["half a range", rule("time", "between", { from: "2026-01-01T00:00:00Z" })],
    ["no property", { operator: "=", value: 1 }],
    ["no operator", { property: "n", value: 1 }],
    ["a rule that is none", "n"],
    [
      "a property schema with a wrong operator",
      { propertySchema: { type: "string" }, operator: ">", value: 1 },
    ],
  ])("refuse %s with 422", async (_, wrong) => {
    const query = { combinator: "and", rules: [wrong] }
    expect(await catalog.request("POST", "/v1/entities/search", query)).toMatchObject({
      status: 422,
      body: { ok: false, error: "invalid_request" },
    })
  })
})

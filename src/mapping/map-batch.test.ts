import { afterAll, describe, expect, it } from "vitest"
import type { JsonObject, JsonValue } from "../common/json.ts"
import { silentLogger } from "../common/logger.ts"
import type { EntityMapping, Resource } from "../port/app-config.ts"
import { createJqPool } from "./jq-pool.ts"
import { mapBatch } from "./map-batch.ts"

const jq = createJqPool({ log: silentLogger, deadlineMs: 1_500, retryDeadlineMs: 400 })
afterAll(() => jq.close())

function resource(mapping: Partial<EntityMapping>, rest: Partial<Resource> = {}): Resource {
  return {
    index: 0,
    kind: "issue",
    enableDelete: true,
    query: "true",
    selector: {},
    itemsToParse: undefined,
    itemsToParseName: "item",
    itemsToParseTopLevelTransform: true,
    mapping: { identifier: ".id", blueprint: '"sentryIssue"', properties: {}, relations: {}, ...mapping },
    ...rest,
  }
}

const identifiers = (batch: { entities: { entity: { identifier: JsonValue } }[] }) =>
  batch.entities.map(({ entity }) => entity.identifier)

describe("an entity", () => {
  it("has exactly the keys that the mapping names, in the order in which they are sent", async () => {
    const batch = await mapBatch(
      jq,
      resource({
        title: ".title",
        icon: "'Sentry'",
        team: ".team",
        properties: {
          link: ".link",
          count: ".count",
          gone: ".gone",
          nested: "{a, list: [{b: .count}]}",
        },
        relations: { project: ".project.slug" },
      }),
      [{ id: 7, title: "", link: "x", count: 0, a: [false], team: "t", project: { slug: "p" } }],
    )
    expect(JSON.stringify(batch.entities)).toBe(
      JSON.stringify([
        {
          entity: {
            identifier: 7,
            icon: "Sentry",
            blueprint: "sentryIssue",
            title: "",
            team: "t",
            properties: { link: "x", count: 0, gone: null, nested: { a: [false], list: [{ b: 0 }] } },
            relations: { project: "p" },
          },
          index: 0,
        },
      ]),
    )
  })

  it("has no properties and relations where the mapping names none", async () => {
    const batch = await mapBatch(jq, resource({}), [{ id: "a" }])
    expect(batch.entities[0]?.entity).toEqual({ identifier: "a", blueprint: "sentryIssue" })
  })

  it("keeps search queries with their leaves evaluated, as relation, team and identifier", async () => {
    const query = { combinator: '"and"', rules: [{ property: '"$title"', operator: '"="', value: ".email" }] }
    const evaluated = { combinator: "and", rules: [{ property: "$title", operator: "=", value: "a@b" }] }
    const nested = { combinator: '"or"', rules: [query] }
    const batch = await mapBatch(
      jq,
      resource({ identifier: query, team: query, relations: { owner: nested } }),
      [{ email: "a@b" }],
    )
    expect(batch.entities[0]?.entity).toEqual({
      identifier: evaluated,
      blueprint: "sentryIssue",
      team: evaluated,
      relations: { owner: { combinator: "or", rules: [evaluated] } },
    })
  })

  it("takes keys that JavaScript has a meaning for as plain keys", async () => {
    const properties = Object.fromEntries([
      ["__proto__", ".id"],
      ["constructor", ".id"],
    ])
    const batch = await mapBatch(jq, resource({ properties }), [{ id: "a" }])
    expect(Object.entries(batch.entities[0]?.entity.properties ?? {})).toEqual(
      Object.entries({ ["__proto__"]: "a", constructor: "a" }),
    )
  })
})

describe("an object that gives no entity", () => {
  it("is filtered out by a selector that gives false", async () => {
    const batch = await mapBatch(jq, resource({}, { query: ".level == 'error'" }), [
      { id: "a", level: "error" },
      { id: "b", level: "info" },
    ])
    expect(identifiers(batch)).toEqual(["a"])
    expect(batch).toMatchObject({ filteredOut: [1], failures: [], empty: [] })
  })

  it.each([
    ['"true"', /gave "true", where true or false is needed/],
    [".nope", /gave null/],
    ["empty", /gave no output/],
    ['error("x")', /failed: x/],
    [".a |", /failed: does not compile: syntax error, unexpected end of file \(line 1, column 4\)/],
    ["def f: f; f", /failed: stopped after \d+ ms/],
  ])("is a failure where the selector is %s", async (query, reason) => {
    const batch = await mapBatch(jq, resource({}, { query }), [{ id: "a" }])
    expect(batch).toMatchObject({ entities: [], filteredOut: [] })
    expect(batch.failures).toEqual([{ index: 0, reason: expect.stringMatching(reason) }])
  })

  it.each(["null", '""', "0", "false", "[]", "{}", "empty"])(
    "is a failure where the identifier is %s",
    async (identifier) => {
      const batch = await mapBatch(jq, resource({ identifier, properties: { a: ".gone" } }), [{ id: "a" }])
      expect(batch).toMatchObject({ entities: [], nulls: [] })
      expect(batch.failures).toEqual([
        { index: 0, reason: expect.stringContaining(`identifier (${identifier}) gave`) },
      ])
    },
  )

  it.each([
    [{ blueprint: ".nope" }, "blueprint (.nope) gave null"],
    [{ blueprint: "5" }, "blueprint (5) gave 5, not a text"],
    [{ identifier: ".id.x" }, "identifier (.id.x) failed: Cannot index string"],
    [{ identifier: "'a' | nope" }, "identifier ('a' | nope) failed: does not compile: nope/0 is not defined"],
    [{ identifier: "def f: f; f" }, "identifier (def f: f; f) failed: stopped after"],
    [
      { identifier: { combinator: '"and"', rules: [{ property: '"p"', operator: '"="', value: ".id.x" }] } },
      "identifier.rules[0].value (.id.x) failed",
    ],
  ])("is a failure with %j", async (mapping, reason) => {
    const batch = await mapBatch(jq, resource(mapping), [{ id: "a" }])
    expect(batch.entities).toEqual([])
    expect(batch.failures).toEqual([{ index: 0, reason: expect.stringContaining(reason) }])
  })
})

describe("fields that come out null", () => {
  const page: JsonObject[] = [
    { id: "1", assignedTo: { email: "a" } },
    { id: "2", assignedTo: null },
    { id: "3", assignedTo: "None" },
    { id: "4" },
  ]

  it("are counted per path, with the first example and the first error", async () => {
    const batch = await mapBatch(
      jq,
      resource({ properties: { bad: ".a |" }, relations: { assignedTo: ".assignedTo.email" } }),
      page,
    )
    expect(batch.entities.length).toBe(4)
    expect(batch.nulls).toEqual([
      {
        path: "properties.bad",
        expression: ".a |",
        count: 4,
        of: 4,
        example: "1",
        error: "does not compile: syntax error, unexpected end of file (line 1, column 4)",
      },
      {
        path: "relations.assignedTo",
        expression: ".assignedTo.email",
        count: 3,
        of: 4,
        example: "2",
        error: 'Cannot index string with string ("email")',
      },
    ])
  })

  it("say so where the expression was stopped, and cost no other field", async () => {
    const properties = { slow: 'if .id == "3" then def f: f; f else .id end', id: ".id" }
    const batch = await mapBatch(jq, resource({ properties }), page)
    expect(batch.entities.map(({ entity }) => entity.properties)).toEqual([
      { slow: "1", id: "1" },
      { slow: "2", id: "2" },
      { slow: null, id: "3" },
      { slow: "4", id: "4" },
    ])
    expect(batch.nulls).toMatchObject([
      { path: "properties.slow", count: 1, of: 4, example: "3", quarantined: true },
    ])
  })
})

describe("itemsToParse", () => {
  const raw = { id: "i", __tags: [{ name: "prod" }, { name: "dev" }] }

  it("makes an entity per item, without the list and with the item", async () => {
    const batch = await mapBatch(
      jq,
      resource(
        { identifier: '.id + "-" + .item.name', properties: { keys: "keys" } },
        { itemsToParse: ".__tags" },
      ),
      [raw],
    )
    expect(batch.entities).toEqual([
      {
        entity: { identifier: "i-prod", blueprint: "sentryIssue", properties: { keys: ["id", "item"] } },
        index: 0,
      },
      {
        entity: { identifier: "i-dev", blueprint: "sentryIssue", properties: { keys: ["id", "item"] } },
        index: 0,
      },
    ])
  })

  it("keeps the list, and names the item, as it is told", async () => {
    const batch = await mapBatch(
      jq,
      resource(
        { identifier: '.tag.name + "/" + (.__tags | length | tostring)' },
        { itemsToParse: ".__tags", itemsToParseName: "tag", itemsToParseTopLevelTransform: false },
      ),
      [raw],
    )
    expect(identifiers(batch)).toEqual(["prod/2", "dev/2"])
  })

  it("tells apart objects without items, without a list, and with no item that passes", async () => {
    const batch = await mapBatch(
      jq,
      resource({ identifier: ".item.name" }, { itemsToParse: ".__tags", query: '.item.name != "dev"' }),
      [
        { __tags: [] },
        { __tags: null },
        { __tags: [{ name: "dev" }, { name: "dev" }] },
        raw,
        { __tags: [{}, {}, { name: "x" }] },
      ],
    )
    expect(batch.empty).toEqual([0])
    expect(batch.filteredOut).toEqual([2])
    expect(batch.entities.map(({ entity, index }) => [entity.identifier, index])).toEqual([
      ["prod", 3],
      ["x", 4],
    ])
    expect(batch.failures).toEqual([
      { index: 1, reason: "itemsToParse (.__tags) gave null, where a list is needed" },
      { index: 4, reason: "identifier (.item.name) gave null" },
    ])
  })

  it("cuts paths that only jq can cut", async () => {
    const options = { itemsToParse: ".groups[0].list | map(.)" }
    const batch = await mapBatch(
      jq,
      resource({ identifier: ".item", properties: { groups: ".groups" } }, options),
      [{ groups: [{ list: ["a"], name: "g" }, 2] }],
    )
    expect(batch.entities[0]?.entity.properties).toEqual({ groups: [{ name: "g" }, 2] })
  })

  it("is a failure where nothing can be cut, as the original then maps nothing", async () => {
    const batch = await mapBatch(jq, resource({}, { itemsToParse: "[1, 2]" }), [{ id: "a" }])
    expect(batch.failures).toEqual([
      { index: 0, reason: expect.stringContaining("itemsToParseTopLevelTransform") },
    ])
  })

  it("is a failure where it does not compile", async () => {
    const batch = await mapBatch(jq, resource({}, { itemsToParse: ".a | nope" }), [{ id: "a" }])
    expect(batch.failures).toEqual([{ index: 0, reason: expect.stringContaining("nope/0 is not defined") }])
  })
})

it("a page that is not wanted any more rejects", async () => {
  await expect(mapBatch(jq, resource({}), [{ id: "a" }], AbortSignal.abort())).rejects.toMatchObject({
    name: "AbortError",
  })
})

import { describe, expect, it } from "vitest"
import { z } from "zod"
import { parseAppConfig } from "./app-config.ts"
import { constantText } from "./constant-text.ts"

const kinds = new Map<string, z.ZodType>([
  ["project", z.looseObject({ tag: z.string().default("environment") })],
  ["issue", z.looseObject({ includeArchived: z.boolean().default(true) })],
])

function resource(changes: object = {}, port: object = {}) {
  return {
    kind: "project",
    selector: { query: "true" },
    port: { entity: { mappings: { identifier: ".slug", blueprint: '"service"' } }, ...port },
    ...changes,
  }
}

describe("a mapping", () => {
  it("gets the defaults of the original", () => {
    const { config } = parseAppConfig({ resources: [resource()] }, kinds)
    expect(config).toMatchObject({
      deleteDependentEntities: true,
      createMissingRelatedEntities: true,
      enableMergeEntity: true,
      entityDeletionThreshold: 0.9,
    })
    expect(config.resources[0]).toMatchObject({
      index: 0,
      enableDelete: true,
      query: "true",
      selector: { tag: "environment" },
      itemsToParseName: "item",
      itemsToParseTopLevelTransform: true,
      mapping: { properties: {}, relations: {} },
    })
  })

  it.each([undefined, null, {}, { resources: [] }])("that is %j has no resources and no problem", (value) => {
    const parsed = parseAppConfig(value, kinds)
    expect(parsed.config.resources).toEqual([])
    expect(parsed.problems).toEqual([])
  })

  it("takes numbers and booleans where jq is expected, as YAML makes them", () => {
    const mappings = { identifier: 5, blueprint: '"x"', properties: { a: true, b: 1.5 } }
    const { config } = parseAppConfig(
      { resources: [resource({ selector: { query: true } }, { entity: { mappings } })] },
      kinds,
    )
    expect(config.resources[0]).toMatchObject({
      query: "true",
      mapping: { identifier: "5", properties: { a: "true", b: "1.5" } },
    })
  })

  it("with a list of mappings makes a resource of each", () => {
    const list = [
      { identifier: ".id", blueprint: '"a"' },
      { identifier: ".slug", blueprint: '"b"' },
    ]
    const { config } = parseAppConfig({ resources: [resource({}, { entity: { mappings: list } })] }, kinds)
    expect(config.resources.map(({ index, mapping }) => [index, mapping.blueprint])).toEqual([
      [0, '"a"'],
      [0, '"b"'],
    ])
  })

  it("keeps search queries as relation, identifier and team", () => {
    const search = {
      combinator: '"and"',
      rules: [{ property: '"$identifier"', operator: '"="', value: ".email" }],
    }
    const mappings = { identifier: search, blueprint: '"x"', team: search, relations: { owner: search } }
    const { config, broken } = parseAppConfig({ resources: [resource({}, { entity: { mappings } })] }, kinds)
    expect(broken).toEqual([])
    expect(config.resources[0]?.mapping).toMatchObject({
      identifier: search,
      team: search,
      relations: { owner: search },
    })
  })

  it("that is wrong in one resource runs the others, and says where", () => {
    const wrong = [
      resource({ kind: "isue" }),
      resource({ selector: {} }),
      resource({}, { entity: { mappings: { blueprint: '"x"' } } }),
      resource(
        {},
        { entity: { mappings: { identifier: ".id", blueprint: '"x"', properties: { a: null } } } },
      ),
      resource({ selector: { query: "true", tag: null } }),
      "not an object",
    ]
    const { config, broken } = parseAppConfig({ resources: [...wrong, resource()] }, kinds)
    expect(config.resources.map(({ index }) => index)).toEqual([6])
    expect(broken.map(({ problems }) => problems[0]?.where)).toEqual([
      "resources[0].kind",
      "resources[1].selector.query",
      "resources[2].port.entity.mappings.identifier",
      "resources[3].port.entity.mappings.properties.a",
      "resources[4].selector.tag",
      "resources[5]",
    ])
    expect(broken[0]?.problems[0]).toMatchObject({
      what: 'unknown kind "isue"',
      hint: 'did you mean "issue"?',
    })
  })

  it("tells which blueprints a broken resource may have written, where they are constants", () => {
    const constant = resource({ kind: "nope" })
    const computed = resource(
      { kind: "nope" },
      { entity: { mappings: { identifier: ".id", blueprint: ".kind" } } },
    )
    const { broken } = parseAppConfig({ resources: [constant, computed] }, kinds)
    expect(broken.map(({ blueprints }) => blueprints)).toEqual([["service"], undefined])
  })

  it.each([
    [{ entityDeletionThreshold: 1.5 }, "entityDeletionThreshold"],
    [{ entityDeletionThreshold: null }, "entityDeletionThreshold"],
    [{ resources: null }, "resources"],
    [{ resources: {} }, "resources"],
    [{ enableMergeEntity: null }, "enableMergeEntity"],
    ["text", "(top)"],
  ])("that is wrong as a whole (%j) runs nothing", (value, where) => {
    const { problems, config } = parseAppConfig(value, kinds)
    expect(problems[0]?.where).toBe(where)
    expect(config.resources).toEqual([])
  })

  it("warns about keys nobody reads, with the nearest one", () => {
    const value = {
      resources: [resource({ selector: { query: "true", tagg: "x" } }, { itemToParse: ".x" })],
      deleteDependantEntities: true,
    }
    expect(parseAppConfig(value, kinds).unknownKeys).toMatchObject([
      {
        where: "deleteDependantEntities",
        what: "unknown key, ignored",
        hint: 'did you mean "deleteDependentEntities"?',
      },
      { where: "resources[0].selector.tagg", what: "unknown key, ignored", hint: 'did you mean "tag"?' },
      {
        where: "resources[0].port.itemToParse",
        what: "unknown key, ignored",
        hint: 'did you mean "itemsToParse"?',
      },
    ])
  })
})

describe("constantText", () => {
  it.each([
    ['"sentryIssue"', "sentryIssue"],
    ["'sentryIssue'", "sentryIssue"],
    [' "_user" ', "_user"],
    [".kind", undefined],
    ['"a" + .b', undefined],
    ['"a\\(.b)"', undefined],
    [undefined, undefined],
  ])("of %j is %j", (expression, expected) => {
    expect(constantText(expression)).toBe(expected)
  })
})

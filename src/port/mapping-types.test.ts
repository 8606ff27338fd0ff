// Every key of a mapping with a value of every wrong type: one problem, at its path, and the resource does not run.
import { describe, expect, it } from "vitest"
import { z } from "zod"
import type { JsonObject, JsonValue } from "../common/json.ts"
import { parseAppConfig } from "./app-config.ts"

const kinds = new Map<string, z.ZodType>([["project", z.looseObject({})]])

type TypeName = "null" | "boolean" | "number" | "text" | "list" | "object"
const values: Record<TypeName, JsonValue> = {
  null: null,
  boolean: true,
  number: 7,
  text: "nonsense",
  list: ["x"],
  object: { other: "x" },
}

interface Key {
  key: string
  path: (string | number)[]
  takes: readonly TypeName[]
  /** Without it there is a problem. */
  required?: boolean
  /** An object is taken, and what it lacks is the problem: below the path. */
  lacks?: string[]
}

const resource = ["resources", 0]
const port = [...resource, "port"]
const mappings = [...port, "entity", "mappings"]
const jq: readonly TypeName[] = ["boolean", "number", "text"]

const keys: Key[] = [
  { key: "deleteDependentEntities", path: ["deleteDependentEntities"], takes: ["boolean"] },
  { key: "createMissingRelatedEntities", path: ["createMissingRelatedEntities"], takes: ["boolean"] },
  { key: "enableMergeEntity", path: ["enableMergeEntity"], takes: ["boolean"] },
  { key: "entityDeletionThreshold", path: ["entityDeletionThreshold"], takes: [] },
  // The text in the list is a resource of the wrong type, which is a row of its own.
  { key: "resources", path: ["resources"], takes: ["list"] },
  { key: "a resource", path: resource, takes: [], lacks: ["kind", "selector", "port"] },
  { key: "kind", path: [...resource, "kind"], takes: [], required: true },
  { key: "enableDelete", path: [...resource, "enableDelete"], takes: ["boolean"] },
  { key: "selector", path: [...resource, "selector"], takes: [], required: true, lacks: ["query"] },
  { key: "selector.query", path: [...resource, "selector", "query"], takes: jq, required: true },
  { key: "exportEnvVariables", path: [...resource, "selector", "exportEnvVariables"], takes: ["list"] },
  { key: "port", path: port, takes: [], required: true, lacks: ["entity"] },
  { key: "port.itemsToParse", path: [...port, "itemsToParse"], takes: ["null", ...jq] },
  { key: "port.itemsToParseName", path: [...port, "itemsToParseName"], takes: jq },
  {
    key: "port.itemsToParseTopLevelTransform",
    path: [...port, "itemsToParseTopLevelTransform"],
    takes: ["boolean"],
  },
  { key: "port.entity", path: [...port, "entity"], takes: [], required: true, lacks: ["mappings"] },
  { key: "mappings", path: mappings, takes: [], required: true, lacks: ["identifier", "blueprint"] },
  { key: "identifier", path: [...mappings, "identifier"], takes: jq, required: true },
  { key: "blueprint", path: [...mappings, "blueprint"], takes: jq, required: true },
  { key: "title", path: [...mappings, "title"], takes: ["null", ...jq] },
  { key: "icon", path: [...mappings, "icon"], takes: ["null", ...jq] },
  { key: "team", path: [...mappings, "team"], takes: ["null", ...jq] },
  { key: "properties", path: [...mappings, "properties"], takes: ["object"] },
  { key: "a property", path: [...mappings, "properties", "p"], takes: jq },
  { key: "relations", path: [...mappings, "relations"], takes: ["object"] },
  { key: "a relation", path: [...mappings, "relations", "r"], takes: jq },
  { key: "combinator", path: [...mappings, "relations", "s", "combinator"], takes: jq, required: true },
  { key: "rules", path: [...mappings, "relations", "s", "rules"], takes: [], required: true },
  { key: "a rule", path: [...mappings, "relations", "s", "rules", 0], takes: [] },
  ...["property", "operator", "value"].map((name) => ({
    key: `a rule's ${name}`,
    path: [...mappings, "relations", "s", "rules", 0, name],
    takes: jq,
    required: true,
  })),
]

function sample(): JsonObject {
  return {
    resources: [
      {
        kind: "project",
        selector: { query: "true" },
        port: {
          entity: {
            mappings: {
              identifier: ".id",
              blueprint: ".b",
              properties: { p: ".p" },
              relations: {
                r: ".r",
                s: { combinator: ".c", rules: [{ property: ".p", operator: ".o", value: ".v" }] },
              },
            },
          },
        },
      },
    ],
  }
}

/** The sample with one value set, or taken away where it is undefined. */
function changed(path: Key["path"], value: JsonValue | undefined): JsonObject {
  const whole = sample()
  const above = path.slice(0, -1).reduce<JsonValue>((at, part) => (at as JsonObject)[part] ?? {}, whole) // a list has its positions as keys
  const last = path.at(-1) ?? ""
  if (value === undefined) delete (above as JsonObject)[last]
  else (above as JsonObject)[last] = value // as above
  return whole
}

function problemsOf(mapping: JsonObject) {
  const parsed = parseAppConfig(mapping, kinds)
  const problems = [...parsed.problems, ...parsed.broken.flatMap((broken) => broken.problems)]
  return { wheres: problems.map(({ where }) => where), problems, runs: parsed.config.resources.length }
}

const rows = keys.flatMap(
  (key) => (Object.keys(values) as TypeName[]).map((type) => ({ ...key, type })), // its own keys
)
const whereOf = (path: Key["path"]) =>
  path.map((part, at) => (typeof part === "number" ? `[${part}]` : `${at > 0 ? "." : ""}${part}`)).join("")

describe("the sample", () => {
  it("is right", () => {
    expect(problemsOf(sample())).toEqual({ wheres: [], problems: [], runs: 1 })
  })
})

describe("a key of the wrong type", () => {
  it.each(rows.filter(({ takes, type }) => !takes.includes(type)))("$key: $type", (row) => {
    const { wheres, problems, runs } = problemsOf(changed(row.path, values[row.type]))
    const where = whereOf(row.path)
    if (row.type === "object" && row.lacks) {
      expect(wheres).toEqual(row.lacks.map((lack) => `${where}.${lack}`))
      expect(problems[0]?.what).toMatch(/^required: /)
    } else if (row.type === "list" && row.path.at(-1) === "mappings") {
      expect(wheres).toEqual([`${where}[0]`])
    } else if (row.type === "list" && row.path.at(-1) === "rules") {
      expect(wheres).toEqual([`${where}[0]`])
    } else {
      expect(wheres).toEqual([where])
      expect(problems[0]?.what).toMatch(row.key === "kind" && row.type === "text" ? /^unknown/ : /^expected /)
    }
    expect(runs).toBe(0)
  })
})

describe("a key of the right type", () => {
  it.each(rows.filter(({ takes, type }) => takes.includes(type)))("$key: $type", (row) => {
    const { wheres } = problemsOf(changed(row.path, values[row.type]))
    expect(wheres).toEqual(row.key === "resources" ? ["resources[0]"] : [])
  })
})

describe("a key that must be there", () => {
  it.each(keys.filter(({ required }) => required))("$key", ({ path }) => {
    const { wheres, problems, runs } = problemsOf(changed(path, undefined))
    expect(wheres).toEqual([whereOf(path)])
    expect(problems[0]?.what).toMatch(/^required: /)
    expect(runs).toBe(0)
  })
})

describe("true and false", () => {
  const loose = keys.filter(({ takes }) => takes.length === 1 && takes[0] === "boolean")

  it.each(
    loose.flatMap((key) =>
      ["false", "no", "off", 0, "False", "true", "yes", "on", 1].map((word) => ({ ...key, word })),
    ),
  )("$key takes $word as the original does", ({ key, path, word }) => {
    // The one key where the original is strict.
    const strict = key === "enableDelete"
    expect(problemsOf(changed(path, word)).wheres).toEqual(strict ? [whereOf(path)] : [])
  })

  it("mean what they say", () => {
    const config = (value: JsonValue) =>
      parseAppConfig({ deleteDependentEntities: value }, kinds).config.deleteDependentEntities
    expect(["no", "Off", "false", 0].map(config)).toEqual([false, false, false, false])
    expect(["yes", "ON", "true", 1].map(config)).toEqual([true, true, true, true])
  })
})

describe("entityDeletionThreshold", () => {
  it.each([-0.1, 1.1, 90, "0.9", null])("%j is refused", (value) => {
    expect(problemsOf(changed(["entityDeletionThreshold"], value)).wheres).toEqual([
      "entityDeletionThreshold",
    ])
  })

  it.each([0, 0.5, 1])("%j is taken", (value) => {
    const mapping = changed(["entityDeletionThreshold"], value)
    expect(parseAppConfig(mapping, kinds).config.entityDeletionThreshold).toBe(value)
  })
})

describe("a search query's constants", () => {
  const at = [...mappings, "relations", "s"]

  it.each([
    [[...at, "combinator"], '"nand"', "unknown combinator", "and"],
    [
      [...at, "rules", 0, "operator"],
      "'equals'",
      'unknown operator "equals"',
      "=, in, contains, containsAny",
    ],
    [[...at, "rules", 0, "operator"], '"containsany"', "unknown operator", 'did you mean "containsAny"?'],
  ])("at %j: %s is refused", (path, value, what, hint) => {
    const { wheres, problems, runs } = problemsOf(changed(path, value))
    expect(wheres).toEqual([whereOf(path)])
    expect(problems[0]).toMatchObject({
      what: expect.stringContaining(what),
      hint: expect.stringContaining(hint),
    })
    expect(runs).toBe(0)
  })

  it.each(['"and"', "'or'", ".mode", 'if .any then "or" else "and" end'])(
    "combinator %s is taken",
    (value) => {
      expect(problemsOf(changed([...at, "combinator"], value)).wheres).toEqual([])
    },
  )

  it("that Port has elsewhere are doubtful: they run, with a warning", () => {
    const parsed = parseAppConfig(changed([...at, "rules", 0, "operator"], '"!="'), kinds)
    expect(parsed.broken).toEqual([])
    expect(parsed.warnings).toMatchObject([
      { where: whereOf([...at, "rules", 0, "operator"]), what: expect.stringContaining('"!="') },
    ])
  })

  it("are stricter for an identifier, which must find one", () => {
    const rule = (operator: string) => ({
      combinator: '"and"',
      rules: [{ property: '"$title"', operator, value: ".t" }],
    })
    const warned = (operator: string) =>
      parseAppConfig(changed([...mappings, "identifier"], rule(operator)), kinds).warnings.length
    expect(['"="', '"in"', '"contains"'].map(warned)).toEqual([0, 0, 1])
  })

  it("are looked at in queries inside queries, and in a list of mappings", () => {
    const inner = { combinator: '"xor"', rules: [] }
    const nested = { combinator: '"and"', rules: [inner] }
    const list = [{ identifier: ".a", blueprint: ".b", team: nested }]
    expect(problemsOf(changed(mappings, list)).wheres).toEqual([
      `${whereOf(mappings)}[0].team.rules[0].combinator`,
    ])
  })
})

describe("what is left out", () => {
  it("by an empty key is as good as absent, where it may be", () => {
    const mapping = changed([...mappings, "title"], null)
    expect(parseAppConfig(mapping, kinds).config.resources[0]?.mapping).not.toHaveProperty("title")
  })

  it.each(["query", "identifier"])("by an empty text is said: %s", (key) => {
    const path = key === "query" ? [...resource, "selector", "query"] : [...mappings, key]
    expect(problemsOf(changed(path, " ")).problems).toMatchObject([
      { where: whereOf(path), what: expect.stringContaining("is empty") },
    ])
  })
})

describe("exportEnvVariables", () => {
  it("is known, and said to have no effect", () => {
    const parsed = parseAppConfig(changed([...resource, "selector", "exportEnvVariables"], ["HOME"]), kinds)
    expect(parsed.unknownKeys).toEqual([])
    expect(parsed.warnings).toMatchObject([{ where: "resources[0].selector.exportEnvVariables" }])
  })
})

import { Ajv } from "ajv"
import { describe, expect, it } from "vitest"
import { z } from "zod"
import type { JsonObject } from "../common/json.ts"
import { mappingJsonSchema } from "./mapping-json-schema.ts"

const kinds = new Map<string, z.ZodType>([
  ["issue", z.looseObject({ issueQuery: z.string().default("is:unresolved") })],
  ["team", z.looseObject({ includeMembers: z.boolean().default(false) })],
])
const validate = new Ajv({ allErrors: true, strict: false }).compile(mappingJsonSchema(kinds))

const search = { combinator: '"and"', rules: [{ property: '"a"', operator: '"="', value: ".a" }] }

function mappingWith(mappings: JsonObject | JsonObject[], more: JsonObject = {}): JsonObject {
  const entity = { mappings }
  return { resources: [{ kind: "issue", selector: { query: true }, port: { entity }, ...more }] }
}

describe("the schema for editors", () => {
  it.each([
    {},
    { resources: [], entityDeletionThreshold: 0.5 },
    mappingWith({ identifier: ".id", blueprint: '"x"' }),
    mappingWith([{ identifier: search, blueprint: '"x"', team: search, relations: { a: search, b: ".b" } }]),
    mappingWith(
      { identifier: 5, blueprint: '"x"', properties: { a: true } },
      { selector: { query: "true", issueQuery: "" } },
    ),
    mappingWith(
      { identifier: ".id", blueprint: '"x"' },
      { kind: "team", selector: { query: ".a", includeMembers: true } },
    ),
  ])("takes %j", (mapping) => {
    validate(mapping)
    expect(validate.errors).toBeNull()
  })

  it.each([
    { resources: null },
    { entityDeletionThreshold: 2 },
    { deleteDependant: true },
    mappingWith({ identifier: ".id" }),
    mappingWith({ blueprint: ".id" }),
    mappingWith({ identifier: ".id", blueprint: '"x"', properties: { a: null } }),
    mappingWith({ identifier: ".id", blueprint: '"x"', relations: { a: ["b"] } }),
    mappingWith({ identifier: ".id", blueprint: '"x"', relations: { a: { ...search, rules: [{}] } } }),
    mappingWith({ identifier: ".id", blueprint: '"x"', labels: {} }),
    mappingWith({ identifier: ".id", blueprint: '"x"' }, { kind: "isue" }),
    mappingWith({ identifier: ".id", blueprint: '"x"' }, { selector: {} }),
    mappingWith(
      { identifier: ".id", blueprint: '"x"' },
      { selector: { query: "true", includeMembers: true } },
    ),
    mappingWith({ identifier: ".id", blueprint: '"x"' }, { enableDelete: "no" }),
  ])("refuses %j", (mapping) => {
    expect(validate(mapping)).toBe(false)
  })

  it("says what each key is for", () => {
    const { properties } = mappingJsonSchema(kinds)
    expect(Object.values(properties as JsonObject).map((one) => (one as JsonObject).description)).toEqual(
      Object.keys(properties as JsonObject).map(() => expect.stringMatching(/\w/)), // of a JSON Schema
    )
  })
})

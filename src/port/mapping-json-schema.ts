// The mapping as a JSON Schema, for editors: of the same Zod schemas that mappings are checked with.
import { z } from "zod"
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"
import type { KindSelectors } from "./app-config.ts"
import { MappingShape, ResourceShape } from "./mapping-schema.ts"

/** Strict about keys, as mappings in files are. Draft 7, which editors know best. */
export function mappingJsonSchema(kinds: KindSelectors): JsonObject {
  const described = z
    .array(ResourceShape)
    .default([])
    .describe(MappingShape.shape.resources.description ?? "")
  const schema = toJson(MappingShape.extend({ resources: described }))
  const { resources } = objectIn(schema, "properties")
  const resource = objectIn(isJsonObject(resources) ? resources : {}, "items")
  const properties = objectIn(resource, "properties")
  properties.kind = { ...objectIn(properties, "kind"), enum: [...kinds.keys()] }
  const selector = objectIn(properties, "selector")
  const common = objectIn(selector, "properties")
  // Which keys a selector has depends on the kind beside it.
  properties.selector = { type: "object", required: selector.required ?? [], properties: common }
  resource.allOf = [...kinds].map(([kind, own]) => ({
    if: { properties: { kind: { const: kind } }, required: ["kind"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      properties: {
        selector: {
          type: "object",
          properties: { ...common, ...objectIn(toJson(own), "properties") },
          additionalProperties: false,
        },
      },
    },
  }))
  return { ...schema, title: "Mapping of ocean-sentry" }
}

function toJson(schema: z.ZodType): JsonObject {
  return z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    override({ zodSchema, jsonSchema }) {
      delete jsonSchema.propertyNames // every key is a text
      if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue as JsonValue // of JSON
      if (!(zodSchema instanceof z.ZodObject)) return
      jsonSchema.additionalProperties = false
      // Zod takes a value that is looked at before it is checked for optional; what it really refuses is what counts.
      jsonSchema.required = Object.entries(zodSchema.shape)
        .filter(([, field]) => !z.safeParse(field, undefined).success)
        .map(([key]) => key)
    },
  }) as JsonObject // a JSON Schema is JSON
}

function objectIn(value: JsonObject, key: string): JsonObject {
  const held = value[key]
  if (!isJsonObject(held)) throw new Error(`the schema has no ${key}`) // our own schema, made above
  return held
}

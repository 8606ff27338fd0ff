// Values of properties against the blueprint's schema.

import { errorText } from "../../common/errors.ts"
import { isJsonObject, type JsonObject, type JsonValue } from "../../common/json.ts"
import type { BlueprintDefinition } from "./blueprint-definition.ts"
import { type Check, compileCheck } from "./json-schema.ts"

/** Keywords that say something about a value; all others of a property are for pages. */
const valueKeywords = [
  "type", "enum", "items", "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum",
  "exclusiveMaximum", "minItems", "maxItems", "uniqueItems", "properties", "patternProperties",
  "additionalProperties", "required",
] // biome-ignore format: a list of words

/** Compiles the check of a blueprint's values. Nulls are not for it: they are taken out before. */
export function compilePropertyCheck(definition: BlueprintDefinition): Check {
  const properties: JsonObject = {}
  for (const [name, property] of Object.entries(definition.schema.properties)) {
    properties[name] = valueSchema(property)
  }
  return compileCheck({ type: "object", properties, additionalProperties: false }, "properties")
}

/** Why no check can be made of a blueprint's properties: a wrong pattern, or a wrong nested schema. */
export function propertyCheckProblem(definition: BlueprintDefinition): string | undefined {
  try {
    compilePropertyCheck(definition)
    return undefined
  } catch (error) {
    return `schema.properties cannot be used to check values: ${errorText(error)}`
  }
}

/** The values a new entity gets for properties it does not name. */
export function defaultValues(definition: BlueprintDefinition): JsonObject {
  const values: JsonObject = {}
  for (const [name, property] of Object.entries(definition.schema.properties)) {
    if (property.default !== undefined && property.default !== null) values[name] = property.default
  }
  return values
}

function valueSchema(property: JsonObject): JsonObject {
  if (property.format === "labeled-url") return labeledUrl
  const schema: JsonObject = {}
  for (const key of valueKeywords) {
    const value = property[key]
    if (value !== undefined && value !== null) schema[key] = value
  }
  if (isJsonObject(property.items)) schema.items = valueSchema(property.items)
  if (typeof property.format === "string" && knownFormats.has(property.format))
    schema.format = property.format
  return schema
}

const labeledUrl: JsonObject = {
  type: "object",
  required: ["url"],
  properties: { url: { type: "string", format: "url" }, displayText: { type: "string" } },
}

/** A format of an item that is not among these says nothing that could be checked. */
const knownFormats = new Set([
  "date-time", "timer", "url", "email", "idn-email", "ipv4", "ipv6",
]) // biome-ignore format: a list of words

/** The object without its null members: a property that is null is one that is absent. */
export function withoutNulls(values: JsonObject): JsonObject {
  const kept: [string, JsonValue][] = Object.entries(values).filter(([, value]) => value !== null)
  return Object.fromEntries(kept)
}

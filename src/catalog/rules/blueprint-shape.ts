// The shape of a blueprint's body: lengths, names, types (Port's documented rules).
import type { JsonObject } from "../../common/json.ts"
import { type Check, fixedCheck } from "./json-schema.ts"

const name = "^(?!__proto__$)[A-Za-z0-9@_=\\-]+$"
const colors =
  "blue turquoise orange purple pink yellow green red gold silver paleBlue darkGray lightGray bronze lime olive brown"

const text = { type: "string" }
const nullableText = { type: ["string", "null"] }
const title = { type: ["string", "null"], maxLength: 100 }

function named(definition: JsonObject): JsonObject {
  return {
    type: "object",
    propertyNames: { pattern: name, maxLength: 100 },
    additionalProperties: definition,
  }
}

const property: JsonObject = {
  type: "object",
  required: ["type"],
  properties: {
    type: { enum: ["string", "number", "boolean", "object", "array"] },
    title,
    description: nullableText,
    icon: nullableText,
    format: {
      enum: "date-time url email idn-email ipv4 ipv6 markdown yaml user blueprints team timer proto labeled-url".split(
        " ",
      ),
    },
    spec: { enum: ["open-api", "embedded-url", "async-api"] },
    specAuthentication: { type: "object", required: ["clientId", "authorizationUrl", "tokenUrl"] },
    dateFormat: { enum: ["relative", "12-hour", "24-hour", "iso"] },
    enum: { type: "array" },
    enumColors: { type: "object", additionalProperties: { enum: colors.split(" ") } },
    items: { type: "object" },
    pattern: text,
    minLength: { type: "integer", minimum: 0 },
    maxLength: { type: "integer", minimum: 0 },
    minItems: { type: "integer", minimum: 0 },
    maxItems: { type: "integer", minimum: 0 },
    minimum: { type: "number" },
    maximum: { type: "number" },
    exclusiveMinimum: { type: "number" },
    exclusiveMaximum: { type: "number" },
    uniqueItems: { type: "boolean" },
  },
}

const relation: JsonObject = {
  type: "object",
  required: ["target"],
  properties: {
    title,
    target: text,
    required: { type: "boolean" },
    many: { type: "boolean" },
    description: nullableText,
  },
  // Port: a relation cannot be both.
  not: {
    required: ["required", "many"],
    properties: { required: { const: true }, many: { const: true } },
  },
}

const calculation: JsonObject = {
  type: "object",
  required: ["calculation", "type"],
  properties: {
    calculation: text,
    type: { enum: ["string", "number", "boolean", "object", "array"] },
    title,
  },
}

const measured = { averageOf: { enum: ["hour", "day", "week", "month", "total"] }, measureTimeBy: text }
const aggregation: JsonObject = {
  type: "object",
  required: ["title", "target", "calculationSpec"],
  properties: {
    title: { type: "string", maxLength: 100 },
    target: text,
    query: { type: ["object", "null"] },
    pathFilter: { type: ["array", "null"], maxItems: 1 },
    calculationSpec: {
      type: "object",
      required: ["calculationBy", "func"],
      if: { properties: { calculationBy: { const: "entities" } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
      then: { properties: { func: { enum: ["count", "average"] }, ...measured } },
      else: {
        required: ["property"],
        properties: {
          calculationBy: { const: "property" },
          property: text,
          func: { enum: ["sum", "min", "max", "median", "average"] },
          ...measured,
        },
      },
    },
  },
}

const ownership: JsonObject = {
  type: ["object", "null"],
  required: ["type"],
  properties: {
    type: { enum: ["Direct", "Inherited"] },
    path: text,
    title: { type: ["string", "null"], maxLength: 100 },
  },
  if: { type: "object", required: ["type"], properties: { type: { const: "Inherited" } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
  then: { required: ["path"] },
}

export const blueprintBody: JsonObject = {
  type: "object",
  required: ["identifier", "title", "schema"],
  properties: {
    identifier: { type: "string", maxLength: 100, pattern: "^(?!\\.{1,2}$)[\\p{L}0-9@_.+:\\\\/\\-]+$" },
    title: { type: "string", minLength: 1, maxLength: 100 },
    description: { type: ["string", "null"], maxLength: 200 },
    icon: nullableText,
    schema: {
      type: "object",
      required: ["properties"],
      properties: { properties: named(property), required: { type: "array", items: text } },
    },
    relations: named(relation),
    mirrorProperties: named({
      type: "object",
      required: ["path"],
      properties: {
        title,
        path: { type: "string", pattern: "^(?:[A-Za-z0-9@_=\\-$]+\\.)+?(\\w|\\$|@|-)*?[^\\.]+$" },
      },
    }),
    calculationProperties: named(calculation),
    aggregationProperties: named(aggregation),
    ownership,
    teamInheritance: { type: ["object", "null"], required: ["path"], properties: { path: text } },
    changelogDestination: {
      type: ["object", "null"],
      required: ["type"],
      properties: { type: { enum: ["KAFKA", "WEBHOOK"] }, url: text },
      if: { type: "object", required: ["type"], properties: { type: { const: "WEBHOOK" } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
      then: { required: ["url"] },
    },
    includeInGlobalSearch: { type: ["boolean", "null"] },
  },
}

export function blueprintShapeCheck(): Check {
  return fixedCheck(blueprintBody, "body")
}

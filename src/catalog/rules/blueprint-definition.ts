// A blueprint as the catalog keeps and answers it: what a client sent, checked, with Port's defaults filled in.
import { isJsonObject, type JsonObject, type JsonValue } from "../../common/json.ts"

export interface RelationDefinition extends JsonObject {
  target: string
  required: boolean
  many: boolean
}

export type BlueprintDefinition = JsonObject & {
  identifier: string
  title: string
  schema: { properties: { [name: string]: JsonObject }; required: string[] }
  relations: { [name: string]: RelationDefinition }
  mirrorProperties: { [name: string]: JsonObject }
  calculationProperties: { [name: string]: JsonObject }
  aggregationProperties: { [name: string]: JsonObject }
}

/** The names of all values that are calculated rather than stored. */
export function calculatedNames(definition: BlueprintDefinition): string[] {
  const { mirrorProperties, calculationProperties, aggregationProperties } = definition
  return [mirrorProperties, calculationProperties, aggregationProperties].flatMap((part) => Object.keys(part))
}

/** What the catalog adds to every object it answers. */
const ownedKeys = ["createdAt", "createdBy", "updatedAt", "updatedBy"] as const

/** A checked body as a definition; keys nobody knows are kept. */
export function completeBlueprint(body: JsonObject): BlueprintDefinition {
  const rest = Object.fromEntries(
    Object.entries(body).filter(([key]) => !ownedKeys.some((owned) => owned === key)),
  )
  const schema = objectOf(body.schema)
  const definition = {
    ...rest,
    schema: { ...schema, properties: objectOf(schema.properties), required: schema.required ?? [] },
    relations: Object.fromEntries(
      Object.entries(objectOf(body.relations)).map(([name, relation]) => [
        name,
        { required: false, many: false, ...objectOf(relation) },
      ]),
    ),
    mirrorProperties: objectOf(body.mirrorProperties),
    calculationProperties: objectOf(body.calculationProperties),
    aggregationProperties: objectOf(body.aggregationProperties),
  }
  // The check of blueprint-shape.ts has passed, which demands exactly this.
  return definition as unknown as BlueprintDefinition
}

/**
 * A PATCH: what is not sent stays. Properties, relations and calculated properties are merged by name, each
 * definition replaced whole; `schema.required` is replaced.
 */
export function mergeBlueprint(stored: BlueprintDefinition, patch: JsonObject): JsonObject {
  const merged: JsonObject = { ...stored, ...patch }
  for (const key of ["relations", "mirrorProperties", "calculationProperties", "aggregationProperties"]) {
    if (isJsonObject(patch[key])) merged[key] = { ...objectOf(stored[key]), ...patch[key] }
  }
  if (isJsonObject(patch.schema)) {
    merged.schema = {
      ...stored.schema,
      ...patch.schema,
      properties: { ...stored.schema.properties, ...objectOf(patch.schema.properties) },
    }
  }
  return merged
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

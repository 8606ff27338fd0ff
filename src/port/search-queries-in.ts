// Where search queries stand in a resource of a mapping as it was written: as identifier, team or relation.
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"
import type { ValuePath } from "../common/schema.ts"

export interface QueryInMapping {
  path: ValuePath
  /** An object; whether it is a right query is not known. */
  value: JsonObject
  isIdentifier: boolean
}

export function searchQueriesIn(resource: unknown, path: ValuePath): QueryInMapping[] {
  const port = isJsonObject(resource) ? resource.port : undefined
  const entity = isJsonObject(port) ? port.entity : undefined
  const mappings = isJsonObject(entity) ? entity.mappings : undefined
  const below = [...path, "port", "entity", "mappings"]
  return Array.isArray(mappings)
    ? mappings.flatMap((mapping, element) => queriesOf(mapping, [...below, element]))
    : queriesOf(mappings, below)
}

function queriesOf(mapping: JsonValue | undefined, path: ValuePath): QueryInMapping[] {
  if (!isJsonObject(mapping)) return []
  const relations = isJsonObject(mapping.relations) ? Object.entries(mapping.relations) : []
  const places: [ValuePath, JsonValue | undefined][] = [
    [["identifier"], mapping.identifier],
    [["team"], mapping.team],
    ...relations.map(([name, value]): [ValuePath, JsonValue] => [["relations", name], value]),
  ]
  return places.flatMap(([at, value]) =>
    isJsonObject(value) ? [{ path: [...path, ...at], value, isIdentifier: at[0] === "identifier" }] : [],
  )
}

// An entity as a mapping makes it and as Port's API takes it.
import type { JsonObject, JsonValue } from "../common/json.ts"

/**
 * What one mapping makes of one raw object. Only the keys that the mapping names are there; a null value was mapped
 * to nothing and is sent as null, which clears it in the catalog.
 */
export interface Entity {
  /** Text (numbers are sent as Port's clients send them), or a search query that must find exactly one entity. */
  identifier: JsonValue
  blueprint: string
  title?: JsonValue
  icon?: JsonValue
  /** A team, a list of teams, a search query over `_team`, or null. */
  team?: JsonValue
  properties?: JsonObject
  /** Each an identifier, a list of identifiers, a search query, or null. */
  relations?: JsonObject
}

/** Which entity: blueprint and identifier as one text, for maps and sets. */
export function entityKey(blueprint: string, identifier: string): string {
  return `${blueprint}\u0000${identifier}`
}

/** Blueprints that Port owns (`_user`, `_team` …): never deleted from, never created into unless a setting says so. */
export function isSystemBlueprint(blueprint: string): boolean {
  return blueprint.startsWith("_")
}

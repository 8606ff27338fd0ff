// Port's search query: what relations, identifiers and teams may hold instead of plain values.
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"

/** A query as Port reads it, its values already evaluated. The catalog resolves it when the entity is upserted. */
export type SearchQuery = {
  combinator: "and" | "or"
  rules: (SearchRule | SearchQuery)[]
}

export type SearchRule = { property: string; operator: string; value: JsonValue }

/** Whether a mapped value is a search query rather than an identifier or a list of them. */
export function isSearchQuery(value: unknown): value is JsonObject & SearchQuery {
  return isJsonObject(value) && "combinator" in value && "rules" in value
}

// Pure: what a search query finds among entities at hand, so that an unchanged entity need not be sent to find out.
import { isJsonObject, type JsonValue } from "../common/json.ts"
import type { CatalogEntity } from "./entities-api.ts"
import type { SearchQuery, SearchRule } from "./search-query.ts"

/** The properties (without `$`) and meta-properties (with `$`) that a query reads. */
export function propertiesOf(query: SearchQuery): string[] {
  return [...new Set(query.rules.flatMap((rule) => ("rules" in rule ? propertiesOf(rule) : [rule.property])))]
}

/**
 * The identifiers of the entities that the query finds, in order; undefined where the query has something that only
 * Port can answer (an operator beyond those allowed in relations, a property that is not stored).
 */
export function findMatches(query: SearchQuery, entities: readonly CatalogEntity[]): string[] | undefined {
  if (!canAnswer(query)) return undefined
  return entities.filter((entity) => matches(query, entity)).map((entity) => entity.identifier)
}

const operators: Record<string, (held: unknown, value: JsonValue) => boolean> = {
  "=": (held, value) => (held ?? null) === value,
  in: (held, value) => Array.isArray(value) && [held].flat().some((one) => value.includes(one as JsonValue)), // JSON by origin
  contains: (held, value) => {
    if (Array.isArray(held)) return held.includes(value)
    return typeof held === "string" && typeof value === "string" && held.includes(value)
  },
  containsAny: (held, value) =>
    Array.isArray(held) && Array.isArray(value) && value.some((one) => held.includes(one)),
}

function canAnswer(query: SearchQuery): boolean {
  if (query.combinator !== "and" && query.combinator !== "or") return false
  return query.rules.every((rule) => ("rules" in rule ? canAnswer(rule) : answerable(rule)))
}

function answerable(rule: SearchRule): boolean {
  return typeof rule.property === "string" && rule.operator in operators && !isJsonObject(rule.value)
}

function matches(query: SearchQuery, entity: CatalogEntity): boolean {
  const holds = (rule: SearchRule | SearchQuery) =>
    "rules" in rule
      ? matches(rule, entity)
      : (operators[rule.operator]?.(heldValue(entity, rule.property), rule.value) ?? false)
  return query.combinator === "or" ? query.rules.some(holds) : query.rules.every(holds)
}

function heldValue(entity: CatalogEntity, property: string): unknown {
  return property.startsWith("$") ? entity[property.slice(1)] : entity.properties?.[property]
}

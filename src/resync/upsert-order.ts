// Pure: entities sorted so that targets come before those that relate to them.
import { isJsonObject, type JsonValue } from "../common/json.ts"
import type { Entity } from "../port/entity.ts"
import { isSearchQuery, type SearchQuery } from "../port/search-query.ts"

/** Targets first. Entities that relate to each other in a circle keep their order. */
export function inDependencyOrder<T>(items: readonly T[], entityOf: (item: T) => Entity): T[] {
  const byIdentifier = Map.groupBy(items, (item) => String(entityOf(item).identifier))
  const ordered: T[] = []
  const state = new Map<T, "open" | "done">()

  function visit(item: T): void {
    if (state.has(item)) return // done, or on the way here: a circle
    state.set(item, "open")
    for (const target of targetsOf(entityOf(item)))
      for (const other of byIdentifier.get(target) ?? []) visit(other)
    state.set(item, "done")
    ordered.push(item)
  }

  for (const item of items) visit(item)
  return ordered
}

/** Identifiers an entity relates to: plain values, and what a search query names outright. */
function targetsOf(entity: Entity): string[] {
  return Object.values(entity.relations ?? {}).flatMap(namesIn)
}

function namesIn(value: JsonValue): string[] {
  if (isSearchQuery(value)) return identifiersNamed(value)
  if (Array.isArray(value)) return value.flatMap(namesIn)
  return value === null || isJsonObject(value) ? [] : [String(value)]
}

function identifiersNamed(query: SearchQuery): string[] {
  return query.rules.flatMap((rule) => {
    if ("rules" in rule) return identifiersNamed(rule)
    return rule.property === "$identifier" && rule.operator === "=" && rule.value !== null
      ? [String(rule.value)]
      : []
  })
}

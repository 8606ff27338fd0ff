// The keys of a mapping that nobody reads, each with the name that was probably meant.
import { z } from "zod"
import { isJsonObject, type JsonValue } from "../common/json.ts"
import { nearest } from "../common/nearest.ts"
import type { ValuePath } from "../common/schema.ts"
import { mappingKeys } from "./mapping-schema.ts"
import { searchQueriesIn } from "./search-queries-in.ts"

export interface UnknownKey {
  path: ValuePath
  hint?: string
}

/** Looks at what has the right shape only: the rest has problems of its own. */
export function unknownMappingKeys(value: unknown, kinds: ReadonlyMap<string, z.ZodType>): UnknownKey[] {
  const found: UnknownKey[] = []
  const note = (held: unknown, known: readonly string[], path: ValuePath) => {
    if (isJsonObject(held)) found.push(...unknownKeys(held, known, path))
  }
  note(value, mappingKeys.top, [])
  const resources = isJsonObject(value) && Array.isArray(value.resources) ? value.resources : []
  for (const [index, resource] of resources.entries()) {
    if (!isJsonObject(resource)) continue
    const path = ["resources", index]
    note(resource, mappingKeys.resource, path)
    if (isJsonObject(resource.selector)) {
      found.push(...unknownSelectorKeys(resource.selector, resource.kind, [...path, "selector"], kinds))
    }
    if (!isJsonObject(resource.port)) continue
    note(resource.port, mappingKeys.port, [...path, "port"])
    if (!isJsonObject(resource.port.entity)) continue
    note(resource.port.entity, mappingKeys.entity, [...path, "port", "entity"])
    const { mappings } = resource.port.entity
    for (const [element, mapping] of [mappings].flat().entries()) {
      const below = [...path, "port", "entity", "mappings", ...(Array.isArray(mappings) ? [element] : [])]
      note(mapping, mappingKeys.mappings, below)
    }
    for (const query of searchQueriesIn(resource, path))
      found.push(...unknownInSearch(query.value, query.path))
  }
  return found
}

function unknownKeys(held: object, known: readonly string[], path: ValuePath): UnknownKey[] {
  return Object.keys(held)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const close = nearest(key, known)
      return { path: [...path, key], ...(close ? { hint: `did you mean "${close}"?` } : {}) }
    })
}

/** Each kind has keys of its own; one of another kind is a mistake that has a better answer than a similar word. */
function unknownSelectorKeys(
  selector: object,
  kind: unknown,
  path: ValuePath,
  kinds: ReadonlyMap<string, z.ZodType>,
): UnknownKey[] {
  const schema = typeof kind === "string" ? kinds.get(kind) : undefined
  if (!schema) return [] // of an unknown kind no key can be said to be wrong
  return unknownKeys(selector, [...mappingKeys.selector, ...keysOf(schema)], path).map((unknown) => {
    const key = String(unknown.path.at(-1))
    const owners = [...kinds].filter(([, other]) => keysOf(other).includes(key)).map(([name]) => name)
    return owners.length > 0 ? { ...unknown, hint: `it belongs to ${owners.join(", ")}` } : unknown
  })
}

function keysOf(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}

function unknownInSearch(value: JsonValue, path: ValuePath): UnknownKey[] {
  if (!isJsonObject(value)) return []
  const isQuery = "rules" in value || "combinator" in value
  const own = unknownKeys(value, isQuery ? mappingKeys.searchQuery : mappingKeys.searchRule, path)
  const rules = Array.isArray(value.rules) ? value.rules : []
  return [...own, ...rules.flatMap((rule, at) => unknownInSearch(rule, [...path, "rules", at]))]
}

// Pure: the part of an entity that a mapping decides, in one normal form for what we mapped and what the catalog holds.
import { digestOfText } from "../common/digest.ts"
import { isJsonObject, type JsonValue, stableStringify } from "../common/json.ts"
import type { EntityMapping } from "../port/app-config.ts"

/** The keys that one mapping writes and that can be compared. Search relations are not among them: see search-relations.ts. */
export interface EntityShape {
  title: boolean
  icon: boolean
  team: boolean
  properties: readonly string[]
  relations: readonly string[]
}

export function shapeOf(mapping: EntityMapping): EntityShape {
  const plain = Object.entries(mapping.relations).filter(([, value]) => typeof value === "string")
  return {
    title: mapping.title !== undefined,
    icon: mapping.icon !== undefined,
    team: typeof mapping.team === "string",
    properties: Object.keys(mapping.properties).sort(),
    relations: plain.map(([name]) => name).sort(),
  }
}

/** What a search must include so that `shapeDigest` can be taken of its answers, in Port's `$` names. */
export function includesOf(shapes: readonly EntityShape[]): string[] {
  const names = new Set(["$identifier", "$updatedAt"])
  for (const shape of shapes) {
    if (shape.title) names.add("$title")
    if (shape.icon) names.add("$icon")
    if (shape.team) names.add("$team")
    for (const name of [...shape.properties, ...shape.relations]) names.add(name)
  }
  return [...names]
}

export interface Comparable {
  identifier: JsonValue
  title?: unknown
  icon?: unknown
  team?: unknown
  properties?: Record<string, unknown> | undefined
  relations?: Record<string, unknown> | undefined
}

/**
 * A fingerprint of the shape's keys. Equal for what Port treats as equal: a null and an absent value; a title that is
 * not there and the identifier, which Port puts in its place; one related entity and a list of it.
 */
export function shapeDigest(shape: EntityShape, entity: Comparable): string {
  const identifier = String(entity.identifier)
  // Written down at once, its keys in their order: this is done for every entity of every run.
  let text = "{"
  if (shape.icon && (entity.icon ?? null) !== null) text += `"icon":${stableStringify(json(entity.icon))},`
  text += `"properties":${pick(shape.properties, entity.properties, plain)}`
  text += `,"relations":${pick(shape.relations, entity.relations, related)}`
  if (shape.team) text += `,"team":${JSON.stringify(listOf(entity.team))}`
  if (shape.title && (entity.title ?? identifier) !== identifier)
    text += `,"title":${stableStringify(json(entity.title))}`
  return digestOfText(`${text}}`)
}

/** A relation's or team's value as a sorted list without repeats: "a", ["a"] and ["a", "a"] mean the same. */
export function listOf(value: unknown): string[] {
  if (value === null || value === undefined) return []
  if (typeof value === "string") return [value]
  const items = (Array.isArray(value) ? value : [value]).filter((one) => one !== null)
  return [...new Set(items.map((one) => (isJsonObject(one) ? JSON.stringify(one) : String(one))))].sort()
}

/** An object of these names, as `stableStringify` writes it; what is normalized to null is left out. */
function pick(
  names: readonly string[],
  held: Record<string, unknown> | undefined,
  normalize: (value: unknown) => JsonValue,
): string {
  let text = "{"
  for (const name of names) {
    const value = normalize(held?.[name])
    if (value === null) continue
    if (text.length > 1) text += ","
    text += `${JSON.stringify(name)}:${stableStringify(value)}`
  }
  return `${text}}`
}

function plain(value: unknown): JsonValue {
  return withoutNulls(json(value))
}

function related(value: unknown): JsonValue {
  const list = listOf(value)
  return list.length > 0 ? list : null
}

/** JSON by origin: it was parsed from an answer or came from the mapping engine. */
function json(value: unknown): JsonValue {
  return (value ?? null) as JsonValue
}

/** Nested nulls count as absent too: the catalog may drop them. */
export function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === null ? [] : [[key, withoutNulls(one)]])),
  )
}

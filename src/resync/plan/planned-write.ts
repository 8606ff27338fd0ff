// Pure: what an entity becomes by a write, and in which fields that differs from what it was.
import { isJsonObject, type JsonObject, type JsonValue, jsonEqual } from "../../common/json.ts"
import type { Blueprint } from "../../port/blueprint.ts"
import type { CatalogEntity } from "../../port/entities-api.ts"
import type { Entity } from "../../port/entity.ts"
import { listOf, withoutNulls } from "../entity-shape.ts"

/** Old and new value of one field: `title`, `icon`, `team`, `properties.status`, `relations.project`. */
export interface FieldChange {
  field: string
  /** Null where there was none. */
  from: JsonValue
  /** Null where there will be none. */
  to: JsonValue
}

/** The entity after a write: merged into what it was, or in its place. Its searches are resolved already. */
export function written(
  definition: Blueprint,
  entity: Entity,
  { identifier, before, merge }: { identifier: string; before: CatalogEntity | undefined; merge: boolean },
): CatalogEntity {
  const kept = merge ? before : undefined
  return {
    identifier,
    blueprint: definition.identifier,
    title: entity.title === undefined ? (kept ? kept.title : identifier) : entity.title,
    icon: entity.icon === undefined ? kept?.icon : entity.icon,
    team: entity.team === undefined ? kept?.team : entity.team,
    properties: { ...(kept ? kept.properties : defaultsOf(definition)), ...entity.properties },
    relations: { ...kept?.relations, ...entity.relations },
  }
}

/** Equal is what Port treats as equal: null and absent, one related entity and a list of it. */
export function changedFields(
  before: CatalogEntity | undefined,
  after: CatalogEntity | undefined,
): FieldChange[] {
  const fields = new Map<string, FieldChange>()
  const note = (side: "from" | "to", entity: CatalogEntity | undefined) => {
    for (const [field, value] of fieldsOf(entity)) {
      const change = fields.get(field) ?? { field, from: null, to: null }
      fields.set(field, { ...change, [side]: value })
    }
  }
  note("from", before)
  note("to", after)
  return [...fields.values()].filter(({ from, to }) => !jsonEqual(from, to))
}

function fieldsOf(entity: CatalogEntity | undefined): [string, JsonValue][] {
  if (!entity) return []
  const title = (entity.title ?? entity.identifier) === entity.identifier ? null : json(entity.title)
  const own: [string, JsonValue][] = [
    ["title", title],
    ["icon", json(entity.icon)],
    ["team", oneOrList(listOf(entity.team))],
  ]
  const properties = Object.entries(entity.properties ?? {}).map(([name, value]): [string, JsonValue] => [
    `properties.${name}`,
    withoutNulls(json(value)),
  ])
  const relations = Object.entries(entity.relations ?? {}).map(([name, value]): [string, JsonValue] => [
    `relations.${name}`,
    isJsonObject(value) ? value : oneOrList(listOf(value)),
  ])
  return [...own, ...properties, ...relations]
}

function oneOrList(list: string[]): JsonValue {
  const [first] = list
  return list.length > 1 ? list : (first ?? null)
}

/** Port fills these in where an entity is made new or replaced. */
function defaultsOf(definition: Blueprint): JsonObject {
  const withDefault = Object.entries(definition.schema.properties).flatMap(([name, property]) =>
    property.default === undefined || property.default === null
      ? []
      : [[name, json(property.default)] as const],
  )
  return Object.fromEntries(withDefault)
}

/** JSON by origin: it was parsed from an answer or came from the mapping engine. */
function json(value: unknown): JsonValue {
  return (value ?? null) as JsonValue
}

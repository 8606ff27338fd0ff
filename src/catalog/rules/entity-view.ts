// An entity as the API answers it: nulls for what is unset, and only the fields that were asked for.
import type { JsonObject, JsonValue } from "../../common/json.ts"
import type { EntityRecord } from "../store/entities.ts"
import { teamRelation } from "../store/relations.ts"
import type { BlueprintDefinition } from "./blueprint-definition.ts"

/** Fields by name: `title`, `properties`, `properties.x`, `relations.y`. Undefined means all. */
export interface Projection {
  include: ReadonlySet<string> | undefined
  exclude: ReadonlySet<string>
}

export interface ViewOptions {
  /** By default all. */
  projection?: Projection
  /** Relations as `{identifier, title}` instead of identifiers. */
  relationTitles?: boolean
  /** What is not stored and shown all the same. */
  derived?: DerivedValues
}

export interface DerivedValues {
  /** Calculated properties, which stand beside the stored ones. */
  values: JsonObject
  /** Inherited teams, in place of the entity's own. */
  team?: string[]
}

export const wholeEntity: Projection = { include: undefined, exclude: new Set() }

export function viewEntity(
  record: EntityRecord,
  blueprint: BlueprintDefinition | undefined,
  options: ViewOptions = {},
): JsonObject {
  const { projection = wholeEntity } = options
  const whole = wholeView(record, blueprint, options)
  return projection.include || projection.exclude.size > 0 ? project(whole, projection) : whole
}

/** Whether a projection shows a property of this name. */
export function showsProperty({ include, exclude }: Projection, name: string): boolean {
  const [part, whole] = [`properties.${name}`, "properties"]
  return (!include || include.has(whole) || include.has(part)) && !exclude.has(whole) && !exclude.has(part)
}

/** Whether a projection shows anything that stands in `catalog_relations`. */
export function showsTargets({ include, exclude }: Projection): boolean {
  const shown = include ? [...include] : ["team", "relations"]
  return shown.some((name) => !exclude.has(name) && (name === "team" || name.split(".")[0] === "relations"))
}

function wholeView(
  record: EntityRecord,
  blueprint: BlueprintDefinition | undefined,
  options: ViewOptions,
): JsonObject {
  return {
    identifier: record.identifier,
    title: record.title,
    icon: record.icon,
    blueprint: record.blueprint,
    team: options.derived?.team ?? (record.targets.get(teamRelation) ?? []).map((team) => team.identifier),
    properties: { ...propertiesOf(record, blueprint), ...options.derived?.values },
    relations: relationsOf(record, blueprint, options.relationTitles === true),
    createdAt: new Date(record.createdAt).toISOString(),
    createdBy: record.createdBy,
    updatedAt: new Date(record.updatedAt).toISOString(),
    updatedBy: record.updatedBy,
  }
}

/** Every property of the blueprint, unset ones as null: clients compare with what they would send. */
function propertiesOf(record: EntityRecord, blueprint: BlueprintDefinition | undefined): JsonObject {
  const values: JsonObject = {}
  for (const name of Object.keys(blueprint?.schema.properties ?? {})) {
    values[name] = record.properties[name] ?? null
  }
  return values
}

function relationsOf(
  record: EntityRecord,
  blueprint: BlueprintDefinition | undefined,
  withTitles: boolean,
): JsonObject {
  const relations: JsonObject = {}
  for (const [name, relation] of Object.entries(blueprint?.relations ?? {})) {
    const values = (record.targets.get(name) ?? []).map(
      ({ identifier, title }): JsonValue => (withTitles ? { identifier, title } : identifier),
    )
    relations[name] = relation.many ? values : (values[0] ?? null)
  }
  return relations
}

function project(whole: JsonObject, { include, exclude }: Projection): JsonObject {
  const shown: JsonObject = {}
  for (const [key, value] of Object.entries(whole)) {
    if (exclude.has(key)) continue
    const members = key === "properties" || key === "relations"
    if (!members) {
      if (!include || include.has(key)) shown[key] = value
      continue
    }
    const kept = Object.entries(value as JsonObject).filter(
      // both are made as objects above
      ([name]) =>
        (!include || include.has(key) || include.has(`${key}.${name}`)) && !exclude.has(`${key}.${name}`),
    )
    const asked = !include || include.has(key) || [...include].some((name) => name.startsWith(`${key}.`))
    if (asked) shown[key] = Object.fromEntries(kept)
  }
  return shown
}

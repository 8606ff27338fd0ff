// Pure: an entity against a blueprint that Port does not have yet (or not yet so), where Port itself cannot be asked.
import type { JsonValue } from "../../common/json.ts"
import type { Blueprint } from "../../port/blueprint.ts"
import type { Entity } from "../../port/entity.ts"
import { isSearchQuery } from "../../port/search-query.ts"

/** Why Port would refuse the entity, as far as names, types and required fields tell; undefined where nothing does. */
export function checkEntity(
  { identifier, schema, relations }: Blueprint,
  entity: Entity,
  existing: boolean,
): string | undefined {
  for (const [name, value] of Object.entries(entity.properties ?? {})) {
    const property = schema.properties[name]
    if (!property) return `"${name}" is no property of "${identifier}"`
    if (!fits(property.type, value)) return `property "${name}" of "${identifier}" must be ${property.type}`
    const allowed: unknown = property.enum
    if (Array.isArray(allowed) && value !== null && !allowed.includes(value))
      return `property "${name}" of "${identifier}" must be one of ${allowed.join(", ")}`
  }
  for (const [name, value] of Object.entries(entity.relations ?? {})) {
    const relation = relations[name]
    if (!relation) return `"${name}" is no relation of "${identifier}"`
    if (!relation.many && Array.isArray(value))
      return `relation "${name}" of "${identifier}" takes a single target`
  }
  if (existing) return undefined
  const property = schema.required.find((name) => (entity.properties?.[name] ?? null) === null)
  if (property !== undefined) return `property "${property}" of "${identifier}" is required`
  const relation = Object.entries(relations).find(
    ([name, { required }]) => required && isEmpty(entity.relations?.[name]),
  )
  return relation && `relation "${relation[0]}" of "${identifier}" is required`
}

function fits(type: string | undefined, value: JsonValue): boolean {
  if (value === null || type === undefined) return true
  if (type === "array") return Array.isArray(value)
  if (type === "object") return typeof value === "object" && !Array.isArray(value)
  return !["string", "number", "boolean"].includes(type) || typeof value === type
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (isSearchQuery(value)) return false
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}

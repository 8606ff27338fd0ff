// What an entity's fields become: body and stored entity against the blueprint. Pure.
import type { JsonObject } from "../../common/json.ts"
import { invalidRequest, ok, type Refusal, type Result, refuse, refused } from "../api-error.ts"
import type { StoredBlueprint } from "../store/blueprints.ts"
import type { EntityBody } from "./entity-body.ts"
import { inheritancePath } from "./ownership.ts"
import { withoutNulls } from "./property-values.ts"

/** Replace: only what the body holds remains. Merge: only what the body holds changes. */
export type WriteMode = "replace" | "merge"

/**
 * The entity's properties after the write. On merge only the properties of the body are checked: what was stored
 * under an older blueprint is not refused for it.
 */
export function nextProperties(
  blueprint: StoredBlueprint,
  body: JsonObject,
  stored: JsonObject | undefined,
): Result<JsonObject> {
  const sent = withoutNulls(body)
  const problem = unknownProperty(blueprint, body) ?? blueprint.checkProperties(sent)
  if (problem !== undefined) return refused(mismatch(problem))
  const next = stored ? { ...stored } : { ...blueprint.defaults }
  for (const [name, value] of Object.entries(body)) {
    if (value === null) delete next[name]
    else next[name] = value
  }
  for (const name of blueprint.definition.schema.required) {
    const touched = stored === undefined || Object.hasOwn(body, name)
    if (touched && !Object.hasOwn(next, name)) {
      return refused(mismatch(`"properties" must have required property '${name}'`))
    }
  }
  return ok(next)
}

/** A null member never reaches the schema, so its name is looked at here. */
function unknownProperty(blueprint: StoredBlueprint, body: JsonObject): string | undefined {
  const known = blueprint.definition.schema.properties
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(known, name))
  return unknown === undefined
    ? undefined
    : `"properties" must NOT have additional properties ('${unknown}' is no property of "${blueprint.definition.identifier}")`
}

/** What can be said of a body's relations and team without looking at other entities. */
export function checkLinks(blueprint: StoredBlueprint, body: EntityBody): Refusal | undefined {
  const { definition } = blueprint
  for (const [name, value] of body.relations) {
    const relation = Object.hasOwn(definition.relations, name) ? definition.relations[name] : undefined
    if (!relation) {
      return mismatch(
        `"relations" must NOT have additional properties ('${name}' is no relation of "${definition.identifier}")`,
      )
    }
    if (!relation.many && Array.isArray(value)) {
      return refuse(
        422,
        "relation_many_violation",
        `relation "${name}" of "${definition.identifier}" takes a single target`,
      )
    }
  }
  if (body.team === undefined || body.team === null || inheritancePath(definition) === undefined)
    return undefined
  return refuse(
    422,
    "team_inheritance_enabled",
    `"${definition.identifier}" inherits its teams; they cannot be set`,
  )
}

export function missingRelation(relation: string): Refusal {
  return refuse(422, "required_relation", `"relations" must have required property '${relation}'`)
}

function mismatch(message: string): Refusal {
  return refuse(422, "blueprint_schema_mismatch", message)
}

export function badIdentifier(problem: string): Refusal {
  return invalidRequest(`"identifier" ${problem}`)
}

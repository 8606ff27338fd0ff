// Rules that walk relations: entities related to others, and entities at the end of a path.
import { isJsonObject, type JsonObject, type JsonValue } from "../../common/json.ts"
import { ApiError, ok, type Result, refused } from "../api-error.ts"
import { fail } from "./refuse-query.ts"

export type GraphRule = RelatedRule | PathRule

/** Entities related to the named ones over any number of relations, all followed in one direction. */
export interface RelatedRule {
  walk: "related"
  blueprint: string
  identifiers: string[]
  directions: readonly Direction[]
  /** Only relations that are required, or only those that are not; undefined for all. */
  required: boolean | undefined
}

/** Upstream: what an entity points to. Downstream: what points to it. */
export type Direction = "upstream" | "downstream"

/** Entities whose path ends at a named one; with `fromBlueprint`, entities where the path of a named one ends. */
export interface PathRule {
  walk: "path"
  path: PathStep[]
  fromBlueprint: string | undefined
  identifiers: string[]
}

export interface PathStep {
  relation: string
  /** How often the relation is followed, at least and at most. */
  least: number
  most: number
}

const mostHops = 15
const directions: readonly Direction[] = ["upstream", "downstream"]

/** Undefined where the rule asks of a property or a relation instead. Throws a 422. */
export function graphRule(rule: JsonObject, at: { path: string }): GraphRule | undefined {
  if (rule.operator === "relatedTo") return relatedRule(rule, at)
  const { property } = rule
  if (!isJsonObject(property) || !("path" in property)) return undefined
  const where = { path: `${at.path}.property` }
  if (rule.operator !== "matchAny")
    return fail({ path: `${at.path}.operator` }, "must be equal to one of the allowed values: matchAny")
  return {
    walk: "path",
    path: pathAt(property.path, { path: `${where.path}.path` }),
    fromBlueprint: optionalText(property.fromBlueprint, { path: `${where.path}.fromBlueprint` }),
    identifiers: identifiersOf(rule.value, at),
  }
}

function relatedRule(rule: JsonObject, at: { path: string }): RelatedRule {
  const { blueprint, direction, required } = rule
  if (typeof blueprint !== "string") return fail(at, "must have required property 'blueprint'")
  if (required !== undefined && typeof required !== "boolean")
    return fail({ path: `${at.path}.required` }, "must be boolean")
  const chosen = directions.filter((one) => direction === undefined || one === direction)
  if (chosen.length === 0)
    return fail(
      { path: `${at.path}.direction` },
      "must be equal to one of the allowed values: upstream, downstream",
    )
  return {
    walk: "related",
    blueprint,
    identifiers: identifiersOf(rule.value, at),
    directions: chosen,
    required,
  }
}

/** A path on its own, as an aggregation's filter has it. */
export function parsePath(value: JsonValue | undefined, root: string): Result<PathStep[]> {
  try {
    return ok(pathAt(value, { path: root }))
  } catch (error) {
    if (error instanceof ApiError) return refused(error.refusal)
    throw error
  }
}

function pathAt(value: JsonValue | undefined, at: { path: string }): PathStep[] {
  if (!Array.isArray(value) || value.length === 0) return fail(at, "must be an array with at least one item")
  const steps = value.map((step, index) => pathStep(step, { path: `${at.path}[${index}]` }, index === 0))
  if (value.filter(isJsonObject).length > 1) return fail(at, "must NOT have maxHops more than once")
  return steps
}

function pathStep(step: JsonValue, at: { path: string }, isFirst: boolean): PathStep {
  if (typeof step === "string") return { relation: step, least: 1, most: 1 }
  if (!isJsonObject(step) || typeof step.relation !== "string")
    return fail(at, "must be a relation, or an object with relation and maxHops")
  const { maxHops = 1 } = step
  if (typeof maxHops !== "number" || !Number.isInteger(maxHops) || maxHops < 1 || maxHops > mostHops)
    return fail({ path: `${at.path}.maxHops` }, `must be an integer from 1 to ${mostHops}`)
  // After fixed hops their end counts too; a path is never empty as a whole.
  return { relation: step.relation, least: isFirst ? 1 : 0, most: maxHops }
}

function identifiersOf(value: JsonValue | undefined, at: { path: string }): string[] {
  if (value === undefined) return fail(at, "must have required property 'value'")
  const list = Array.isArray(value) ? value : [value]
  return list.map((item) =>
    typeof item === "string"
      ? item
      : fail({ path: `${at.path}.value` }, "must be string or array of strings"),
  )
}

function optionalText(value: JsonValue | undefined, at: { path: string }): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === "string" ? value : fail(at, "must be string")
}

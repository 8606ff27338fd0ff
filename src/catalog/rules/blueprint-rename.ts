// One property, mirror or relation of a blueprint under another name, and everything that names it.
import { isJsonObject, type JsonObject, type JsonValue } from "../../common/json.ts"
import type { BlueprintDefinition } from "./blueprint-definition.ts"

export type RenamedPart = "property" | "mirror" | "relation"

export interface Rename {
  blueprint: string
  part: RenamedPart
  before: string
  after: string
}

/** Undefined where the blueprint has no such part; "taken" where it has one of the new name. */
export function renamePart(
  definition: BlueprintDefinition,
  { part, before, after }: Rename,
): BlueprintDefinition | "taken" | undefined {
  const { schema, mirrorProperties, relations } = definition
  const parts = { property: schema.properties, mirror: mirrorProperties, relation: relations }[part]
  if (!Object.hasOwn(parts, before)) return undefined
  if (before !== after && isTaken(definition, part, after)) return "taken"
  if (part === "mirror") return { ...definition, mirrorProperties: renamed(mirrorProperties, before, after) }
  if (part === "relation") return { ...definition, relations: renamed(relations, before, after) }
  const required = schema.required.map((name) => (name === before ? after : name))
  return {
    ...definition,
    schema: { ...schema, properties: renamed(schema.properties, before, after), required },
  }
}

/** The same blueprint, naming the part by its new name wherever it names it. Expressions of jq stay as they are. */
export function followRename(
  definition: BlueprintDefinition,
  rename: Rename,
  find: (identifier: string) => BlueprintDefinition | undefined,
): BlueprintDefinition {
  const path = (steps: readonly string[], from: string) => renamedSteps(steps, { rename, from, find })
  const dotted = (text: JsonValue | undefined) =>
    typeof text === "string" ? path(text.split("."), definition.identifier).join(".") : text
  const next: BlueprintDefinition = {
    ...definition,
    mirrorProperties: mapValues(definition.mirrorProperties, (one) => withPath(one, dotted)),
    aggregationProperties: mapValues(definition.aggregationProperties, (one) =>
      renamedAggregation(one, { rename, holder: definition.identifier, path }),
    ),
  }
  for (const key of ["ownership", "teamInheritance"]) {
    const value = next[key]
    if (isJsonObject(value)) next[key] = withPath(value, dotted)
  }
  return next
}

function isTaken(definition: BlueprintDefinition, part: RenamedPart, name: string): boolean {
  if (part === "relation") return Object.hasOwn(definition.relations, name)
  // Stored and calculated values stand beside each other in an entity.
  const { schema, mirrorProperties, calculationProperties, aggregationProperties } = definition
  return [schema.properties, mirrorProperties, calculationProperties, aggregationProperties].some((parts) =>
    Object.hasOwn(parts, name),
  )
}

interface Walk {
  rename: Rename
  from: string
  find: (identifier: string) => BlueprintDefinition | undefined
}

/** A path of relations, which may end with a property. */
function renamedSteps(steps: readonly string[], { rename, from, find }: Walk): string[] {
  let at: string | undefined = from
  return steps.map((step, index) => {
    const here = at
    const relation = here === undefined ? undefined : find(here)?.relations[step]
    at = relation?.target
    if (here !== rename.blueprint || step !== rename.before) return step
    const isRelation = index < steps.length - 1 || relation !== undefined
    return isRelation === (rename.part === "relation") ? rename.after : step
  })
}

interface AggregationWalk {
  rename: Rename
  holder: string
  path: (steps: readonly string[], from: string) => string[]
}

function renamedAggregation(one: JsonObject, { rename, holder, path }: AggregationWalk): JsonObject {
  const next = { ...one }
  const spec = one.calculationSpec
  if (rename.part !== "relation" && one.target === rename.blueprint && isJsonObject(spec)) {
    const follow = (name: JsonValue | undefined) => (name === rename.before ? rename.after : name)
    const names = { property: follow(spec.property), measureTimeBy: follow(spec.measureTimeBy) }
    next.calculationSpec = { ...spec, ...withoutUndefined(names) }
  }
  if (Array.isArray(one.pathFilter)) {
    next.pathFilter = one.pathFilter.map((filter) => {
      if (!isJsonObject(filter) || !Array.isArray(filter.path)) return filter
      const from = typeof filter.fromBlueprint === "string" ? filter.fromBlueprint : holder
      const steps = path(filter.path.map(relationOf), from)
      return { ...filter, path: filter.path.map((step, index) => withRelation(step, steps[index] ?? "")) }
    })
  }
  return next
}

function relationOf(step: JsonValue): string {
  return isJsonObject(step) ? String(step.relation) : String(step)
}

function withRelation(step: JsonValue, relation: string): JsonValue {
  return isJsonObject(step) ? { ...step, relation } : relation
}

function withPath(
  value: JsonObject,
  path: (text: JsonValue | undefined) => JsonValue | undefined,
): JsonObject {
  return { ...value, ...withoutUndefined({ path: path(value.path) }) }
}

function withoutUndefined(values: Record<string, JsonValue | undefined>): JsonObject {
  const kept = Object.entries(values).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined)
  return Object.fromEntries(kept)
}

/** In its place among the others. */
function renamed<T>(parts: { [name: string]: T }, before: string, after: string): { [name: string]: T } {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name === before ? after : name, part]),
  )
}

function mapValues<T>(parts: { [name: string]: T }, change: (part: T) => T): { [name: string]: T } {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, change(part)]))
}

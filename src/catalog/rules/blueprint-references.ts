// What a blueprint says about other blueprints, and about what it was before: pure checks.
import { isJsonObject, type JsonObject, jsonEqual } from "../../common/json.ts"
import { invalidRequest, type Refusal, refuse } from "../api-error.ts"
import { parsePath } from "../search/graph-rules.ts"
import { parseQuery } from "../search/query.ts"
import type { BlueprintDefinition } from "./blueprint-definition.ts"
import { inheritancePath } from "./ownership.ts"
import { propertyCheckProblem } from "./property-values.ts"
import { systemBlueprint } from "./system-blueprints.ts"

/** Finds a blueprint by identifier; the one being written is found in its new form. */
export type FindBlueprint = (identifier: string) => BlueprintDefinition | undefined

/** The first thing wrong with what the blueprint refers to. */
export function checkReferences(definition: BlueprintDefinition, find: FindBlueprint): Refusal | undefined {
  for (const [name, relation] of Object.entries(definition.relations)) {
    if (find(relation.target)) continue
    return invalidRequest(`relation "${name}": the target blueprint "${relation.target}" does not exist`)
  }
  for (const [name, mirror] of Object.entries(definition.mirrorProperties)) {
    const problem = mirrorProblem(definition, String(mirror.path), find)
    if (problem) return invalidRequest(`mirrorProperties "${name}": ${problem}`)
  }
  for (const [name, aggregation] of Object.entries(definition.aggregationProperties)) {
    const refusal = checkAggregation(name, aggregation, find)
    if (refusal) return refusal
  }
  // Only the first step: integrations create blueprints that inherit through each other one after the other.
  const [first] = inheritancePath(definition)?.split(".") ?? []
  if (first !== undefined && !Object.hasOwn(definition.relations, first))
    return invalidRequest(`ownership.path begins with "${first}", which is no relation of the blueprint`)
  for (const name of definition.schema.required) {
    if (Object.hasOwn(definition.schema.properties, name)) continue
    return invalidRequest(`schema.required names "${name}", which is no property of the blueprint`)
  }
  const problem = propertyCheckProblem(definition)
  return problem === undefined ? undefined : invalidRequest(problem)
}

function checkAggregation(name: string, aggregation: JsonObject, find: FindBlueprint): Refusal | undefined {
  const root = `aggregationProperties.${name}`
  const { target, query, pathFilter } = aggregation
  if (!find(String(target)))
    return invalidRequest(`"${root}": the target blueprint "${String(target)}" does not exist`)
  for (const filter of Array.isArray(pathFilter) ? pathFilter : []) {
    const path = isJsonObject(filter) ? filter.path : undefined
    const parsed = parsePath(path, `${root}.pathFilter.path`)
    if (!parsed.ok) return parsed.refusal
  }
  const parsed = isJsonObject(query) ? parseQuery(query, { root: `${root}.query` }) : undefined
  return parsed?.ok === false ? parsed.refusal : undefined
}

function mirrorProblem(start: BlueprintDefinition, path: string, find: FindBlueprint): string | undefined {
  let at: BlueprintDefinition | undefined = start
  for (const step of path.split(".").slice(0, -1)) {
    const relation: { target: string } | undefined = at?.relations[step]
    if (!relation)
      return `the path "${path}" goes through "${step}", which is no relation of "${at?.identifier ?? ""}"`
    at = find(relation.target)
  }
  return undefined
}

/** What of the stored blueprint may not change: the types of its properties, and what Port owns. */
export function checkChange(stored: BlueprintDefinition, next: BlueprintDefinition): Refusal | undefined {
  for (const [name, property] of Object.entries(next.schema.properties)) {
    const before = stored.schema.properties[name]
    if (before && before.type !== property.type) {
      return invalidRequest(
        `the type of the property "${name}" cannot change from ${String(before.type)} to ${String(property.type)}`,
      )
    }
  }
  const owned = systemBlueprint(stored.identifier)
  return owned && checkProtected(owned, next)
}

function checkProtected(owned: BlueprintDefinition, next: BlueprintDefinition): Refusal | undefined {
  if (next.identifier !== owned.identifier) return violation(`"${owned.identifier}" cannot be renamed`)
  const parts: [string, JsonObject, JsonObject][] = [
    ["property", owned.schema.properties, next.schema.properties],
    ["relation", owned.relations, next.relations],
  ]
  for (const [what, before, after] of parts) {
    for (const [name, definition] of Object.entries(before)) {
      const now = after[name]
      if (now !== undefined && jsonEqual(now, definition)) continue
      return violation(`the ${what} "${name}" of "${owned.identifier}" belongs to Port and cannot change`)
    }
  }
  return undefined
}

export function violation(message: string): Refusal {
  return refuse(422, "protected_blueprint_violation", message)
}

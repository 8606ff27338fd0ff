// Values that are not stored: mirror, calculation and aggregation properties, and inherited teams, made when read.
import type { JsonObject } from "../../common/json.ts"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import type { EntityRecord } from "../store/entities.ts"
import { aggregate } from "./aggregations.ts"
import { calculate } from "./calculations.ts"
import type { DeriveDeps } from "./derive-deps.ts"
import { type Derive, mirror } from "./mirrors.ts"

/** A mirror of a mirror of a mirror …: blueprints may point at each other in a circle. */
const deepest = 5

/** The named calculated values of each record, in their order. All records are of the one blueprint. */
export async function derive(
  deps: DeriveDeps,
  definition: BlueprintDefinition,
  records: readonly EntityRecord[],
  names: readonly string[],
  depth = 0,
): Promise<JsonObject[]> {
  const values = records.map((): JsonObject => ({}))
  if (depth > deepest || records.length === 0) return values
  const wanted = new Set(names)
  const calculations = Object.entries(definition.calculationProperties).filter(([name]) => wanted.has(name))
  const texts = calculations.map(([, { calculation }]) => String(calculation))
  const mirrors = Object.entries(definition.mirrorProperties).filter(
    ([name]) => wanted.has(name) || texts.length > 0,
  )
  const aggregations = Object.entries(definition.aggregationProperties).filter(
    ([name]) => wanted.has(name) || texts.some((text) => text.includes(name)),
  )
  for (const [name, { path }] of mirrors) {
    const nested: Derive = (blueprint, targets, one) => derive(deps, blueprint, targets, [one], depth + 1)
    const found = await mirror(deps, definition, { records, path: String(path), nested })
    for (const [index, value] of found.entries()) put(values[index], name, value)
  }
  for (const [name, property] of aggregations) {
    const found = await aggregate(deps, property, records)
    for (const [index, value] of found.entries()) put(values[index], name, value)
  }
  if (texts.length > 0) {
    const found = await calculate(deps.jq, definition, { records, values, texts })
    for (const [index, results] of found.entries()) {
      for (const [at, [name]] of calculations.entries()) put(values[index], name, results[at] ?? null)
    }
  }
  return values
}

function put(values: JsonObject | undefined, name: string, value: JsonObject[string]): void {
  if (values) values[name] = value
}

// Entities as the API answers them, with the values that are not stored.
import type { JsonObject } from "../../common/json.ts"
import { type BlueprintDefinition, calculatedNames } from "../rules/blueprint-definition.ts"
import {
  type DerivedValues,
  type Projection,
  showsProperty,
  showsTargets,
  type ViewOptions,
  viewEntity,
} from "../rules/entity-view.ts"
import { inheritancePath } from "../rules/ownership.ts"
import type { EntityRecord } from "../store/entities.ts"
import { derive } from "./derive.ts"
import type { DeriveDeps } from "./derive-deps.ts"
import { inheritedTeams } from "./inherited-teams.ts"

export interface ReadOptions {
  projection: Projection
  relationTitles: boolean
  /** False leaves calculated properties out altogether. */
  calculated: boolean
}

/** Whether records must be read with their targets, to be shown or to calculate from. */
export function needsTargets(options: ReadOptions, definitions: readonly BlueprintDefinition[]): boolean {
  if (showsTargets(options.projection)) return true
  return definitions.some((definition) => shownNames(definition, options).length > 0)
}

export function isPartlyDerived(definition: BlueprintDefinition): boolean {
  return calculatedNames(definition).length > 0 || inheritancePath(definition) !== undefined
}

/** In the order of the records, which may be of several blueprints. */
export async function viewEntities(
  deps: DeriveDeps,
  records: readonly EntityRecord[],
  options: ReadOptions,
): Promise<JsonObject[]> {
  const derived = new Map<EntityRecord, DerivedValues>()
  for (const [blueprint, ofOne] of Map.groupBy(records, (record) => record.blueprint)) {
    const definition = deps.blueprints.get(blueprint)?.definition
    if (definition) await deriveInto(derived, deps, { definition, records: ofOne, options })
  }
  return records.map((record) => {
    const values = derived.get(record)
    const view: ViewOptions = { ...options, ...(values ? { derived: values } : {}) }
    return viewEntity(record, deps.blueprints.get(record.blueprint)?.definition, view)
  })
}

interface Group {
  definition: BlueprintDefinition
  records: readonly EntityRecord[]
  options: ReadOptions
}

async function deriveInto(
  into: Map<EntityRecord, DerivedValues>,
  deps: DeriveDeps,
  { definition, records, options }: Group,
): Promise<void> {
  const names = shownNames(definition, options)
  const inherits = inheritancePath(definition) !== undefined && showsTargets(options.projection)
  if (names.length === 0 && !inherits) return
  const values = await derive(deps, definition, records, names)
  const teams = inherits ? await inheritedTeams(deps, definition, records) : undefined
  for (const [index, record] of records.entries()) {
    const shown = Object.entries(values[index] ?? {}).filter(([name]) => names.includes(name))
    const team = teams?.[index]
    into.set(record, { values: Object.fromEntries(shown), ...(team ? { team } : {}) })
  }
}

function shownNames(definition: BlueprintDefinition, { projection, calculated }: ReadOptions): string[] {
  return calculated ? calculatedNames(definition).filter((name) => showsProperty(projection, name)) : []
}

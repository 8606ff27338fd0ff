// Upserts of a plan: Port checks each entity and stores nothing; what it would store is laid over the catalog.
import type { JsonObject } from "../../common/json.ts"
import type { Blueprint } from "../../port/blueprint.ts"
import type { EntitiesApi } from "../../port/entities-api.ts"
import { type Entity, isSystemBlueprint } from "../../port/entity.ts"
import type { UpsertOptions, UpsertOutcome } from "../../port/entity-upserts.ts"
import { isSearchQuery } from "../../port/search-query.ts"
import { listOf } from "../entity-shape.ts"
import { checkEntity } from "./check-entity.ts"
import { type ResolvedSearches, refusal, resolveSearches } from "./planned-searches.ts"
import { written } from "./planned-write.ts"
import type { ShadowCatalog } from "./shadow-catalog.ts"

export interface PlannedUpsertDeps {
  entities: Pick<EntitiesApi, "upsert">
  shadow: ShadowCatalog
  blueprint(identifier: string): Promise<Blueprint | undefined>
  /** Whether Port cannot check entities of this blueprint, since the plan makes or changes the blueprint itself. */
  isUnknownToPort(blueprint: string): boolean
}

/** An entity with its searches resolved as far as the plan decides what they find. */
interface Prepared extends ResolvedSearches {
  entity: Entity
  /** The targets that its relations name, by blueprint. */
  targets: { blueprint: string; identifier: string }[]
}

/** One outcome per entity, in order, as the entities API gives them. Throws only what Port's own check throws. */
export async function planUpserts(
  deps: PlannedUpsertDeps,
  blueprint: string,
  entities: readonly Entity[],
  how: UpsertOptions,
): Promise<UpsertOutcome[]> {
  const definition = await deps.blueprint(blueprint)
  if (!definition) return deps.entities.upsert(blueprint, entities, validating(how))
  const prepared: Prepared[] = []
  for (const entity of entities) prepared.push(await prepare(deps, definition, entity))
  await loadNamed(deps.shadow, blueprint, prepared)
  const checked = new Map<Prepared, UpsertOutcome>()
  for (const [createMissing, group] of Map.groupBy(
    prepared,
    (one) => how.createMissing || onlyPlanned(deps, one),
  )) {
    const outcomes = await check(deps, definition, group, { ...how, createMissing })
    for (const [at, one] of group.entries()) {
      const outcome = outcomes[at]
      // Where Port refuses it already now, its own words are the better ones.
      if (outcome)
        checked.set(one, outcome.ok && one.refusal ? one.refusal : { ...outcome, entity: one.entity })
    }
  }
  const outcomes: UpsertOutcome[] = []
  for (const one of prepared) {
    const outcome = checked.get(one)
    if (!outcome) throw new Error("an entity of a plan got no outcome")
    outcomes.push(outcome.ok ? await apply(deps, definition, { ...one, outcome, how }) : outcome)
  }
  return outcomes
}

function validating(how: UpsertOptions): UpsertOptions {
  const { resyncId, ...rest } = how
  return { ...rest, validateOnly: true }
}

async function prepare(
  { shadow }: PlannedUpsertDeps,
  definition: Blueprint,
  entity: Entity,
): Promise<Prepared> {
  const searches = await resolveSearches(shadow, definition, entity)
  const targets = Object.entries(searches.resolved.relations ?? {}).flatMap(([name, value]) => {
    const blueprint = definition.relations[name]?.target
    if (blueprint === undefined || isSearchQuery(value)) return []
    return listOf(value).map((identifier) => ({ blueprint, identifier }))
  })
  return { entity, ...searches, targets }
}

async function loadNamed(
  shadow: ShadowCatalog,
  blueprint: string,
  ready: readonly Prepared[],
): Promise<void> {
  const named = ready.flatMap(({ resolved }) =>
    isSearchQuery(resolved.identifier) ? [] : [String(resolved.identifier)],
  )
  await shadow.get(blueprint, named)
  const targets = ready.flatMap((one) => one.targets)
  for (const [target, group] of Map.groupBy(targets, (one) => one.blueprint)) {
    await shadow.get(
      target,
      group.map(({ identifier }) => identifier),
    )
  }
}

/** Some target is missing in Port, and all that are missing would be written earlier in this run. */
function onlyPlanned({ shadow }: PlannedUpsertDeps, { targets }: Prepared): boolean {
  const missing = targets.filter(({ blueprint, identifier }) => !shadow.isInPort(blueprint, identifier))
  return (
    missing.length > 0 &&
    missing.every(({ blueprint, identifier }) => shadow.touchedIn(blueprint).get(identifier)?.now)
  )
}

async function check(
  deps: PlannedUpsertDeps,
  definition: Blueprint,
  group: readonly Prepared[],
  how: UpsertOptions,
): Promise<UpsertOutcome[]> {
  const { identifier: blueprint } = definition
  if (!deps.isUnknownToPort(blueprint))
    return deps.entities.upsert(
      blueprint,
      group.map(({ resolved }) => resolved),
      validating(how),
    )
  return Promise.all(
    group.map(async ({ entity, resolved }): Promise<UpsertOutcome> => {
      const identifier = String(resolved.identifier)
      const known = await deps.shadow.get(blueprint, [identifier])
      const problem = checkEntity(definition, resolved, how.merge && known.has(identifier))
      if (problem !== undefined) return refusal(entity, 422, "blueprint_schema_mismatch", problem)
      return { ok: true, entity, identifier, created: false }
    }),
  )
}

async function apply(
  deps: PlannedUpsertDeps,
  definition: Blueprint,
  {
    entity,
    resolved,
    targets,
    outcome,
    how,
  }: Prepared & { outcome: UpsertOutcome & { ok: true }; how: UpsertOptions },
): Promise<UpsertOutcome> {
  const { shadow } = deps
  const { identifier } = outcome
  const { identifier: blueprint } = definition
  const before = (await shadow.get(blueprint, [identifier])).get(identifier)
  const relations = await withSearches(shadow, definition, resolved)
  const whole = relations ? { ...resolved, relations } : resolved
  shadow.put(blueprint, written(definition, whole, { identifier, before, merge: how.merge }))
  for (const target of targets) {
    if (isSystemBlueprint(target.blueprint)) continue // Port never creates into blueprints of its own
    if ((await shadow.get(target.blueprint, [target.identifier])).size > 0) continue
    const bare = { identifier: target.identifier, blueprint: target.blueprint, title: target.identifier }
    shadow.put(target.blueprint, bare, `${blueprint} ${identifier} relates to it; made with its name only`)
  }
  return { ok: true, entity, identifier, created: before === undefined }
}

/** For showing them: what the searches left to Port will find. */
async function withSearches(
  shadow: ShadowCatalog,
  definition: Blueprint,
  { relations }: Entity,
): Promise<JsonObject | undefined> {
  if (!relations) return undefined
  const shown: JsonObject = { ...relations }
  for (const [name, value] of Object.entries(relations)) {
    const relation = definition.relations[name]
    if (!relation || !isSearchQuery(value)) continue
    const found = await shadow.find(relation.target, value)
    if (found) shown[name] = relation.many ? found : (found[0] ?? null)
  }
  return shown
}

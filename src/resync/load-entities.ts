// A batch of mapped entities into the catalog: what is new or differs goes out, what failed is kept for later.
import { type Entity, entityKey, isSystemBlueprint } from "../port/entity.ts"
import type { UpsertOutcome } from "../port/entity-upserts.ts"
import { isSearchQuery } from "../port/search-query.ts"
import { shapesOf } from "./blueprint-use.ts"
import { shapeDigest, shapeOf } from "./entity-shape.ts"
import type { KnownEntity } from "./known-entities.ts"
import { logStep } from "./log-step.ts"
import { noteHeld } from "./note-held.ts"
import type { OpenResource } from "./readings.ts"
import type { MappedEntity, Run } from "./run.ts"
import { searchesOf } from "./search-relations.ts"

export interface LoadOptions {
  /** False: the objects left their list, and the record of when they did is kept. Default true. */
  inList?: boolean
  /** Ids of objects that somebody has read later than this run did: what the catalog holds of them is newer. */
  newer?: ReadonlySet<string>
}

/** Loads the entities of one resource. Refusals of Port are recorded; throws only when the run must end. */
export async function loadEntities(
  run: Run,
  open: OpenResource,
  mapped: readonly MappedEntity[],
  { inList = true, newer = new Set() }: LoadOptions = {},
): Promise<void> {
  if (inList) run.notes.made(open.resource, mapped)
  // Before they are sent: a process that ends in between must not leave entities of which nobody knows whose they are.
  if (inList && run.origins.remembers) await run.origins.record(mapped.map((one) => originOf(open, one)))
  const latest = new Map<string, MappedEntity>()
  for (const one of mapped) latest.set(entityKey(one.entity.blueprint, identifierText(one.entity)), one)
  open.record.counts.mapped += latest.size
  const byBlueprint = Map.groupBy(latest.values(), ({ entity }) => entity.blueprint)
  for (const [blueprint, group] of byBlueprint)
    await loadIntoBlueprint(run, open, { blueprint, group, newer })
}

async function loadIntoBlueprint(
  run: Run,
  open: OpenResource,
  { blueprint, group, newer }: { blueprint: string; group: MappedEntity[]; newer: ReadonlySet<string> },
): Promise<void> {
  const known = await run.known.of(blueprint)
  const isHeld = heldBy(run, open, { blueprint, known })
  const changed: MappedEntity[] = []
  for (const mapped of group) {
    if (!mayWrite(run, open, mapped.entity, known)) continue
    noteSeen(run, mapped)
    if (newer.has(mapped.origin.id)) {
      open.record.counts.unchanged++
      continue
    }
    const before = known.get(identifierText(mapped.entity))
    if (before && isHeld(mapped.entity)) {
      open.record.counts.unchanged++
      noteSearches(run, mapped.entity, before)
    } else {
      changed.push(mapped)
      noteSearches(run, mapped.entity, undefined)
    }
  }
  noteTargets(run, group)
  if (changed.length === 0) return
  logStep(
    run,
    { blueprint, changed: changed.length, unchanged: group.length - changed.length },
    "Upserting changed entities",
  )
  await upsert(run, open, { blueprint, changed })
}

/** Port's own entities (`_user` …) are changed where they exist; making new ones is a setting. */
function mayWrite(
  run: Run,
  open: OpenResource,
  entity: Entity,
  known: ReadonlyMap<string, KnownEntity>,
): boolean {
  if (!isSystemBlueprint(entity.blueprint) || run.createSystemEntities || known.has(identifierText(entity)))
    return true
  open.record.counts.without++
  const { notMade } = run.record
  notMade[entity.blueprint] = (notMade[entity.blueprint] ?? 0) + 1
  return false
}

/** Whether the catalog holds just this entity, its search relations aside. */
export async function isHeld(run: Run, open: OpenResource, entity: Entity): Promise<boolean> {
  const { blueprint } = entity
  return heldBy(run, open, { blueprint, known: await run.known.of(blueprint) })(entity)
}

/** The same for many entities of one blueprint: what the resource writes of it is worked out once. */
function heldBy(
  run: Run,
  open: OpenResource,
  { blueprint, known }: { blueprint: string; known: ReadonlyMap<string, KnownEntity> },
): (entity: Entity) => boolean {
  const shape = shapeOf(open.resource.mapping)
  const position = shapesOf(run.config, blueprint).indexOf(JSON.stringify(shape))
  return (entity) => {
    if (isSearchQuery(entity.identifier)) return false // only Port can tell which entity that is
    const held = known.get(identifierText(entity))?.digests[position]
    return held !== undefined && shapeDigest(shape, entity) === held
  }
}

function noteSeen(run: Run, { entity }: MappedEntity): void {
  if (!isSearchQuery(entity.identifier)) {
    run.seen.add({ blueprint: entity.blueprint, identifier: identifierText(entity) })
  }
}

function noteSearches(run: Run, entity: Entity, before: KnownEntity | undefined): void {
  if (isSearchQuery(entity.identifier)) return
  for (const [relation, query] of searchesOf(entity)) {
    const held = before ? (before.searched?.[relation] ?? null) : undefined
    const identifier = identifierText(entity)
    run.searches.add({
      blueprint: entity.blueprint,
      identifier,
      relation,
      query: JSON.stringify(query),
      held,
    })
  }
}

/** What seen entities relate to is not stray, even where only Port made it (create_missing_related_entities). */
function noteTargets(run: Run, group: readonly MappedEntity[]): void {
  if (!run.config.createMissingRelatedEntities) return
  for (const { entity } of group) run.targets.note(entity)
}

async function upsert(
  run: Run,
  open: OpenResource,
  { blueprint, changed }: { blueprint: string; changed: MappedEntity[] },
): Promise<void> {
  run.written.add(blueprint)
  const how = upsertHow(run, blueprint)
  const begun = run.port.serverNow()
  const outcomes = await run.port.entities.upsert(
    blueprint,
    changed.map(({ entity }) => entity),
    how,
  )
  outcomes.forEach((outcome, at) => {
    const mapped = changed[at]
    if (mapped) settle(run, open, { mapped, outcome, lastTry: false })
  })
  await noteHeld(run, open, { blueprint, outcomes, begun })
}

export function upsertHow(run: Run, blueprint: string) {
  return {
    // On Port's own blueprints everything but our keys belongs to others.
    merge: run.config.enableMergeEntity || isSystemBlueprint(blueprint),
    createMissing: run.config.createMissingRelatedEntities,
    // Port tells a resync's writes from those of an event by this.
    ...(run.record.trigger === "live" ? {} : { resyncId: run.record.id }),
    signal: run.signal,
  }
}

/** Counts what became of one entity; one that may pass later is kept for the second pass. */
export function settle(
  run: Run,
  open: OpenResource,
  { mapped, outcome, lastTry }: { mapped: MappedEntity; outcome: UpsertOutcome; lastTry: boolean },
): void {
  const { counts } = open.record
  if (outcome.ok) {
    if (outcome.created) counts.created++
    else counts.updated++
    const { blueprint } = mapped.entity
    run.watch?.made(open.resource.kind, { blueprint, identifier: outcome.identifier })
    // A search identifier is only now known by name.
    if (isSearchQuery(mapped.entity.identifier)) run.seen.add({ blueprint, identifier: outcome.identifier })
    return
  }
  // A search that finds too many makes Port refuse the whole entity; the second pass finds out whether that is it.
  const searchMayBeWhy = outcome.status === 422 && searchesOf(mapped.entity).length > 0
  if (!lastTry && (outcome.mayPassLater || searchMayBeWhy)) {
    run.retry.push({ open, mapped, outcome })
    return
  }
  const lost = !outcome.isVerdict
  if (isSearchQuery(mapped.entity.identifier)) run.unresolved.set(mapped.entity.blueprint, outcome.message)
  if (lost) {
    counts.failed++
    counts.undelivered++
  } else counts.refused++
  run.record.refusedEntities.push({
    kind: open.resource.kind,
    blueprint: mapped.entity.blueprint,
    identifier: identifierText(mapped.entity),
    status: outcome.status,
    message: outcome.message,
    objectId: mapped.origin.id,
    lost,
  })
}

export function identifierText(entity: Entity): string {
  return isSearchQuery(entity.identifier) ? JSON.stringify(entity.identifier) : String(entity.identifier)
}

function originOf(open: OpenResource, { entity, origin }: MappedEntity) {
  return { blueprint: entity.blueprint, identifier: identifierText(entity), kind: open.resource.kind, origin }
}

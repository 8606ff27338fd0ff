// What a part of a run came to, as JSON: all that the run of the whole needs to go on as if it had made the part itself.
import type { JsonObject } from "../../common/json.ts"
import type { Entity } from "../../port/entity.ts"
import type { FailedUpsert } from "../../port/entity-upserts.ts"
import type { Origin, SourceEnd } from "../kind.ts"
import type { ToldIds } from "../read-ids.ts"
import type { OpenResource, SharedReading } from "../readings.ts"
import type { ToldTargets } from "../relation-targets.ts"
import type { Run } from "../run.ts"
import type { ToldNotes } from "../run-notes.ts"
import type { RefusedEntity, ResourceCounts } from "../run-record.ts"
import type { SearchCheck } from "../search-relations.ts"

export interface PartResult {
  resources: PartOfResource[]
  /** Objects that the list gave, by kind and part, for whoever watches the run. */
  read: [kind: string, part: string, count: number][]
  ended: [kind: string, end: SourceEnd][]
  /** Entities, by blueprint. */
  seen: [blueprint: string, identifiers: string[]][]
  targets: ToldTargets
  written: string[]
  unresolved: [blueprint: string, why: string][]
  retry: { index: number; entity: Entity; origin: Origin; outcome: Omit<FailedUpsert, "entity"> }[]
  searches: SearchCheck[]
  refusedEntities: RefusedEntity[]
  notMade: Record<string, number>
  notes: ToldNotes
  learned: JsonObject
}

interface PartOfResource {
  /** Position in the mapping. */
  index: number
  counts: ResourceCounts
  pages: number
  ends: SourceEnd[]
  ids: ToldIds
  examples: JsonObject[]
}

/** Of a run that read this and nothing else. */
export function partResultOf(
  run: Run,
  shared: SharedReading,
  more: Pick<PartResult, "read" | "ended" | "learned">,
): PartResult {
  return {
    resources: shared.resources.map(({ resource, record }) => ({
      index: resource.index,
      counts: record.counts,
      pages: record.pages,
      ends: run.sources.endsOf(resource),
      ids: run.readIds.told(resource),
      examples: run.examples?.of(resource) ?? [],
    })),
    seen: [...run.seen.byBlueprint()].map(([blueprint, names]) => [blueprint, [...names]]),
    targets: run.targets.told(),
    written: [...run.written],
    unresolved: [...run.unresolved],
    retry: run.retry.map(({ open, mapped: { entity, origin }, outcome: { entity: _, ...outcome } }) => ({
      index: open.resource.index,
      entity,
      origin,
      outcome,
    })),
    searches: [...run.searches.all()],
    refusedEntities: run.record.refusedEntities,
    notMade: run.record.notMade,
    notes: run.notes.told(),
    ...more,
  }
}

/** Throws where the result speaks of a resource that the run does not have. */
export function mergePart(run: Run, shared: SharedReading, result: PartResult): void {
  const openOf = (index: number): OpenResource => {
    const found = shared.resources.find(({ resource }) => resource.index === index)
    if (!found) throw new Error(`a part of the run is of resources[${index}], which this reading is not for`)
    return found
  }
  for (const { index, counts, pages, ends, ids, examples } of result.resources) {
    const { resource, record } = openOf(index)
    for (const name of Object.keys(record.counts) as (keyof ResourceCounts)[]) // a literal's own keys
      record.counts[name] += counts[name]
    record.pages += pages
    for (const end of ends) run.sources.end(resource, end)
    run.readIds.take(resource, ids)
    run.examples?.offer(
      resource,
      examples.map((raw) => ({ raw })),
    )
  }
  for (const [kind, part, count] of result.read) run.watch?.read?.(kind, new Map([[part, count]]))
  for (const [kind, end] of result.ended) run.watch?.ended?.(kind, end)
  for (const [blueprint, identifiers] of result.seen)
    for (const identifier of identifiers) run.seen.add({ blueprint, identifier })
  run.targets.take(result.targets)
  for (const blueprint of result.written) run.written.add(blueprint)
  for (const [blueprint, why] of result.unresolved) run.unresolved.set(blueprint, why)
  for (const { index, entity, origin, outcome } of result.retry)
    run.retry.push({ open: openOf(index), mapped: { entity, origin }, outcome: { ...outcome, entity } })
  for (const check of result.searches) run.searches.add(check)
  run.record.refusedEntities.push(...result.refusedEntities)
  const { notMade } = run.record
  for (const [blueprint, count] of Object.entries(result.notMade))
    notMade[blueprint] = (notMade[blueprint] ?? 0) + count
  run.notes.take(
    result.notes,
    (index) => shared.resources.find(({ resource }) => resource.index === index)?.resource,
  )
}

// Entities of this integration that no resource made in this run, and how many there were before it.

import { batches } from "../common/concurrency.ts"
import type { Resource } from "../port/app-config.ts"
import { entityKey } from "../port/entity.ts"
import { mayWriteInto } from "./blueprint-use.ts"
import type { EntityRef, ListedEntity } from "./known-entities.ts"
import type { RecordedOrigin } from "./origin-store.ts"
import type { OpenResource } from "./readings.ts"
import type { Run } from "./run.ts"

export interface Stray extends EntityRef {
  /** ISO time of the last write, where the catalog says it. */
  updatedAt: string | undefined
  /** What it was made of, where that was remembered; empty where not. */
  recorded: readonly RecordedOrigin[]
  /** The resources that may have made it. */
  makers: readonly OpenResource[]
}

export interface Strays {
  strays: Stray[]
  /** Our entities before this run, by blueprint. */
  owned: Map<string, number>
  /** Made of events alone, and kept long enough. */
  expired: Stray[]
}

/**
 * Lists what this integration owns and has not written since the run began; live events that wrote meanwhile are
 * so left alone. Entities that seen ones relate to are no strays: Port made them bare on our request.
 */
export async function findStrays(run: Run): Promise<Strays> {
  const listed = run.known.listed()
  const early = listed && (await unmade(run, listed))
  // The list from the run's beginning is enough where all of it was made again; else what is so now decides.
  const { found, owned } = early && early.found.length === 0 ? early : await unmade(run, await listNow(run))
  // The listing leaves out what this run has written; the snapshot from its beginning has that too.
  for (const blueprint of owned.keys()) {
    owned.set(blueprint, Math.max(owned.get(blueprint) ?? 0, run.known.sizeIfRead(blueprint) ?? 0))
  }
  const strays: Stray[] = []
  const expired: Stray[] = []
  const unread = othersOf(run)
  for (const group of batches(found, 500)) {
    const recorded = await run.origins.originsOf(group)
    for (const one of group) {
      const makers = run.resources.filter(({ resource }) => mayWriteInto(resource, one.blueprint))
      const origins = recorded.get(entityKey(one.blueprint, one.identifier)) ?? []
      if (!isWithin(run.partsRead, origins)) continue
      const stray = { ...one, makers, recorded: origins }
      if (origins.some(({ kind }) => run.events.kinds.has(kind))) {
        if (isExpired(run, stray)) expired.push(stray)
      } else if (!mayBeOf(unread, stray)) strays.push(stray)
    }
  }
  return { strays, owned, expired }
}

async function listNow(run: Run): Promise<ListedEntity[]> {
  const all: ListedEntity[] = []
  for await (const page of run.port.entities.owned(run.record.startedAt, run.signal))
    for (const { identifier, blueprint = "", updatedAt } of page)
      all.push({ identifier, blueprint, updatedAt })
  return all
}

/** Those of a list that this run has not made, and how many each blueprint has. */
async function unmade(
  run: Run,
  listed: readonly ListedEntity[],
): Promise<{ found: ListedEntity[]; owned: Map<string, number> }> {
  const owned = new Map<string, number>()
  const unseen: ListedEntity[] = []
  for (const one of listed) {
    owned.set(one.blueprint, (owned.get(one.blueprint) ?? 0) + 1)
    if (!run.seen.has(one)) unseen.push(one)
  }
  const targets = unseen.length > 0 ? await run.targets.all() : new Set()
  const found = unseen.filter(({ blueprint, identifier }) => !targets.has(entityKey(blueprint, identifier)))
  return { found, owned }
}

/** Of a run about some parts, what is not known to come of these alone is none of its business. */
function isWithin(parts: Run["partsRead"], origins: readonly RecordedOrigin[]): boolean {
  if (!parts) return true
  return origins.length > 0 && origins.every(({ origin }) => parts.has(origin.part))
}

/** The mapping's resources that this run does not read: those of kinds that only events give. */
function othersOf(run: Run): Resource[] {
  const read = new Set(run.resources.map(({ resource }) => resource))
  return run.config.resources.filter((resource) => !read.has(resource))
}

/** Whether a resource that was not read may have made it: then nothing is known of it. */
function mayBeOf(others: readonly Resource[], { blueprint, recorded }: Stray): boolean {
  const able = others.filter((resource) => mayWriteInto(resource, blueprint))
  if (recorded.length === 0) return able.length > 0
  return recorded.some(({ kind }) => able.some((resource) => resource.kind === kind))
}

/** Made of nothing but events, the last of them long ago. */
function isExpired(run: Run, { updatedAt, recorded }: Stray): boolean {
  if (updatedAt === undefined || !recorded.every(({ kind }) => run.events.kinds.has(kind))) return false
  return run.clock.now() - Date.parse(updatedAt) > run.events.keepMs
}

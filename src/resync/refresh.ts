// Some objects read again out of turn, because an event spoke of them: the same look-up, mapping, loading and proof as
// in a resync, for these objects alone.
import { randomUUID } from "node:crypto"
import type { ParsedAppConfig } from "../port/app-config.ts"
import { entityKey, isSystemBlueprint } from "../port/entity.ts"
import { mayWriteInto, useOf } from "./blueprint-use.ts"
import { createRun } from "./create-run.ts"
import { nothingHeld } from "./held-entities.ts"
import type { IntegrationRun, Origin, RawItem, Verdict } from "./kind.ts"
import { createKnownEntities, type KnownEntities, knowsNothing } from "./known-entities.ts"
import { loadEntities } from "./load-entities.ts"
import { enrichItems, mapItems } from "./map-items.ts"
import { type OpenResource, openResources } from "./readings.ts"
import { settleStrays } from "./reconcile.ts"
import { retryEntities } from "./retry-entities.ts"
import type { Run } from "./run.ts"
import { endRecord, type RefusedEntity, type RunRecord, shortcomings, startRecord } from "./run-record.ts"
import { guardOf, type ResyncDeps } from "./run-resync.ts"
import type { Stray } from "./strays.ts"

export interface RefreshDeps
  extends Pick<ResyncDeps, "port" | "jq" | "origins" | "createSystemEntities" | "log" | "clock"> {
  /** May be shared by refreshes that follow each other closely: what it caches is a few seconds old. */
  openRun(): IntegrationRun
}

export interface RefreshOrder {
  parsed: ParsedAppConfig
  /** Kinds whose objects these are; all are asked for by the same ids. */
  kinds: readonly string[]
  objects: readonly Origin[]
  /** Compare with the catalog first, and send only what differs: for many objects of which few have changed. */
  compare?: boolean
}

/** What became of one object: the catalog is as the third party is, or why it is not yet. */
export type Refreshed =
  | { ok: true; what: string }
  /** `lasting`: another try alone will not mend it. */
  | { ok: false; reason: string; lasting?: boolean }

export interface RefreshResult {
  record: RunRecord
  /** By object id. */
  outcomes: Map<string, Refreshed>
  /** The objects as they were read and enriched, by kind, for whoever follows up on them. */
  read: Map<string, RawItem[]>
}

/** Throws only when it is cancelled, or when nothing could be done at all (Port cannot be reached). */
export async function refreshObjects(
  deps: RefreshDeps,
  order: RefreshOrder,
  signal: AbortSignal,
): Promise<RefreshResult> {
  const { config } = order.parsed
  const record = startRecord(randomUUID(), "live", new Date(deps.clock.now()))
  const resources = openResources(
    { ...config, resources: config.resources.filter(({ kind }) => order.kinds.includes(kind)) },
    deps.openRun(),
  )
  const run = createRun(deps, {
    record,
    config,
    resources,
    known: knownFor(deps, order, signal),
    examples: undefined,
    signal,
  })
  const [first] = resources
  const read = new Map<string, RawItem[]>()
  if (!first) return { record: end(deps, record), outcomes: untouched(order), read }

  const verdicts = await first.kind.lookUp([...order.objects], signal)
  shareVerdicts(resources, verdicts)
  for (const open of resources) read.set(open.resource.kind, await loadListed(run, open, verdicts))
  await retryEntities(run)
  await settleStrays(run, await straysOf(run, order), guardOf(order.parsed))
  return { record: end(deps, record), outcomes: outcomesOf(run, verdicts), read }
}

/** Without `compare`, everything is sent: an event says that something has changed. Port's own entities must exist. */
function knownFor(deps: RefreshDeps, { parsed, compare }: RefreshOrder, signal: AbortSignal): KnownEntities {
  const real = createKnownEntities({
    entities: deps.port.entities,
    held: nothingHeld, // for a few objects the whole list of entities would be dear
    startedAt: new Date(deps.clock.now()),
    useOf: (name) => useOf(parsed.config, name),
    blueprints: [],
    relatingTo: async () => [],
    signal,
  })
  if (compare) return real
  return {
    ...knowsNothing,
    of: async (blueprint) => (isSystemBlueprint(blueprint) ? real.of(blueprint) : new Map()),
  }
}

/** What was looked up once need not be asked again to trace what it made before. */
function shareVerdicts(resources: readonly OpenResource[], verdicts: readonly Verdict[]): void {
  const known = new Map(verdicts.map((verdict) => [verdict.origin.id, verdict]))
  for (const { kind } of resources) {
    const { lookUp } = kind
    kind.lookUp = async (origins, signal) => {
      const asked = origins.filter(({ id }) => !known.has(id))
      const fresh = asked.length > 0 ? await lookUp(asked, signal) : []
      return [...origins.flatMap(({ id }) => known.get(id) ?? []), ...fresh]
    }
  }
}

/** Those that a resync would list too are mapped and loaded as there; the others are a matter of what they made before. */
async function loadListed(run: Run, open: OpenResource, verdicts: readonly Verdict[]): Promise<RawItem[]> {
  const found = verdicts.flatMap((verdict) => (verdict.state === "found" ? [verdict.item] : []))
  const admitted = found.filter(({ raw }) => open.kind.admits(raw))
  if (admitted.length === 0) return []
  const listed = await open.kind.listed?.(admitted, run.signal)
  if (listed?.unknown !== undefined) {
    run.record.failures.push(`whether the list has them could not be told: ${listed.unknown}`)
  }
  const outcome =
    listed?.unknown === undefined
      ? ({ state: "complete" } as const)
      : ({ state: "failed", reason: listed.unknown } as const)
  for (const { origin } of admitted) run.sources.end(open.resource, { part: origin.part, outcome })
  const items = admitted.filter(({ origin }) => listed?.ids.has(origin.id) ?? true)
  open.record.counts.read += items.length
  const enriched = await enrichItems(run, open, items)
  await loadEntities(run, open, await mapItems(run, open, enriched))
  return enriched
}

async function straysOf(run: Run, { kinds, objects }: RefreshOrder) {
  const made = await run.origins.madeOf(
    kinds,
    objects.map(({ id }) => id),
  )
  const notMade = made.filter((entity) => !run.seen.has(entity))
  const targets = notMade.length > 0 ? await run.targets.all() : new Set()
  const unseen = notMade.filter(({ blueprint, identifier }) => !targets.has(entityKey(blueprint, identifier)))
  const recorded = await run.origins.originsOf(unseen)
  const strays = unseen.flatMap((ref): Stray[] => {
    const origins = recorded.get(entityKey(ref.blueprint, ref.identifier)) ?? []
    // What is made of an object of another kind too is a resync's to decide, which reads that kind.
    if (origins.some(({ kind }) => !kinds.includes(kind))) return []
    const makers = run.resources.filter(({ resource }) => mayWriteInto(resource, ref.blueprint))
    return [{ ...ref, updatedAt: undefined, makers, recorded: origins }]
  })
  // The threshold guards against a run that misread much; these few were each looked up.
  const owned = new Map(strays.map(({ blueprint }) => [blueprint, Number.POSITIVE_INFINITY]))
  return { strays, owned }
}

function outcomesOf(run: Run, verdicts: readonly Verdict[]): Map<string, Refreshed> {
  const { refusedEntities } = run.record
  const ofNobody = refusedEntities.filter(({ objectId }) => objectId === undefined)
  const [wanting] = shortcomings({ ...run.record, refusedEntities: ofNobody }, { strict: false })
  const refused = new Map(refusedEntities.map((one) => [one.objectId, one]))
  return new Map(
    verdicts.map((verdict): [string, Refreshed] => {
      const { id } = verdict.origin
      if (verdict.state === "unknown") return [id, { ok: false, reason: verdict.reason }]
      const own = notMapped(run, verdict) ?? notTaken(refused.get(id))
      if (own) return [id, own]
      if (wanting !== undefined) return [id, { ok: false, reason: wanting }]
      return [id, { ok: true, what: verdict.state === "gone" ? verdict.evidence : "read again" }]
    }),
  )
}

/** One object that cannot be read in full, or not be mapped, keeps no other from its end. */
function notMapped(run: Run, verdict: Verdict): Refreshed | undefined {
  if (verdict.state !== "found") return undefined
  const { id, part } = verdict.item.origin
  const failed = run.resources.find(({ resource }) => run.readIds.hasFailed(resource, id))
  if (!failed) return undefined
  const outcome = run.sources.outcomeOf(failed.resource, part)
  const reason = outcome.state === "complete" ? "not all of it could be read" : outcome.reason
  return { ok: false, reason, lasting: reason.startsWith("not mapped") }
}

function notTaken(refused: RefusedEntity | undefined): Refreshed | undefined {
  if (!refused) return undefined
  const what = `${refused.blueprint} ${refused.identifier}: ${refused.message}`
  return refused.lost
    ? { ok: false, reason: what }
    : { ok: false, reason: `Port refused ${what}`, lasting: true }
}

function untouched({ objects }: RefreshOrder): Map<string, Refreshed> {
  return new Map(objects.map(({ id }) => [id, { ok: true, what: "no resource of the mapping takes it" }]))
}

function end(deps: RefreshDeps, record: RunRecord): RunRecord {
  return endRecord(record, new Date(deps.clock.now()), false)
}

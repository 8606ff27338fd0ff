// What became of the object behind each stray entity: is it proved that nothing makes this entity any more?
import type { Resource } from "../port/app-config.ts"
import { entityKey } from "../port/entity.ts"
import { pretend, wouldMake } from "./guesses.ts"
import type { Origin, Verdict } from "./kind.ts"
import { identifierText } from "./load-entities.ts"
import { enrichItems, mapItems } from "./map-items.ts"
import type { RecordedOrigin } from "./origin-store.ts"
import type { OpenResource } from "./readings.ts"
import type { MappedEntity, Run } from "./run.ts"
import type { Stray } from "./strays.ts"

/** An object still makes the entity, though its list does not show it any more. */
export interface StillMade {
  open: OpenResource
  mapped: MappedEntity
  keepMs: number
  leftAt: number | undefined
  /** Whether its list was read to its end, so that it has left it; else it may only not have been shown. */
  hasLeft: boolean
}

export type Trace =
  | { state: "gone"; evidence: string }
  | { state: "unproved"; reason: string }
  | { state: "made"; by: StillMade }

/** Traces all strays; objects that several of them came from are looked up once. */
export async function traceStrays(run: Run, strays: readonly Stray[]): Promise<Map<Stray, Trace>> {
  const lookups = await lookUpAll(run, strays)
  return new Map(strays.map((stray) => [stray, traceOne(run, stray, lookups)]))
}

interface Lookups {
  /** By kind, then by id. */
  verdicts: Map<string, Map<string, Verdict>>
  /** By resource, then by id: what looked-up objects are mapped to; absent where mapping one failed. */
  remapped: Map<Resource, Map<string, MappedEntity[]>>
  /** By resource, then by id: the entities that an object of that id makes, or would make; see guesses.ts. */
  believable: Map<Resource, Map<string, Set<string>>>
}

function traceOne(run: Run, stray: Stray, lookups: Lookups): Trace {
  return stray.recorded.length > 0 ? traceRecorded(run, stray, lookups) : traceUnrecorded(run, stray, lookups)
}

/** Every object it was made of must be proved not to make it any more. */
function traceRecorded(run: Run, stray: Stray, lookups: Lookups): Trace {
  const traces = stray.recorded.map((recorded) => traceOrigin(run, { stray, recorded, lookups }))
  return (
    traces.find((trace) => trace.state === "made") ??
    traces.find((trace) => trace.state === "unproved") ??
    traces[0] ?? { state: "unproved", reason: "nothing is known of where it came from" }
  )
}

function traceOrigin(
  run: Run,
  { stray, recorded, lookups }: { stray: Stray; recorded: RecordedOrigin; lookups: Lookups },
): Trace {
  const makers = stray.makers.filter(({ resource }) => resource.kind === recorded.kind)
  if (makers.length === 0)
    return { state: "gone", evidence: `the mapping makes it of no ${recorded.kind} any more` }
  const { id, part } = recorded.origin
  const verdict = lookups.verdicts.get(recorded.kind)?.get(id)
  // A look-up maps its object too; what that means is the verdict's to say.
  if (!verdict && makers.every(({ resource }) => run.readIds.isRead(resource, id))) {
    return { state: "gone", evidence: `${recorded.kind} ${id} was read and does not make it any more` }
  }
  const kind = makers[0]?.kind
  if (kind?.listIsProof) {
    for (const { resource } of makers) {
      const outcome = run.sources.outcomeOf(resource, part)
      if (outcome.state !== "complete")
        return { state: "unproved", reason: `${recorded.kind}: ${outcome.reason}` }
    }
    return { state: "gone", evidence: `${recorded.kind} ${id} is not in the complete list any more` }
  }
  if (!verdict) return { state: "unproved", reason: `${recorded.kind} ${id} was not looked up` }
  if (verdict.state === "gone") return { state: "gone", evidence: verdict.evidence }
  if (verdict.state === "unknown") return { state: "unproved", reason: verdict.reason }
  return (
    traceFound(run, stray, { makers, id, lookups, leftAt: recorded.leftAt }) ?? {
      state: "gone",
      evidence: `${recorded.kind} ${id} was looked up and does not make it any more`,
    }
  )
}

/** The object exists: does it still make this entity? Undefined where it was mapped well and does not. */
function traceFound(
  run: Run,
  stray: Stray,
  found: { makers: readonly OpenResource[]; id: string; lookups: Lookups; leftAt: number | undefined },
): Trace | undefined {
  for (const open of found.makers) {
    const verdict = found.lookups.verdicts.get(open.resource.kind)?.get(found.id)
    if (verdict?.state !== "found") continue
    const standing = open.kind.standing(verdict.item.raw)
    if (standing.state === "excluded") {
      return { state: "gone", evidence: `${open.resource.kind} ${found.id} is excluded by the selector` }
    }
    const made = found.lookups.remapped.get(open.resource)?.get(found.id)
    if (!made)
      return { state: "unproved", reason: `${open.resource.kind} ${found.id} could not be mapped again` }
    const mapped = made.find(({ entity }) => isSame(stray, entity.blueprint, identifierText(entity)))
    if (!mapped) continue
    const hasLeft = run.sources.outcomeOf(open.resource, verdict.item.origin.part).state === "complete"
    return { state: "made", by: { open, mapped, keepMs: standing.keepMs, leftAt: found.leftAt, hasLeft } }
  }
  return undefined
}

/**
 * Without a record an entity goes only when every source that may have made it was complete, and nothing that its
 * identifier may stand for makes it. Where identifiers may be made of anything, not finding its object proves nothing.
 */
function traceUnrecorded(run: Run, stray: Stray, lookups: Lookups): Trace {
  for (const { resource } of stray.makers) {
    const open = run.sources.firstOpen(resource)
    if (open && open.outcome.state !== "complete") {
      const where = open.part === "*" || open.part === "" ? open.kind : `${open.kind} of ${open.part}`
      return { state: "unproved", reason: `${where} was not read to its end: ${open.outcome.reason}` }
    }
  }
  for (const open of stray.makers) {
    if (open.kind.listIsProof) continue
    const trace = traceGuesses(run, { stray, open, lookups })
    if (trace) return trace
  }
  const evidence =
    stray.makers.length === 0
      ? "nothing in the mapping makes entities of this blueprint"
      : "every source was read to its end, and nothing makes it any more"
  return { state: "gone", evidence }
}

function traceGuesses(
  run: Run,
  { stray, open, lookups }: { stray: Stray; open: OpenResource; lookups: Lookups },
): Trace | undefined {
  const { kind } = open.resource
  for (const id of open.kind.idsIn(stray.identifier)) {
    const verdict = lookups.verdicts.get(kind)?.get(id)
    if (!verdict) continue
    if (verdict.state === "unknown") return { state: "unproved", reason: verdict.reason }
    const isOurs = lookups.believable
      .get(open.resource)
      ?.get(id)
      ?.has(entityKey(stray.blueprint, stray.identifier))
    if (verdict.state === "gone" && isOurs) return undefined
    if (verdict.state !== "found") continue
    const trace = traceFound(run, stray, { makers: [open], id, lookups, leftAt: undefined })
    if (trace && trace.state !== "gone") return trace
    if (isOurs) return undefined
  }
  if (open.kind.idsInFindAll) return undefined
  return {
    state: "unproved",
    reason: `it could not be traced to one ${kind}: no record of it, and no ${kind} found by its identifier makes it`,
  }
}

async function lookUpAll(run: Run, strays: readonly Stray[]): Promise<Lookups> {
  const lookups: Lookups = { verdicts: new Map(), remapped: new Map(), believable: new Map() }
  for (const [kind, { open, origins }] of wantedLookups(run, strays)) {
    const verdicts = await open.kind.lookUp([...origins.values()], run.signal)
    lookups.verdicts.set(kind, new Map(verdicts.map((verdict) => [verdict.origin.id, verdict])))
    const found = verdicts.flatMap((verdict) =>
      verdict.state === "found" ? [{ asked: verdict.origin.id, item: verdict.item }] : [],
    )
    const gone = verdicts.flatMap(({ state, origin }) => (state === "gone" ? [origin.id] : []))
    for (const maker of run.resources.filter(({ resource }) => resource.kind === kind)) {
      const items = await enrichItems(
        run,
        maker,
        found.map(({ item }) => item),
      )
      const mapped = await mapItems(run, maker, items)
      const byId = Map.groupBy(mapped, ({ origin }) => origin.id)
      const entries = found.flatMap(({ asked, item }) =>
        run.readIds.hasFailed(maker.resource, item.origin.id)
          ? []
          : [[asked, byId.get(item.origin.id) ?? []] as const],
      )
      lookups.remapped.set(maker.resource, new Map(entries))
      if (maker.kind.idsInFindAll || strays.every(({ recorded }) => recorded.length > 0)) continue
      const believable = await wouldMake(run, maker, [...items, ...pretend(run, maker, gone)])
      lookups.believable.set(maker.resource, believable)
    }
  }
  return lookups
}

/** Which objects must be asked for, each once: those not read in this run, of kinds whose list is no proof. */
function wantedLookups(
  run: Run,
  strays: readonly Stray[],
): Map<string, { open: OpenResource; origins: Map<string, Origin> }> {
  const wanted = new Map<string, { open: OpenResource; origins: Map<string, Origin> }>()
  const want = (open: OpenResource, origin: Origin) => {
    const of = wanted.get(open.resource.kind) ?? { open, origins: new Map<string, Origin>() }
    if (!of.origins.has(origin.id)) of.origins.set(origin.id, origin)
    wanted.set(open.resource.kind, of)
  }
  for (const stray of strays) {
    for (const open of stray.makers) {
      if (open.kind.listIsProof) continue
      const { kind } = open.resource
      const recorded = stray.recorded.filter((one) => one.kind === kind).map(({ origin }) => origin)
      const origins =
        stray.recorded.length > 0
          ? recorded
          : open.kind.idsIn(stray.identifier).map((id) => ({ part: "", id }))
      for (const origin of origins) {
        if (stray.recorded.length > 0 && run.readIds.isRead(open.resource, origin.id)) continue
        want(open, origin)
      }
    }
  }
  return wanted
}

function isSame(stray: Stray, blueprint: string, identifier: string): boolean {
  return entityKey(stray.blueprint, stray.identifier) === entityKey(blueprint, identifier)
}

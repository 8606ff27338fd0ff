// After all kinds: entities that nothing made in this run go, when that is proved; those whose object only left its
// list are brought up to date and stay for a while; all others stay, and the report says why.
import { formatDuration } from "../common/duration.ts"
import { entityKey, isSystemBlueprint } from "../port/entity.ts"
import { blueprintsOf } from "./blueprint-use.ts"
import { clearSystemEntities } from "./clear-system-entities.ts"
import { deleteEntities } from "./delete-entities.ts"
import { mayDelete } from "./deletion-guard.ts"
import { isHeld, loadEntities } from "./load-entities.ts"
import { logStep } from "./log-step.ts"
import { neededTargets } from "./needed-targets.ts"
import type { EntityOrigin } from "./origin-store.ts"
import { kindOf, refuseDelete } from "./refuse-delete.ts"
import type { Run } from "./run.ts"
import { findStrays, type Stray, type Strays } from "./strays.ts"
import { type StillMade, traceStrays } from "./trace.ts"

/** Why nothing of a blueprint may go, where a resource that may make it could not run; undefined where it may. */
export type BlueprintGuard = (blueprint: string) => string | undefined

export async function reconcile(run: Run, guard: BlueprintGuard): Promise<void> {
  const found = await findStrays(run)
  await settleStrays(run, found, guard)
  await deleteEntities(run, found.expired)
}

/** What becomes of entities that nothing made: gone, brought up to date, or kept with the reason in the record. */
export async function settleStrays(
  run: Run,
  { strays, owned }: Pick<Strays, "strays" | "owned">,
  guard: BlueprintGuard,
): Promise<void> {
  const traces = await traceStrays(
    run,
    strays.filter((stray) => mayBeDecided(run, stray, guard)),
  )
  const going: Stray[] = []
  const staying: StillMade[] = []
  for (const [stray, trace] of traces) {
    if (trace.state === "gone") going.push(stray)
    else if (trace.state === "unproved") refuseDelete(run, stray, trace.reason)
    else if (await hasStayedLongEnough(run, stray, trace.by)) {
      going.push(stray)
      noteGone(run, stray, stayedFor(trace.by))
    } else staying.push(trace.by)
    if (trace.state === "gone") noteGone(run, stray, trace.evidence)
  }
  await updateStaying(run, staying)
  const free = await withoutNeeded(run, going, owned.keys())
  const permitted: Stray[] = []
  for (const [blueprint, group] of Map.groupBy(free, (stray) => stray.blueprint)) {
    run.signal.throwIfAborted()
    if (isSystemBlueprint(blueprint)) await clearSystemEntities(run, blueprint, group)
    else permitted.push(...permit(run, group, owned.get(blueprint) ?? group.length))
  }
  await deleteEntities(run, permitted)
}

function mayBeDecided(run: Run, stray: Stray, guard: BlueprintGuard): boolean {
  const reason = guard(stray.blueprint)
  if (reason !== undefined) {
    refuseDelete(run, stray, reason)
    return false
  }
  const unresolved = run.unresolved.get(stray.blueprint)
  if (unresolved !== undefined) {
    refuseDelete(
      run,
      stray,
      `a search for an entity of this blueprint, which may be this one, failed: ${unresolved}`,
    )
    return false
  }
  const forbidding = stray.makers.find(({ resource }) => !resource.enableDelete)
  if (forbidding) refuseDelete(run, stray, `resources[${forbidding.resource.index}] has enableDelete: false`)
  return !forbidding
}

/**
 * An entity whose object left its list stays for `keepMs` from when that was first seen. Without a record of it the
 * entity's last write counts, but only where this run finds it as it was: a status that changes now changed now.
 */
async function hasStayedLongEnough(run: Run, stray: Stray, by: StillMade): Promise<boolean> {
  if (!by.hasLeft) return false
  if (by.keepMs === 0) return true
  const since = by.leftAt ?? (await firstSeenGone(run, stray, by))
  return since !== undefined && run.clock.now() - since >= by.keepMs
}

async function firstSeenGone(run: Run, stray: Stray, by: StillMade): Promise<number | undefined> {
  if (run.origins.remembers && stray.recorded.length > 0) return undefined // seen now for the first time
  if (!stray.updatedAt || !(await isHeld(run, by.open, by.mapped.entity))) return undefined
  return Date.parse(stray.updatedAt)
}

async function updateStaying(run: Run, staying: readonly StillMade[]): Promise<void> {
  for (const [open, group] of Map.groupBy(staying, (by) => by.open)) {
    const { kind } = open.resource
    run.record.kept[kind] = (run.record.kept[kind] ?? 0) + group.length
    await loadEntities(
      run,
      open,
      group.map((by) => by.mapped),
      { inList: false },
    )
    const fresh = group.filter((by) => by.hasLeft && by.leftAt === undefined)
    await run.origins.markLeft(
      fresh.map((by) => originOf(by)),
      run.clock.now(),
    )
    const [first] = group
    if (first)
      logStep(
        run,
        { kind, count: group.length, keepFor: formatDuration(first.keepMs) },
        "Left their list, kept for now",
      )
  }
}

function originOf({ open, mapped }: StillMade): EntityOrigin {
  const { blueprint, identifier } = mapped.entity
  return { blueprint, identifier: String(identifier), kind: open.resource.kind, origin: mapped.origin }
}

/** Less those that something relates to: what stays for now, or what this run could not decide or write. */
async function withoutNeeded(run: Run, going: readonly Stray[], ours: Iterable<string>): Promise<Stray[]> {
  const targets = going.length > 0 ? await run.targets.all() : new Set()
  const unwanted = going.filter((stray) => !targets.has(entityKey(stray.blueprint, stray.identifier)))
  // An entity that could not be written relates in the catalog to what it related to before.
  const undecided = [...run.record.refusedDeletes, ...run.record.refusedEntities]
  const unread = blueprintsOf(run.unread, ours)
  const whyNeeded = await neededTargets(run, unwanted, { undecided, unread })
  const free: Stray[] = []
  for (const stray of unwanted) {
    const reason = await whyNeeded(stray)
    if (reason === undefined) free.push(stray)
    else refuseDelete(run, stray, reason)
  }
  return free
}

/** All of a blueprint's strays that are proved gone, or none where the threshold forbids so many. */
function permit(run: Run, group: readonly Stray[], owned: number): readonly Stray[] {
  const permission = mayDelete({
    deleting: group.length,
    owned,
    threshold: run.config.entityDeletionThreshold,
  })
  if (permission.allowed) return group
  run.log.warn(
    {
      blueprint: group[0]?.blueprint,
      deleting: group.length,
      owned,
      reason: permission.reason,
      inReport: true,
    },
    "Skipping deletion of entities with deletion rate above the threshold",
  )
  for (const stray of group) refuseDelete(run, stray, permission.reason)
  return []
}

function noteGone(run: Run, stray: Stray, evidence: string): void {
  const { blueprint, identifier } = stray
  run.watch?.gone(kindOf(stray), stray, evidence)
  run.log.debug({ blueprint, identifier, evidence }, "Proved gone")
}

function stayedFor({ open, mapped, keepMs }: StillMade): string {
  const left = `${open.resource.kind} ${mapped.origin.id} left its list`
  return keepMs === 0 ? `${left}, and is kept for no time` : `${left} more than ${formatDuration(keepMs)} ago`
}

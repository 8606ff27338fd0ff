// What is looked for beside the webhooks: what happened while nobody listened, what no event tells, what changes slowly.
import { errorText } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import { catchUp } from "../live-events/catch-up.ts"
import type { EventLog } from "../live-events/event-log.ts"
import type { Heartbeat } from "../live-events/heartbeat.ts"
import { checkKnownObjects } from "../live-events/known-check.ts"
import type { WebhookProtocol } from "../live-events/live-event.ts"
import { isLeasedRun, type LeasedResyncs } from "../resync/leased-resync.ts"
import type { ObjectStates } from "../resync/object-states.ts"
import { type ResyncDeps, runResync } from "../resync/run-resync.ts"

export interface CheckDeps {
  resync: ResyncDeps
  log: EventLog
  protocol: WebhookProtocol
  heartbeat: Heartbeat
  states: ObjectStates
  isResyncing(): boolean
  /** Where other processes may resync at the same time. */
  resyncs?: LeasedResyncs | undefined
  logger: Logger
  clock: Clock
}

const beatEveryMs = 10_000
/** A restart is no downtime worth a search. */
const shortestGapMs = 30_000
/** Of events that came longer ago Sentry's lists may not tell any more, and a full resync is at hand. */
const longestGapMs = 7 * 86_400_000

/**
 * Reads what was active while nobody could receive; from then on it is noted that somebody can. Where not all of it could
 * be listed it is still owed, and tried again with the next beat.
 */
export async function catchUpAtStart(deps: CheckDeps, signal: AbortSignal): Promise<void> {
  const { heartbeat, clock, logger } = deps
  const open = () => deps.resync.openRun().objects
  let begun = false
  let owedSince: number | undefined
  const beat = async () => {
    if (!begun) owedSince = gapIn(await heartbeat.last(), clock.now())
    begun = true
    if (owedSince !== undefined) {
      const { complete } = await catchUp({ ...deps, open }, new Date(owedSince), signal)
      if (!complete) return
      owedSince = undefined
    }
    await heartbeat.beat(clock.now())
  }
  await unlessAborted(signal, logger, "What happened meanwhile could not be read", beat)
  void every({ deps, ms: beatEveryMs, what: "The heartbeat of live events" }, signal, beat)
}

/** Since when there is something to catch up with; undefined where there is not. */
function gapIn(last: number | undefined, now: number): number | undefined {
  if (last === undefined) return undefined
  return now - last >= shortestGapMs && now - last <= longestGapMs ? last : undefined
}

/** All known issues by id, a hundred in a request. */
export async function checkKnown(deps: CheckDeps, ms: number, signal: AbortSignal): Promise<void> {
  const open = () => deps.resync.openRun().objects
  const { origins } = deps.resync
  await every({ deps, ms, what: "The check of known issues" }, signal, async () => {
    await checkKnownObjects({ ...deps, origins, open }, signal)
  })
}

/** The kinds that no webhook tells of; a resync under way reads them anyway. */
const structure = ["user", "team", "project", "project-tag"]

export async function checkStructure(deps: CheckDeps, ms: number, signal: AbortSignal): Promise<void> {
  // Neither shown as a run nor reported: Port and the person ask for those.
  const { onProgress: _, ...resync } = deps.resync
  await every({ deps, ms, what: "The check of teams, projects and people" }, signal, async () => {
    if (deps.isResyncing()) return
    const lease = await deps.resyncs?.tryBegin({ trigger: "check", isPartial: true }, signal)
    if (lease && !isLeasedRun(lease)) return
    try {
      const checking = { ...resync, kindsRead: structure, maskExamples: undefined }
      await runResync(lease?.guarded(checking) ?? checking, "check", lease?.signal ?? signal)
    } finally {
      await lease?.end()
    }
  })
}

/** First after one interval; 0 is never. What fails is told, and tried at the next. */
async function every(
  { deps, ms, what }: { deps: CheckDeps; ms: number; what: string },
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  if (ms === 0) return
  while (!signal.aborted) {
    await deps.clock.sleep(ms, signal).catch(() => undefined)
    if (signal.aborted) return
    await unlessAborted(signal, deps.logger, `${what} failed`, work)
  }
}

async function unlessAborted(
  signal: AbortSignal,
  logger: Logger,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!signal.aborted) logger.warn({ error: errorText(error) }, what)
  }
}

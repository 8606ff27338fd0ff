// One resync at a time of an installation, whichever of its processes makes it: each run has a lease, and what it writes
// goes only where the lease is still its own.
import type { Logger } from "../common/logger.ts"
import type { Database } from "../database/database.ts"
import { type HeldElsewhere, type Hold, isHold, type Leader, released } from "../database/leader.ts"
import { checkFence } from "../database/leases.ts"
import { fencedDatabase } from "./fenced-database.ts"
import { originStoreOn } from "./origin-store-database.ts"
import type { ResyncDuty } from "./resync-duty.ts"
import type { RunRecord, Trigger } from "./run-record.ts"
import type { ResyncDeps } from "./run-resync.ts"
import { splitReaders } from "./split/split-reading.ts"
import { type Splitting, settleEarlierParts } from "./split/splitting.ts"

export interface LeasedResyncs {
  /** Waits until no other process resyncs. Rejects with an AbortError when the signal fires first. */
  begin(asked: AskedRun, signal: AbortSignal): Promise<LeasedRun>
  /** Begins at once, or says who resyncs. */
  tryBegin(asked: AskedRun, signal: AbortSignal): Promise<LeasedRun | HeldElsewhere>
}

export interface AskedRun {
  trigger: Trigger
  /** It reads some kinds or projects only, as a check does. */
  isPartial: boolean
}

export interface LeasedRun {
  /** Fires with the caller's signal, and when another process may have taken over. */
  signal: AbortSignal
  isLost(): boolean
  /** The same, for what this run alone may write. */
  guarded(deps: ResyncDeps): ResyncDeps
  /** With what it came to, where it came to something. */
  end(record?: RunRecord): Promise<void>
}

export interface LeasedResyncDeps {
  leader: Leader
  duty: ResyncDuty
  database: Database
  integration: string
  /** Where several processes make one resync; left out where there can be one process alone. */
  splitting?: Splitting
  log: Logger
}

export function isLeasedRun(one: LeasedRun | HeldElsewhere): one is LeasedRun {
  return "guarded" in one
}

export function createLeasedResyncs(deps: LeasedResyncDeps): LeasedResyncs {
  const { leader, duty, integration } = deps
  const name = `resync ${integration}`

  async function begun(hold: Hold, asked: AskedRun, signal: AbortSignal): Promise<LeasedRun> {
    try {
      if (deps.splitting) await settleEarlierParts(deps.splitting, hold, signal)
      // What reads some kinds only answers nobody's wish for a resync.
      if (!asked.isPartial) await duty.began()
    } catch (error) {
      await released(hold, deps.log)
      throw error
    }
    return leasedRun(deps, hold, { isFull: !asked.isPartial, signal })
  }

  return {
    async begin(asked, signal) {
      return await begun(await leader.hold(name, asked.trigger, signal), asked, signal)
    },
    async tryBegin(asked, signal) {
      const hold = await leader.tryHold(name, asked.trigger)
      return isHold(hold) ? await begun(hold, asked, signal) : hold
    },
  }
}

function leasedRun(
  { duty, database, integration, splitting, log }: LeasedResyncDeps,
  hold: Hold,
  { isFull, signal }: { isFull: boolean; signal: AbortSignal },
): LeasedRun {
  return {
    signal: AbortSignal.any([signal, hold.lost]),
    isLost: () => hold.lost.aborted,
    guarded: (deps) => ({
      ...deps,
      // Port knows no fencing token: this process's own clocks are asked before each request, which leaves the one that was
      // under way when the process was frozen.
      port: deps.port.askingFirst(hold.assertHeld),
      origins: deps.origins.remembers
        ? originStoreOn(
            fencedDatabase(database, (tx) => checkFence(database, tx, hold)),
            integration,
          )
        : deps.origins,
      ...(isFull && splitting?.isOn ? { split: splitReaders(splitting, hold, deps) } : {}),
    }),
    async end(record) {
      if (hold.lost.aborted) {
        log.warn("This resync was given up: another process may have taken over")
        return
      }
      try {
        if (isFull && record && record.status !== "aborted") await duty.ended()
      } finally {
        // Kept, it would be renewed for as long as this process lives, and nobody could resync any more.
        await released(hold, log)
      }
    },
  }
}

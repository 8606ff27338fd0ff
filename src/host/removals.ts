// Takes installations away. What is at work for one ends first: a process that goes on would write into what is gone. Any host
// marks one; the host that works, which has its processes, does the rest, also where it was started since.
import { errorText } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { InstallationStore } from "./installation-store.ts"
import type { LiveWorkers } from "./live-workers.ts"
import type { Resyncs } from "./resyncs.ts"
import type { Workers } from "./workers.ts"

export interface RemovalsDeps {
  store: Pick<InstallationStore, "markRemoved" | "removing" | "remove">
  resyncs: Pick<Resyncs, "end">
  live: Pick<LiveWorkers, "end">
  workers: Pick<Workers, "forget">
  /** Removes what an installation kept beside the host's tables. */
  removeState(id: string): Promise<void>
  log: Logger
  clock: Clock
}

export interface Removals {
  /** `marked`: it is gone for everybody, and its processes still end. */
  remove(id: string): Promise<"removed" | "marked" | "unknown">
  /** Removes what is marked until the signal fires. */
  work(signal: AbortSignal): Promise<void>
}

const lookMs = 500
const askMs = 100
/** A process that stands still is ended by force after eight seconds. */
const mostAsks = 200

export function createRemovals(deps: RemovalsDeps): Removals {
  const { store, clock, log } = deps

  async function removeMarked(signal: AbortSignal): Promise<void> {
    for (const id of await store.removing()) {
      await Promise.all([deps.resyncs.end(id), deps.live.end(id)])
      if (signal.aborted) return
      await deps.removeState(id)
      await store.remove(id)
      deps.workers.forget(id)
      log.info({ installation: id }, "An installation was removed")
    }
  }

  return {
    async remove(id) {
      if (!(await store.markRemoved(id))) return "unknown"
      for (let asks = 0; asks < mostAsks; asks++) {
        if (!(await store.removing()).includes(id)) return "removed"
        await clock.sleep(askMs)
      }
      return "marked"
    },
    async work(signal) {
      while (!signal.aborted) {
        try {
          await removeMarked(signal)
        } catch (error) {
          log.error({ error: errorText(error) }, "An installation could not be removed; tried again")
        }
        await clock.sleep(lookMs, signal).catch(() => undefined)
      }
    },
  }
}

// Resyncs that somebody asked for, of whichever process: written down, and seen by the one that starts resyncs.
import { errorText } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { ResyncDuty } from "../resync/resync-duty.ts"

export interface AskedResyncs {
  ask(): Promise<void>
  /** Tells of each that has not begun, those of before among them, until the signal fires. */
  watch(onAsked: () => void, signal: AbortSignal): Promise<void>
}

const lookMs = 1_000

export function createAskedResyncs(deps: {
  duty: Pick<ResyncDuty, "ask" | "askedAt">
  clock: Clock
  log: Logger
}): AskedResyncs {
  const { duty, clock, log } = deps
  let wake = new AbortController()
  return {
    async ask() {
      try {
        await duty.ask()
      } catch (error) {
        log.error(
          { error: errorText(error) },
          "A request for a resync could not be written down, and is lost",
        )
      }
      wake.abort()
    },
    async watch(onAsked, signal) {
      let told: number | undefined
      while (!signal.aborted) {
        wake = new AbortController()
        try {
          const at = await duty.askedAt()
          if (at !== undefined && at !== told) onAsked()
          told = at ?? told
        } catch (error) {
          log.warn({ error: errorText(error) }, "Requests for a resync could not be looked for; tried again")
        }
        await clock.sleep(lookMs, AbortSignal.any([signal, wake.signal])).catch(() => undefined)
      }
    },
  }
}

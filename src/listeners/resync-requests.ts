// Requests for a resync that come in over HTTP, from Port or from a person: kept until somebody listens, and a burst of
// them is one.
import type { Clock } from "../common/sleep.ts"

export interface ResyncRequests {
  ask(): void
  /** Why asking is of no use; undefined while it is. */
  refusal(): string | undefined
  refuse(reason: string): void
  /** Hands on one request for each burst, until the signal fires. */
  take(onRequest: () => void, signal: AbortSignal): Promise<void>
}

/** How long a burst is collected. */
const burstMs = 1_000

export function createResyncRequests(clock: Clock): ResyncRequests {
  let reason: string | undefined
  let isAsked = false
  let wake: (() => void) | undefined

  return {
    ask() {
      isAsked = true
      wake?.()
    },
    refusal: () => reason,
    refuse(because) {
      reason = because
    },
    async take(onRequest, signal) {
      signal.addEventListener("abort", () => wake?.(), { once: true })
      while (!signal.aborted) {
        if (!isAsked) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
          continue
        }
        await clock.sleep(burstMs, signal).catch(() => undefined)
        isAsked = false
        if (!signal.aborted) onRequest()
      }
    },
  }
}

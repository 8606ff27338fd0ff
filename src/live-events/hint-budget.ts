// How many events of unknown senders are looked at: a forged flood must not become one of requests.
import type { Clock } from "../common/sleep.ts"

export interface HintBudget {
  /** False when too many came of late. */
  take(): boolean
}

/** `perMinute` in any minute. */
export function createHintBudget(options: { perMinute: number; clock: Clock }): HintBudget {
  let taken: number[] = []
  return {
    take() {
      const now = options.clock.now()
      taken = taken.filter((at) => now - at < 60_000)
      if (taken.length >= options.perMinute) return false
      taken.push(now)
      return true
    },
  }
}

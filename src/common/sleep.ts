// Waiting that ends at once when the work is cancelled; tests pass a clock of their own.
import { setTimeout as wait } from "node:timers/promises"

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`; rejects with an AbortError when the signal fires first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    const options = signal ? { signal } : {}
    let left = Math.max(0, ms)
    for (; left > longestTimerMs; left -= longestTimerMs) await wait(longestTimerMs, undefined, options)
    await wait(left, undefined, options)
  },
}

/** Node's timers hold no more, and take a longer time for none at all. */
const longestTimerMs = 2 ** 31 - 1

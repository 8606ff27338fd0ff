// How many requests at once, and until when to wait; steered from outside by what a server's headers say.
import { withLogFieldsOfNow } from "./log-context.ts"
import { type Clock, systemClock } from "./sleep.ts"

export interface RateLimiter {
  /**
   * Runs the task when a slot is free and no pause is on; one that goes `ahead` before all that wait without. Rejects at
   * once when the signal fires while waiting.
   */
  run<T>(task: () => Promise<T>, signal?: AbortSignal, ahead?: boolean): Promise<T>
  /** No new task starts before this time (milliseconds since the epoch). A later pause wins. */
  pauseUntil(time: number): void
  /** From now on at most this many tasks at once; at least 1. */
  limitTo(concurrency: number): void
  /** Tasks that have begun and not ended. */
  running(): number
  /** Milliseconds that tasks spent waiting for a pause to end, for reports. */
  waitedMs(): number
}

interface Waiting {
  enter(): void
  /** In the name of the task that waits, whoever's pause it is. */
  tellWait(ms: number): void
}

export function createRateLimiter(options: {
  concurrency: number
  clock?: Clock
  /** Told when a task begins to wait for a pause to end, with the milliseconds it will take. */
  onWait?: ((ms: number) => void) | undefined
}): RateLimiter {
  const clock = options.clock ?? systemClock
  const { onWait = () => {} } = options
  const queues = { ahead: [] as Waiting[], others: [] as Waiting[] }
  let limit = Math.max(1, options.concurrency)
  let running = 0
  let pausedUntil = 0
  let waited = 0
  let pausing: AbortController | undefined

  function waiting(): number {
    return queues.ahead.length + queues.others.length
  }

  /** Lets in whoever may start now. Slots are given after a pause, not before: then who goes ahead is still open. */
  function admit(): void {
    while (running < limit && waiting() > 0) {
      const left = pausedUntil - clock.now()
      if (left > 0) {
        waitOut(left)
        return
      }
      running++
      const next = queues.ahead.shift() ?? queues.others.shift()
      next?.enter()
    }
  }

  function waitOut(left: number): void {
    if (pausing) return // it looks again when it ends
    // As many as could have started wait for the pause; the others would have waited for a slot anyway.
    for (const { tellWait } of [...queues.ahead, ...queues.others].slice(0, limit - running)) {
      waited += left
      tellWait(left)
    }
    const end = new AbortController()
    pausing = end
    const over = () => {
      pausing = undefined
      admit()
    }
    clock.sleep(left, end.signal).then(over, over)
  }

  async function slot(signal: AbortSignal | undefined, ahead: boolean): Promise<void> {
    signal?.throwIfAborted()
    const queue = ahead ? queues.ahead : queues.others
    await new Promise<void>((resolve, reject) => {
      const one: Waiting = {
        enter() {
          signal?.removeEventListener("abort", leave)
          resolve()
        },
        tellWait: withLogFieldsOfNow(onWait),
      }
      const leave = () => {
        queue.splice(queue.indexOf(one), 1)
        if (waiting() === 0) pausing?.abort() // nobody is left to wait for
        reject(signal?.reason)
      }
      signal?.addEventListener("abort", leave, { once: true })
      queue.push(one)
      admit()
    })
  }

  return {
    async run(task, signal, ahead = false) {
      await slot(signal, ahead)
      try {
        return await task()
      } finally {
        running--
        admit()
      }
    },
    pauseUntil(time) {
      pausedUntil = Math.max(pausedUntil, time)
    },
    limitTo(concurrency) {
      limit = Math.max(1, concurrency)
      admit()
    },
    running: () => running,
    waitedMs: () => waited,
  }
}

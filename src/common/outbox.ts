// Reports that are sent one after another beside the work they tell of: never waited for, never failing it, and never
// more of them in memory than a set number.

type Task = (signal: AbortSignal) => Promise<void>

export interface Outbox {
  /** Takes its turn after those before it; one of the same key that still waits is replaced, since it tells old news. */
  add(task: Task, key?: string): void
  /** Resolves when all that was added is sent or given up, at the latest after `ms` milliseconds; then no more is sent. */
  close(ms: number): Promise<void>
}

/** `onFailure` hears of each task that failed (`error`), or had no room any more (`undefined`). */
export function createOutbox(options: { capacity: number; onFailure(error: unknown): void }): Outbox {
  const waiting: { task: Task; key: string | undefined }[] = []
  const closing = new AbortController()
  let working: Promise<void> | undefined

  async function work(): Promise<void> {
    for (let next = waiting.shift(); next && !closing.signal.aborted; next = waiting.shift()) {
      try {
        await next.task(closing.signal)
      } catch (error) {
        options.onFailure(error)
      }
    }
  }

  function start(): void {
    working ??= work().finally(() => {
      working = undefined
      if (waiting.length > 0 && !closing.signal.aborted) start()
    })
  }

  return {
    add(task, key) {
      if (closing.signal.aborted) return
      const older = key === undefined ? undefined : waiting.find((one) => one.key === key)
      if (older) {
        older.task = task
        return
      }
      if (waiting.length >= options.capacity) {
        waiting.shift() // the oldest tells least about now
        options.onFailure(undefined)
      }
      waiting.push({ task, key })
      start()
    },
    async close(ms) {
      const giveUp = setTimeout(() => closing.abort(new DOMException("out of time", "AbortError")), ms)
      while (working && !closing.signal.aborted) await Promise.race([working, aborted(closing.signal)])
      clearTimeout(giveUp)
      closing.abort()
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }))
}

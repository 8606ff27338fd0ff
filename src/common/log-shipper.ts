// Log lines to a place across the network: in batches, never waited for, and never more in memory than a set number.
import { errorText } from "./errors.ts"
import { withLogFields } from "./log-context.ts"
import type { LogLine } from "./logger.ts"

export interface LogShipper {
  /** Takes a line. Never waits and never throws. */
  offer(line: LogLine): void
  /** Lines that had to be dropped so far. */
  dropped(): number
  /** Sends what is left; resolves when that is done, or could not be done in `ms` milliseconds. */
  close(ms: number): Promise<void>
}

/**
 * `not yet`: the place is not known so far, the lines are kept. `nowhere`: there is none, nothing is kept.
 * `refused`: sending the same again would not help. Throws where it may.
 */
type SendLines = (
  lines: readonly LogLine[],
  signal: AbortSignal,
) => Promise<"taken" | "refused" | "not yet" | "nowhere">

export interface LogShipperOptions {
  send: SendLines
  /** Told in a sentence when lines were lost; what it logs must carry `local`, or it would come back here. */
  onTrouble(fields: Record<string, unknown>, message: string): void
  onDropped?(count: number): void
  /** Lines kept while they cannot be sent; beyond it the oldest go. */
  capacity?: number
  /** Lines sent at once. */
  batch?: number
  /** Milliseconds until a started batch is sent though it is not full. Doubles, up to `longestWaitMs`, after each failure. */
  everyMs?: number
  longestWaitMs?: number
}

export function createLogShipper(options: LogShipperOptions): LogShipper {
  const { capacity = 2_000, batch = 100, everyMs = 5_000, longestWaitMs = 60_000 } = options
  const lines: LogLine[] = []
  const closing = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<boolean> | undefined
  let waitMs = everyMs
  let dropped = 0
  let untold = 0
  let placeKnown = false

  function drop(count: number): void {
    dropped += count
    untold += count
    options.onDropped?.(count)
  }

  function arm(): void {
    if (timer !== undefined || lines.length === 0 || closing.signal.aborted) return
    timer = setTimeout(() => void flush(), waitMs).unref()
  }

  /** One batch after another, as long as they are taken and full; whether the last one was taken. */
  function flush(): Promise<boolean> {
    clearTimeout(timer)
    timer = undefined
    // Its requests are logged on this machine only: shipped, they would never end.
    sending ??= withLogFields({ local: true }, () => sendBatches()).finally(() => {
      sending = undefined
      arm()
    })
    return sending
  }

  async function sendBatches(): Promise<boolean> {
    do {
      if (!(await sendOne())) return false
    } while (lines.length >= batch)
    return true
  }

  async function sendOne(): Promise<boolean> {
    const some = lines.splice(0, batch)
    if (some.length === 0) return true
    const told = untold
    try {
      const outcome = await options.send(told > 0 ? [droppedLine(told), ...some] : some, closing.signal)
      placeKnown = outcome !== "not yet"
      if (!placeKnown) {
        putBack(some)
        return false
      }
      waitMs = everyMs
      if (outcome === "refused") lose(some.length, { reason: "refused" })
      if (outcome === "taken" && told > 0) {
        untold -= told
        options.onTrouble({ count: told }, "Log lines were dropped while they could not be shipped")
      }
      return outcome !== "refused"
    } catch (error) {
      placeKnown = true
      if (waitMs === everyMs) options.onTrouble({ error: errorText(error), kept: some.length }, troubleText)
      waitMs = Math.min(waitMs * 2, longestWaitMs)
      putBack(some)
      return false
    }
  }

  function putBack(some: readonly LogLine[]): void {
    lines.unshift(...some)
    trim()
  }

  function trim(): void {
    const over = lines.length - capacity
    if (over <= 0) return
    lines.splice(0, over)
    drop(over)
  }

  function lose(count: number, fields: Record<string, unknown>): void {
    drop(count)
    options.onTrouble({ ...fields, count }, "Log lines could not be shipped and are dropped")
  }

  return {
    offer(line) {
      lines.push(line)
      trim()
      if (lines.length >= batch && sending === undefined && waitMs === everyMs) void flush()
      else arm()
    },
    dropped: () => dropped,
    async close(ms) {
      const giveUp = setTimeout(() => closing.abort(new DOMException("out of time", "AbortError")), ms)
      try {
        await sending
        while (lines.length > 0 && !closing.signal.aborted && (await flush()));
      } finally {
        clearTimeout(giveUp)
        clearTimeout(timer)
        closing.abort()
      }
      const left = lines.splice(0).length
      // A start that never got as far as the place has its troubles told elsewhere.
      if (left > 0 && placeKnown) lose(left, { reason: "the process ends" })
    },
  }
}

const troubleText = "Log lines could not be shipped; they are kept for a while and tried again"

function droppedLine(count: number): LogLine {
  return {
    level: "warn",
    time: new Date().toISOString(),
    message: "Log lines before this one were dropped",
    fields: { count },
    local: false,
    inReport: false,
  }
}

// When each installation resyncs: at its interval, or when somebody asks; one at a time each, so many at a time in all.
import { errorText } from "../common/errors.ts"
import { isJsonObject, parseJson } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { Child, ChildEnd } from "./child.ts"
import { type HostDefaults, whatIsMissing } from "./child-environment.ts"
import { type Installation, timeoutOf } from "./installation.ts"
import type { InstallationStore } from "./installation-store.ts"
import type { Workers } from "./workers.ts"

export interface ResyncsDeps {
  store: InstallationStore
  workers: Workers
  host: HostDefaults
  /** At a time. */
  mostRuns: number
  log: Logger
  clock: Clock
}

export interface Resyncs {
  /** Asks for one beside the interval. */
  request(id: string): Promise<"requested" | "already running" | "disabled" | "unknown">
  /** Until the signal fires; what runs then is ended. */
  work(signal: AbortSignal): Promise<void>
  isRunning(id: string): boolean
  /** Ends the one of an installation that was marked as removed, where there is one; none begins any more. */
  end(id: string): Promise<void>
}

const lookMs = 1_000

export function createResyncs(deps: ResyncsDeps): Resyncs {
  const { store, clock, log } = deps
  const running = new Map<string, { done: Promise<void>; stop: AbortController }>()
  /** When. */
  const asked = new Map<string, number>()
  const endedAt = new Map<string, number>()
  const skippedFor = new Map<string, number>()

  async function look(signal: AbortSignal): Promise<void> {
    const starts = await store.lastStarts()
    const now = clock.now()
    const due = (await store.all()).flatMap((one) => {
      if (!one.spec.enabled) return []
      const at = (starts.get(one.id) ?? 0) + one.spec.interval
      const since = Math.min(asked.get(one.id) ?? Infinity, at <= now ? waitsSince(one.id, at) : Infinity)
      return since <= now ? [{ one, at, since }] : []
    })
    // Who has waited longest comes first; the others wait for a place.
    for (const { one, at } of due.sort((left, right) => left.since - right.since)) {
      if (running.has(one.id)) await skip(one, at)
      else if (running.size < deps.mostRuns && !signal.aborted) begin(one, signal)
    }
  }

  /** Nobody waits while it runs: who runs longer than its interval is not before all others each time. */
  function waitsSince(id: string, at: number): number {
    return Math.max(at, endedAt.get(id) ?? 0)
  }

  /** Told once for each time that passes while the last one still runs. */
  async function skip({ id }: Installation, at: number): Promise<void> {
    if (asked.delete(id) || skippedFor.get(id) === at) return
    skippedFor.set(id, at)
    await store.skipped(id, "interval", "the last resync still runs")
  }

  function begin({ id }: Installation, signal: AbortSignal): void {
    const trigger = asked.delete(id) ? "request" : "interval"
    const stop = new AbortController()
    const done = runOne(deps, id, { trigger, signal: AbortSignal.any([signal, stop.signal]) })
      .catch((error: unknown) =>
        log.error({ installation: id, error: errorText(error) }, "A resync could not be recorded"),
      )
      .finally(() => {
        endedAt.set(id, clock.now())
        running.delete(id)
      })
    running.set(id, { done, stop })
  }

  return {
    isRunning: (id) => running.has(id),
    async end(id) {
      asked.delete(id)
      running.get(id)?.stop.abort()
      await running.get(id)?.done
      endedAt.delete(id)
    },
    async request(id) {
      const one = await store.get(id)
      if (!one) return "unknown"
      if (!one.spec.enabled) return "disabled"
      if (running.has(id)) {
        await store.skipped(id, "request", "the last resync still runs")
        return "already running"
      }
      if (!asked.has(id)) asked.set(id, clock.now())
      return "requested"
    },
    async work(signal) {
      await store
        .endOrphans()
        .catch((error: unknown) => log.warn({ error: errorText(error) }, "Old runs stay open"))
      while (!signal.aborted) {
        try {
          await look(signal)
        } catch (error) {
          log.error({ error: errorText(error) }, "What is due could not be looked for; tried again")
        }
        await clock.sleep(lookMs, signal).catch(() => undefined)
      }
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}

async function runOne(
  { store, workers, host, clock, log }: ResyncsDeps,
  id: string,
  { trigger, signal }: { trigger: string; signal: AbortSignal },
): Promise<void> {
  // As it is now: it may have been removed since it was found to be due.
  const one = await store.get(id)
  if (!one?.spec.enabled) return
  const run = await store.runStarted(one.id, trigger)
  const missing = whatIsMissing(one, host) ?? (await store.twinOf(one))
  if (missing !== undefined) return await store.runEnded(run, "not started", missing)
  let child: Child
  try {
    child = await workers.start(one, "resync")
  } catch (error) {
    return await store.runEnded(run, "not started", errorText(error))
  }
  const over = new AbortController()
  const late = clock.sleep(timeoutOf(one), AbortSignal.any([signal, over.signal])).then(
    () => "timed out" as const,
    () => "stopped" as const,
  )
  const first = await Promise.race([child.end, late])
  over.abort()
  const end = typeof first === "string" ? await child.stop() : first
  const outcome = typeof first === "string" ? first : outcomeOf(end)
  const said =
    first === "timed out"
      ? `it took longer than ${timeoutOf(one) / 1_000} s`
      : (end.said ?? (end.ran?.wanting.join("; ") || lastTrouble(workers.linesOf(one.id))))
  log.info({ installation: one.id, outcome, said }, "Resync of an installation ended")
  await store.runEnded(run, outcome, outcome === "completed" ? undefined : said, end.ran)
}

/** What the log said last of what went wrong. */
function lastTrouble(lines: readonly string[]): string | undefined {
  for (const line of lines.toReversed()) {
    const record = parseJson(line)
    if (!isJsonObject(record) || (record.level !== "error" && record.level !== "warn")) continue
    const { level: _level, time: _time, run: _run, inReport: _report, msg, ...fields } = record
    return `${String(msg)} ${JSON.stringify(fields)}`.slice(0, 500)
  }
  return undefined
}

function outcomeOf({ code, isOutOfMemory }: ChildEnd): string {
  if (isOutOfMemory) return "out of memory"
  const told: Record<number, string> = {
    0: "completed",
    2: "wrong settings",
    3: "could not start",
    4: "failed",
    5: "skipped",
  }
  return (code === null ? undefined : told[code]) ?? "crashed"
}

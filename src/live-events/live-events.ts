// Live events as one part of the program: its routes, its workers, and how it starts and ends.
import { randomUUID } from "node:crypto"
import type { Hono } from "hono"
import { errorText } from "../common/errors.ts"
import { createGroupWrite } from "../common/group-writes.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { EventEnd, EventLog } from "./event-log.ts"
import { createHintBudget } from "./hint-budget.ts"
import type { LiveEvent, NewEvent, WebhookProtocol } from "./live-event.ts"
import { emptyLog, type LogDepth } from "./log-depth.ts"
import { receiveRoutes } from "./receive.ts"
import { type Effects, type Worked, workOnce } from "./work.ts"

export interface LiveEventsOptions {
  paths: readonly string[]
  maxBytes: number
  /** Events that may wait; more are answered 503. */
  mostWaiting: number
  /** Groups worked on at the same time. */
  workers: number
  groupSize: number
  /** How long a small group waits for more to come along, while others are worked on. */
  gatherMs: number
  timeoutMs: number
  /** How long the events of a worker that is gone are left alone. */
  leaseMs: number
  mostTries: number
  unsignedPerMinute: number
  keepDoneMs: number
  keepDeadMs: number
}

export interface LiveEventsDeps {
  log: EventLog
  /** Takes what comes in the log's place, and brings it there later. Default: the log itself. */
  intake?: { append(events: readonly NewEvent[]): Promise<void> }
  protocol: WebhookProtocol
  options: LiveEventsOptions
  logger: Logger
  clock: Clock
  onAnswer?(status: number): void
  onSettled?(event: LiveEvent, end: EventEnd): void
}

export interface LiveEvents {
  routes: Hono
  /** Works until the signal fires; what is under way then ends first, or is let go for another try. */
  work(effects: Effects, signal: AbortSignal): Promise<void>
  /** Only keeps `depth` true and the log small, where others work on the events. */
  watch(signal: AbortSignal): Promise<void>
  depth(): LogDepth
  /** Events were put into the log by somebody else. */
  wake(): void
}

/** Events of one durable write; keeps a burst from being a single long one. */
const mostInOneWrite = 500
/** Bytes of bodies that may wait to be written down; more are answered 503. */
const mostUnwritten = 64_000_000
/** Fewer events at once are no burst: waiting on top of their work would only make the next ones late. */
const burstFrom = 5
/** How often the log is looked at without being told: for events of other processes, and those that are due again. */
const lookMs = 1_000
const pruneEveryMs = 3_600_000

export function createLiveEvents(deps: LiveEventsDeps): LiveEvents {
  const { options, clock } = deps
  const bell = createBell()
  let depth = emptyLog
  let appended = 0
  let unwritten = 0
  const intake = deps.intake ?? deps.log
  const append = createGroupWrite<NewEvent>(async (events) => void (await intake.append(events)), {
    most: mostInOneWrite,
  })
  const routes = receiveRoutes({
    ...deps,
    ...options,
    async append(event) {
      unwritten += event.body.length
      try {
        await append(event)
      } finally {
        unwritten -= event.body.length
      }
    },
    // A database that hangs must not gather bodies without end.
    isFull: () => depth.waiting + appended >= options.mostWaiting || unwritten >= mostUnwritten,
    hints: createHintBudget({ perMinute: options.unsignedPerMinute, clock }),
    isWaiting: deps.log.isWaiting,
    onAppended() {
      appended++
      bell.ring()
    },
    log: deps.logger,
  })

  async function workLoop(effects: Effects, signal: AbortSignal): Promise<void> {
    const worker = randomUUID()
    let groupSize = options.groupSize
    while (!signal.aborted) {
      const began = clock.now()
      const worked = await workOnce({ ...deps, ...options, groupSize, effects, worker }, signal).catch(
        (error: unknown): Worked => {
          deps.logger.error({ error: errorText(error) }, "The event log could not be worked on")
          return { events: 0, keys: 0, inVain: false }
        },
      )
      const isFull = worked.keys >= groupSize
      // A group that comes to nothing may be too much for its time, or have one in it that spoils it for all.
      if (worked.inVain && worked.keys > 1) groupSize = Math.ceil(worked.keys / 2)
      else if (worked.events > 0 && !worked.inVain)
        groupSize = Math.min(options.groupSize, groupSize + Math.ceil(options.groupSize / 20))
      // A full group means that more wait; a small one, that a burst may be on its way.
      if (isFull) continue
      // A few are not held up for others; but where all goes fast, a worker still leaves so long between its groups.
      const waitMs = worked.events >= burstFrom ? options.gatherMs : began + options.gatherMs - clock.now()
      if (worked.events > 0 && waitMs > 0) await clock.sleep(waitMs, signal).catch(() => undefined)
      if (worked.events === 0) await bell.wait(lookMs, signal)
    }
  }

  async function watch(signal: AbortSignal): Promise<void> {
    for (let pruneAt = 0; !signal.aborted; ) {
      try {
        appended = 0
        depth = await deps.log.depth()
        if (clock.now() >= pruneAt) {
          const now = clock.now()
          await deps.log.prune({ doneBefore: now - options.keepDoneMs, deadBefore: now - options.keepDeadMs })
          pruneAt = now + pruneEveryMs
        }
      } catch (error) {
        deps.logger.warn({ error: errorText(error) }, "The event log could not be looked at")
      }
      await clock.sleep(lookMs, signal).catch(() => undefined)
    }
  }

  return {
    routes,
    depth: () => depth,
    wake: bell.ring,
    watch,
    async work(effects, signal) {
      const loops = Array.from({ length: options.workers }, () => workLoop(effects, signal))
      await Promise.all([...loops, watch(signal)])
    },
  }
}

/** Wakes one waiting worker for each ring; a ring that nobody waits for wakes the next who comes. */
function createBell(): { ring(): void; wait(ms: number, signal: AbortSignal): Promise<void> } {
  const waiting: (() => void)[] = []
  let rung = false
  return {
    ring() {
      const next = waiting.shift()
      if (next) next()
      else rung = true
    },
    wait(ms, signal) {
      if (rung || signal.aborted) {
        rung = false
        return Promise.resolve()
      }
      return new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener("abort", done)
          const at = waiting.indexOf(done)
          if (at >= 0) waiting.splice(at, 1)
          resolve()
        }
        const timer = setTimeout(done, ms)
        signal.addEventListener("abort", done)
        waiting.push(done)
      })
    },
  }
}

// The worker: takes waiting events, oldest first, and brings each to its end.
import { errorText } from "../../common/errors.ts"
import type { WebhookEvent } from "../rules/webhook-event.ts"
import type { CatalogTables } from "../store/tables.ts"
import { endEvent, postponeEvent, pruneEvents, readWaiting } from "../store/webhook-events.ts"
import { type ProcessDeps, processEvent } from "./process-event.ts"

export interface Worker {
  /** Says that an event was written down. */
  wake(): void
  /** Resolves when nothing is under way any more. What waits is done at the next start. */
  stop(): Promise<void>
}

/** Events of other processes, and those that wait for another try, are looked for this often. */
const lookMs = 5_000
const atOnce = 50
/** Tries of an event that no fault of its own lets end; then it is told as failed. */
const mostTries = 8
const keepMs = 7 * 24 * 60 * 60 * 1000
const tidyEveryMs = 10 * 60 * 1000

export function startWorker(deps: ProcessDeps): Worker {
  const stopping = new AbortController()
  let waker = new AbortController()
  let tidyAt = 0

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      waker = new AbortController()
      const worked = await attempt(deps, async () => {
        if (deps.clock.now() >= tidyAt) {
          tidyAt = deps.clock.now() + tidyEveryMs
          await tidy(deps)
        }
        return await workOnce(deps, stopping.signal)
      })
      if (worked) continue
      const rested = AbortSignal.any([stopping.signal, waker.signal])
      await deps.clock.sleep(lookMs, rested).catch(() => undefined) // woken, or stopped
    }
  }

  const running = run()
  return {
    wake: () => waker.abort(),
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** A database that does not answer is told, and tried again after a rest. */
async function attempt(deps: ProcessDeps, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work()
  } catch (error) {
    deps.log.error({ error: errorText(error) }, "Webhook events cannot be worked on; tried again")
    return false
  }
}

async function tidy({ database, jq, clock }: ProcessDeps): Promise<void> {
  // An expression that was stopped for a machine too busy, say, gets another chance.
  jq.forgetQuarantine()
  await pruneEvents(database.kysely<CatalogTables>(), clock.now() - keepMs)
}

/** Whether there was anything to do. */
async function workOnce(deps: ProcessDeps, signal: AbortSignal): Promise<boolean> {
  const db = deps.database.kysely<CatalogTables>()
  const events = await readWaiting(db, { now: deps.clock.now(), limit: atOnce })
  for (const event of events) {
    if (signal.aborted) break
    try {
      await processEvent(deps, event, signal)
    } catch (error) {
      if (!signal.aborted) await noteFailure(deps, event, error)
    }
  }
  return events.length > 0
}

async function noteFailure(deps: ProcessDeps, event: WebhookEvent, error: unknown): Promise<void> {
  const db = deps.database.kysely<CatalogTables>()
  const { id, headers } = event
  const now = deps.clock.now()
  const attempts = event.attempts + 1
  const reason = errorText(error)
  deps.log.error({ event: id, attempts, error: reason }, "Webhook event could not be worked on")
  if (attempts < mostTries) {
    return await postponeEvent(db, id, { attempts, dueAt: now + 1_000 * 2 ** attempts, error: reason })
  }
  await endEvent(db, id, {
    state: "failed",
    outcome: { error: reason },
    requestId: undefined,
    headers,
    endedAt: now,
  })
}

// Keeps the history of runs up to date while they go on. No failure of it is one of the run.
import { errorText } from "../../common/errors.ts"
import type { HttpExchange } from "../../common/http-client.ts"
import type { Logger } from "../../common/logger.ts"
import type { Clock } from "../../common/sleep.ts"
import type { RunOrder } from "../run-order.ts"
import type { RunParts } from "../run-parts.ts"
import type { RunRecord, Trigger } from "../run-record.ts"
import { type FollowedRun, followRun } from "./follow-run.ts"
import type { RunHistory } from "./run-history.ts"

export interface NotedRun extends Pick<FollowedRun, "watch" | "observe"> {
  ended(record: RunRecord): Promise<void>
}

export interface NoteRuns {
  began(run: { trigger: Trigger; order: RunOrder; parts: RunParts }): NotedRun
  noteExchange(exchange: HttpExchange): void
  noteWait(endpoint: string, ms: number): void
}

/** A person who watches sees it move; a run costs a write each. */
const saveEveryMs = 1_000

export function createNoteRuns(deps: {
  history: RunHistory
  keepMs: number
  clock: Clock
  log: Logger
}): NoteRuns {
  const { history, clock, log } = deps
  let current: FollowedRun | undefined
  let saving: Promise<void> = Promise.resolve()

  /** In turn, so that no older state comes after a newer one. */
  function save(run: FollowedRun, record?: RunRecord): Promise<void> {
    saving = saving.then(async () => {
      try {
        await history.save(run.detail(record))
      } catch (error) {
        log.warn({ error: errorText(error) }, "How the run stands could not be written down")
      }
    })
    return saving
  }

  return {
    began(run) {
      const followed = followRun(run, clock)
      current = followed
      void save(followed)
      let isSaving = false
      const timer = setInterval(async () => {
        if (isSaving) return // a slow database must not gather writes
        isSaving = true
        await save(followed)
        isSaving = false
      }, saveEveryMs).unref()
      return {
        watch: followed.watch,
        observe: followed.observe,
        async ended(record) {
          clearInterval(timer)
          if (current === followed) current = undefined
          await save(followed, record)
          await history
            .prune(clock.now() - deps.keepMs)
            .catch((error: unknown) => log.warn({ error: errorText(error) }, "Old runs could not be dropped"))
        },
      }
    },
    noteExchange: (exchange) => current?.noteExchange(exchange),
    noteWait: (endpoint, ms) => current?.noteWait(endpoint, ms),
  }
}

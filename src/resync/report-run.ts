// Tells Port what a run is doing and how it ended. The run itself knows nothing of this.
import { errorText } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import type { IntegrationsApi, ResyncState } from "../port/integrations-api.ts"
import type { RunRecord } from "./run-record.ts"

export interface RunReporter {
  started(at: Date): Promise<ReportedRun>
}

export interface ReportedRun {
  /** Told to Port, unless a newer run has begun since: the state is that one's then. */
  ended(record: RunRecord): Promise<void>
}

/** `intervalMinutes` is that of scheduled resyncs; `startedAt` the process's own start, from which they count. */
export function createRunReporter(deps: {
  integration: Pick<IntegrationsApi, "reportState" | "get">
  intervalMinutes: number | undefined
  startedAt: Date
  log: Logger
}): RunReporter {
  const { intervalMinutes } = deps
  /** When the newest run of this process began, as Port was told. */
  let newest: string | undefined

  /** What Port shows of a run must not decide whether there is one: a failure is told, no more. */
  async function report(state: ResyncState): Promise<void> {
    try {
      await deps.integration.reportState(state)
    } catch (error) {
      deps.log.warn({ state: state.status, error: errorText(error) }, "Port did not take the resync state")
    }
  }

  function schedule(now: Date): Pick<ResyncState, "nextResync" | "intervalInMinuets"> {
    if (intervalMinutes === undefined) return { nextResync: null, intervalInMinuets: null }
    return {
      nextResync: nextAfter(deps.startedAt, intervalMinutes, now).toISOString(),
      intervalInMinuets: intervalMinutes,
    }
  }

  /**
   * Whether the state in Port is that of a newer run, of another process: an old pod that ends after the new one began
   * must not call the new one's resync aborted. Asked only of aborted runs, since others end in their own time.
   */
  async function isOthers(start: string): Promise<boolean> {
    try {
      const held = (await deps.integration.get())?.resyncState?.lastResyncStart
      return typeof held === "string" && Date.parse(held) > Date.parse(start)
    } catch {
      return false // the report will meet the same trouble, and tell it
    }
  }

  return {
    async started(at) {
      const start = at.toISOString()
      newest = start
      await report({ status: "running", lastResyncStart: start, lastResyncEnd: null, ...schedule(at) })
      return {
        async ended(record) {
          const end = record.endedAt ?? record.startedAt
          const status = record.status === "running" ? "failed" : record.status
          if (newest !== start || (status === "aborted" && (await isOthers(start)))) return
          await report({ status, lastResyncEnd: end.toISOString(), ...schedule(end) })
        },
      }
    },
  }
}

/** The first start + k × interval after `now`. */
function nextAfter(start: Date, intervalMinutes: number, now: Date): Date {
  const step = intervalMinutes * 60_000
  const passed = Math.floor((now.getTime() - start.getTime()) / step) + 1
  return new Date(start.getTime() + Math.max(1, passed) * step)
}

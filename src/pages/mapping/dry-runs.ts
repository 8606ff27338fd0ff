// Plans of a whole mapping as jobs: one at a time, kept for a while in memory.
import { randomUUID } from "node:crypto"
import { errorText } from "../../common/errors.ts"
import type { JsonObject } from "../../common/json.ts"
import { withLogFields } from "../../common/log-context.ts"
import type { Clock } from "../../common/sleep.ts"
import type { Jq } from "../../mapping/jq.ts"
import type { PortClient } from "../../port/client.ts"
import { type PlanRow, planRows } from "../../resync/plan/plan-report.ts"
import { createPlanner, type Plan } from "../../resync/plan.ts"
import { shortcomings } from "../../resync/run-record.ts"
import type { ResyncDeps } from "../../resync/run-resync.ts"

export interface DryRun {
  id: string
  status: "running" | "done" | "failed" | "cancelled"
  /** Milliseconds since the epoch. */
  startedAt: number
  endedAt: number | undefined
  readSoFar: number
  /** Why it failed. */
  message: string | undefined
  plan: Plan | undefined
  /** Grows with each change of the above. */
  changes: number
}

export interface DryRuns {
  /** One that is under way goes on, and is answered. `mapping`: instead of the one that Port has. */
  start(mapping: JsonObject | undefined): { isNew: boolean; run: DryRun }
  find(id: string): DryRun | undefined
  /** In the order of their begin. */
  all(): DryRun[]
  /** Whether it was under way. */
  cancel(id: string): boolean
}

const keptMs = 60 * 60_000
/** Each names all its changes. */
const mostKept = 5

export interface DryRunsDeps {
  deps: ResyncDeps
  /** For each its own: a run beside it gives programs up, and must not be made to try them again. */
  openJq(): Jq
  clock: Clock
}

export function createDryRuns({ deps, openJq, clock }: DryRunsDeps): DryRuns {
  const runs = new Map<string, DryRun>()
  let under: { run: DryRun; cancel: AbortController } | undefined

  function forgetOld(): void {
    for (const [id, { endedAt }] of runs) {
      if (endedAt === undefined) continue
      if (runs.size > mostKept || clock.now() - endedAt > keptMs) runs.delete(id)
    }
  }

  async function work(run: DryRun, mapping: JsonObject | undefined, signal: AbortSignal): Promise<void> {
    const jq = openJq()
    const planner = createPlanner({
      ...deps,
      jq,
      port: mapping ? withMapping(deps.port, mapping) : deps.port,
      onProgress({ record }) {
        run.readSoFar = record.resources.reduce((sum, { counts }) => sum + counts.read, 0)
        run.changes++
      },
    })
    try {
      run.plan = await planner.plan(signal)
      run.status = signal.aborted ? "cancelled" : "done"
    } catch (error) {
      run.status = signal.aborted ? "cancelled" : "failed"
      run.message = errorText(error)
    }
    await jq.close()
    run.endedAt = clock.now()
    run.changes++
    under = undefined
  }

  return {
    start(mapping) {
      if (under) return { isNew: false, run: under.run }
      const run: DryRun = {
        id: randomUUID(),
        status: "running",
        startedAt: clock.now(),
        endedAt: undefined,
        readSoFar: 0,
        message: undefined,
        plan: undefined,
        changes: 0,
      }
      runs.set(run.id, run)
      forgetOld()
      const cancel = new AbortController()
      under = { run, cancel }
      // What it logs reads like a run's; Port, which is told of runs, is told nothing of it.
      void withLogFields({ plan: true, local: true }, () => work(run, mapping, cancel.signal))
      return { isNew: true, run }
    },
    find(id) {
      forgetOld()
      return runs.get(id)
    },
    all() {
      forgetOld()
      return [...runs.values()]
    },
    cancel(id) {
      if (under?.run.id !== id) return false
      under.cancel.abort()
      return true
    },
  }
}

function withMapping(port: PortClient, mapping: JsonObject): PortClient {
  return {
    ...port,
    integration: {
      ...port.integration,
      async get(signal) {
        const record = await port.integration.get(signal)
        return record && { ...record, config: mapping }
      },
    },
  }
}

export function viewDryRun({ id, status, startedAt, endedAt, readSoFar, message, plan }: DryRun): JsonObject {
  const rows = plan ? planRows(plan) : []
  const sum = (name: keyof Omit<PlanRow, "kind" | "blueprint">) =>
    rows.reduce((total, row) => total + row[name], 0)
  return {
    ...{ id, status, readSoFar },
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    message: message ?? null,
    totals: {
      create: sum("create"),
      update: sum("update"),
      delete: sum("delete"),
      unchanged: sum("unchanged"),
      refused: sum("refused"),
      notDeleted: sum("notDeleted"),
    },
  }
}

export function viewPlan({ record, installs, ...plan }: Plan): JsonObject {
  return {
    rows: planRows({ record, installs, ...plan }).map((row) => ({ ...row })),
    installs,
    refused: record.refusedEntities.map(
      ({ blueprint, identifier, message }) => `${blueprint} ${identifier}: ${message}`,
    ),
    notDeleted: record.refusedDeletes.map(
      ({ blueprint, identifier, reason }) => `${blueprint} ${identifier}: ${reason}`,
    ),
    notes: record.notes,
    shortcomings: shortcomings(record, { strict: false }),
  }
}

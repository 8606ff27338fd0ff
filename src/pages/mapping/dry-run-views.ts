// A plan and a dry run as the API tells them.
import type { JsonObject } from "../../common/json.ts"
import { type PlanRow, planRows } from "../../resync/plan/plan-report.ts"
import type { Plan, PlannedChange } from "../../resync/plan.ts"
import { shortcomings } from "../../resync/run-record.ts"
import type { DryRun } from "./dry-run-store.ts"

type Totals = Omit<PlanRow, "kind" | "blueprint">

/** What is kept of a plan. */
export interface PlannedView {
  totals: Totals & JsonObject
  /** Without its changes. */
  summary: JsonObject
  changes: PlannedChange[]
}

const nothing: Totals = { create: 0, update: 0, delete: 0, unchanged: 0, refused: 0, notDeleted: 0 }

export function viewDryRun(run: DryRun): JsonObject {
  const { id, status, startedAt, endedAt, readSoFar, message, totals } = run
  return {
    ...{ id, status, readSoFar },
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    message: message ?? null,
    totals: totals ?? { ...nothing },
  }
}

export function viewPlan(plan: Plan): PlannedView {
  const { record, installs, changes } = plan
  const rows = planRows(plan)
  const sum = (name: keyof Totals) => rows.reduce((total, row) => total + row[name], 0)
  return {
    totals: {
      create: sum("create"),
      update: sum("update"),
      delete: sum("delete"),
      unchanged: sum("unchanged"),
      refused: sum("refused"),
      notDeleted: sum("notDeleted"),
    },
    summary: {
      rows: rows.map((row) => ({ ...row })),
      installs,
      refused: record.refusedEntities.map(
        ({ blueprint, identifier, message }) => `${blueprint} ${identifier}: ${message}`,
      ),
      notDeleted: record.refusedDeletes.map(
        ({ blueprint, identifier, reason }) => `${blueprint} ${identifier}: ${reason}`,
      ),
      notes: record.notes,
      shortcomings: shortcomings(record, { strict: false }),
    },
    changes,
  }
}

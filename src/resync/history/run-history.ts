// The runs of the past, and the one under way, in the database: what they came to, for as long as that is kept.
import type { Clock } from "../../common/sleep.ts"
import type { Database } from "../../database/database.ts"
import { type MigrationStep, migrate } from "../../database/migrate.ts"
import type { RunDetail, RunSummary } from "./run-summary.ts"

interface HistoryTables {
  resync_runs: {
    id: string
    integration: string
    status: string
    trigger: string
    /** Milliseconds since the epoch, as all times here. */
    started_at: number
    updated_at: number
    summary: string
    /** Text, never searched in: parsed only where one run is shown. */
    detail: string
  }
}

export interface RunHistory {
  /** The run as it stands now, in place of how it stood. */
  save(run: RunDetail): Promise<void>
  list(options: {
    limit: number
    before?: string
    status?: string
    trigger?: string
    triggerIsNot?: string
  }): Promise<RunSummary[]>
  find(id: string): Promise<RunDetail | undefined>
  /** Those that have got on since then, oldest change first, with when that was. */
  changedSince(at: number): Promise<{ at: number; run: RunSummary }[]>
  /** Drops those that began before. */
  prune(before: number): Promise<void>
}

const steps: readonly MigrationStep[] = [
  {
    name: "0001-runs",
    async up(db, types) {
      await db.schema
        .createTable("resync_runs")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("integration", "text", (column) => column.notNull())
        .addColumn("status", "text", (column) => column.notNull())
        .addColumn("trigger", "text", (column) => column.notNull())
        .addColumn("started_at", types.instant, (column) => column.notNull())
        .addColumn("updated_at", types.instant, (column) => column.notNull())
        .addColumn("summary", "text", (column) => column.notNull())
        .addColumn("detail", "text", (column) => column.notNull())
        .execute()
      for (const column of ["started_at", "updated_at"]) {
        await db.schema
          .createIndex(`resync_runs_by_${column}`)
          .on("resync_runs")
          .columns(["integration", column])
          .execute()
      }
    },
  },
]

/** A run that lives says so at least every few seconds. */
const silentAfterMs = 30_000

export async function openRunHistory(
  database: Database,
  integration: string,
  clock: Clock,
): Promise<RunHistory> {
  await migrate(database, "run-history", steps)
  const db = database.kysely<HistoryTables>()
  const ofUs = () => db.selectFrom("resync_runs").where("integration", "=", integration)

  return {
    async save(run) {
      const row = {
        status: run.status,
        updated_at: clock.now(),
        summary: JSON.stringify(summaryOf(run)),
        detail: JSON.stringify(run),
      }
      await database.transaction<HistoryTables, void>(
        async (tx) => {
          await tx
            .insertInto("resync_runs")
            .values({
              id: run.id,
              integration,
              trigger: run.trigger,
              started_at: Date.parse(run.startedAt),
              ...row,
            })
            .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
            .execute()
        },
        { sync: "later" },
      )
    },
    async list({ limit, before, status, trigger, triggerIsNot }) {
      let query = ofUs()
        .select(["summary", "updated_at", "status"])
        .orderBy("started_at", "desc")
        .orderBy("id", "desc")
      if (before !== undefined) {
        const from = await ofUs().select(["started_at", "id"]).where("id", "=", before).executeTakeFirst()
        if (!from) return []
        query = query.where((row) =>
          row.or([
            row("started_at", "<", from.started_at),
            row.and([row("started_at", "=", from.started_at), row("id", "<", from.id)]),
          ]),
        )
      }
      // One that is taken for interrupted is still "running" in its row.
      const silent = clock.now() - silentAfterMs
      if (status === "interrupted")
        query = query.where("status", "=", "running").where("updated_at", "<", silent)
      else if (status === "running")
        query = query.where("status", "=", status).where("updated_at", ">=", silent)
      else if (status !== undefined) query = query.where("status", "=", status)
      if (trigger !== undefined) query = query.where("trigger", "=", trigger)
      if (triggerIsNot !== undefined) query = query.where("trigger", "!=", triggerIsNot)
      const rows = await query.limit(limit).execute()
      return rows.map((row) => told(JSON.parse(row.summary) as RunSummary, row)) // written by `save`
    },
    async find(id) {
      const row = await ofUs()
        .select(["detail", "updated_at", "status"])
        .where("id", "=", id)
        .executeTakeFirst()
      return row && told(JSON.parse(row.detail) as RunDetail, row) // written by `save`
    },
    async changedSince(at) {
      const rows = await ofUs()
        .select(["summary", "updated_at", "status"])
        .where("updated_at", ">=", at)
        .orderBy("updated_at")
        .limit(100)
        .execute()
      return rows.map((row) => ({
        at: Number(row.updated_at),
        run: told(JSON.parse(row.summary) as RunSummary, row), // written by `save`
      }))
    },
    async prune(before) {
      await db
        .deleteFrom("resync_runs")
        .where("integration", "=", integration)
        .where("started_at", "<", before)
        .execute()
    },
  }

  function told<T extends RunSummary>(run: T, row: { status: string; updated_at: number }): T {
    if (row.status !== "running" || clock.now() - Number(row.updated_at) < silentAfterMs) return run
    return {
      ...run,
      status: "interrupted",
      headline: "Its process ended before the run did",
      endedAt: new Date(Number(row.updated_at)).toISOString(),
    }
  }
}

function summaryOf(run: RunDetail): RunSummary {
  const { id, trigger, by, scope, status, startedAt, endedAt, seconds } = run
  const { totals, requests, waitedMs, problems, headline } = run
  return {
    ...{ id, trigger, by, scope, status, startedAt, endedAt, seconds },
    totals,
    requests,
    waitedMs,
    problems,
    headline,
  }
}

// The record of installations' runs: when, why, and what came of each.
import type { Kysely } from "kysely"
import type { Clock } from "../common/sleep.ts"
import type { HostTables } from "./host-tables.ts"

export interface RunRow {
  id: number
  trigger: string
  startedAt: number
  endedAt: number | undefined
  outcome: string | undefined
  said: string | undefined
}

export interface RunStore {
  runStarted(id: string, trigger: string): Promise<number>
  runEnded(run: number, outcome: string, said?: string): Promise<void>
  /** A run that did not take place, with why. */
  skipped(id: string, trigger: string, why: string): Promise<void>
  /** Newest first. */
  runs(id: string, limit: number): Promise<RunRow[]>
  /** When the last run that took place was started, by installation. */
  lastStarts(): Promise<Map<string, number>>
  /** Runs that no process works on any more are ended. */
  endOrphans(): Promise<void>
}

/** Runs that are remembered of each installation. */
const mostRuns = 200

export function runStore(db: Kysely<HostTables>, clock: Clock): RunStore {
  return {
    async runStarted(installation, trigger) {
      const started = {
        installation,
        trigger,
        started_at: clock.now(),
        ended_at: null,
        outcome: null,
        said: null,
      }
      const { id } = await db
        .insertInto("host_runs")
        .values(started)
        .returning("id")
        .executeTakeFirstOrThrow()
      await db
        .deleteFrom("host_runs")
        .where("installation", "=", installation)
        .where("id", "<=", Number(id) - mostRuns)
        .where("id", "not in", (query) =>
          query
            .selectFrom("host_runs")
            .select("id")
            .where("installation", "=", installation)
            .orderBy("id", "desc")
            .limit(mostRuns),
        )
        .execute()
      return Number(id)
    },
    async runEnded(run, outcome, said) {
      await db
        .updateTable("host_runs")
        .set({ outcome, ended_at: clock.now(), said: said ?? null })
        .where("id", "=", run)
        .execute()
    },
    async skipped(installation, trigger, why) {
      const now = clock.now()
      const row = { installation, trigger, started_at: now, ended_at: now, outcome: "skipped", said: why }
      await db.insertInto("host_runs").values(row).execute()
    },
    async runs(installation, limit) {
      const rows = await db
        .selectFrom("host_runs")
        .selectAll()
        .where("installation", "=", installation)
        .orderBy("id", "desc")
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        id: Number(row.id),
        trigger: row.trigger,
        startedAt: Number(row.started_at),
        endedAt: row.ended_at === null ? undefined : Number(row.ended_at),
        outcome: row.outcome ?? undefined,
        said: row.said ?? undefined,
      }))
    },
    async lastStarts() {
      const rows = await db
        .selectFrom("host_runs")
        .select((row) => ["installation", row.fn.max("started_at").as("at")])
        .where((row) => row.or([row("outcome", "is", null), row("outcome", "!=", "skipped")]))
        .groupBy("installation")
        .execute()
      return new Map(rows.map(({ installation, at }) => [installation, Number(at)]))
    },
    async endOrphans() {
      await db
        .updateTable("host_runs")
        .set({ outcome: "interrupted", ended_at: clock.now(), said: "the host ended meanwhile" })
        .where("outcome", "is", null)
        .execute()
    },
  }
}

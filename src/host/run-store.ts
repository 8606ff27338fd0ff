// The record of installations' runs: when, why, and what came of each.
import type { Kysely, Selectable } from "kysely"
import type { Clock } from "../common/sleep.ts"
import type { HostTables } from "./host-tables.ts"

/** What the process of a run told of it at its end. */
export interface RunTold {
  /** What became of it, in a sentence. */
  headline: string
  counts: {
    read: number
    created: number
    updated: number
    unchanged: number
    deleted: number
    refused: number
    failed: number
  }
  /** Why it is no success: a sentence each, the first of them. */
  wanting: string[]
}

export interface RunRow {
  id: number
  trigger: string
  startedAt: number
  endedAt: number | undefined
  outcome: string | undefined
  said: string | undefined
  told: RunTold | undefined
}

export interface RunStore {
  runStarted(id: string, trigger: string): Promise<number>
  runEnded(run: number, outcome: string, said?: string, told?: RunTold): Promise<void>
  /** A run that did not take place, with why. */
  skipped(id: string, trigger: string, why: string): Promise<void>
  /** Newest first. */
  runs(id: string, limit: number): Promise<RunRow[]>
  /** When the last run that took place was started, by installation. One that was cut short with its host is to be made up for. */
  lastStarts(): Promise<Map<string, number>>
  /** By installation: the run under way, and the last one that took place and is over. */
  latestRuns(): Promise<Map<string, { running?: RunRow; last?: RunRow }>>
  /** Runs that no process works on any more are ended. */
  endOrphans(): Promise<void>
}

/** What a host that ended, or lost its lease, leaves behind counts as little as what never began. */
const noRuns = ["skipped", "stopped", "interrupted"]

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
        told: null,
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
    async runEnded(run, outcome, said, told) {
      const texts = { said: said ?? null, told: told === undefined ? null : JSON.stringify(told) }
      await db
        .updateTable("host_runs")
        .set({ outcome, ended_at: clock.now(), ...texts })
        .where("id", "=", run)
        .execute()
    },
    async skipped(installation, trigger, why) {
      const now = clock.now()
      const texts = { outcome: "skipped", said: why, told: null }
      const row = { installation, trigger, started_at: now, ended_at: now, ...texts }
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
      return rows.map(runOf)
    },
    async latestRuns() {
      const newest = db
        .selectFrom("host_runs")
        .select((row) => row.fn.max("id").as("id"))
        .groupBy("installation")
      const rows = await db
        .selectFrom("host_runs")
        .selectAll()
        .where((row) =>
          row.or([
            row("id", "in", newest.where("outcome", "is", null)),
            row("id", "in", newest.where("outcome", "!=", "skipped")),
          ]),
        )
        .execute()
      const latest = new Map<string, { running?: RunRow; last?: RunRow }>()
      for (const row of rows) {
        const known = latest.get(row.installation)
        latest.set(row.installation, { ...known, [row.outcome === null ? "running" : "last"]: runOf(row) })
      }
      return latest
    },
    async lastStarts() {
      const rows = await db
        .selectFrom("host_runs")
        .select((row) => ["installation", row.fn.max("started_at").as("at")])
        .where((row) => row.or([row("outcome", "is", null), row("outcome", "not in", noRuns)]))
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

function runOf(row: Selectable<HostTables["host_runs"]>): RunRow {
  return {
    id: Number(row.id),
    trigger: row.trigger,
    startedAt: Number(row.started_at),
    endedAt: row.ended_at === null ? undefined : Number(row.ended_at),
    outcome: row.outcome ?? undefined,
    said: row.said ?? undefined,
    told: row.told === null ? undefined : (JSON.parse(row.told) as RunTold), // written by `runEnded`
  }
}

// Dry runs in the database: whichever process is asked can tell of one, and cancel it, wherever it is made.
import type { Kysely } from "kysely"
import type { JsonObject } from "../../common/json.ts"
import type { Clock } from "../../common/sleep.ts"
import type { Database } from "../../database/database.ts"
import { type MigrationStep, migrate } from "../../database/migrate.ts"
import type { PlannedView } from "./dry-run-views.ts"

interface DryRunTables {
  dry_runs: {
    id: string
    integration: string
    status: string
    /** Milliseconds since the epoch, as all times here. */
    started_at: number
    ended_at: number | null
    /** When the process that makes it last said so. */
    alive_at: number
    read_so_far: number
    message: string | null
    /** JSON: what the plan comes to, once there is one. */
    totals: string | null
    cancel_asked: number
  }
  /** Apart, since it names every change: JSON, read where somebody looks at it. */
  dry_run_plans: { id: string; plan: string }
}

export interface DryRun {
  id: string
  status: "running" | "done" | "failed" | "cancelled"
  startedAt: number
  endedAt: number | undefined
  readSoFar: number
  /** Why it failed. */
  message: string | undefined
  totals: JsonObject | undefined
}

export interface DryRunEnd {
  status: "done" | "failed" | "cancelled"
  readSoFar: number
  message?: string
  plan?: PlannedView
}

export interface DryRunStore {
  /** Where one is under way, in whichever process, that one is answered. */
  begin(id: string): Promise<{ isNew: boolean; run: DryRun }>
  /** Says that it goes on; answers whether somebody wants it cancelled. */
  goOn(id: string, readSoFar: number): Promise<boolean>
  end(id: string, end: DryRunEnd): Promise<void>
  find(id: string): Promise<DryRun | undefined>
  plan(id: string): Promise<PlannedView | undefined>
  /** In the order of their begin. */
  all(): Promise<DryRun[]>
  /** Whether it was under way. */
  askToCancel(id: string): Promise<boolean>
}

const steps: readonly MigrationStep[] = [
  {
    name: "0001-dry-runs",
    async up(db, types) {
      await db.schema
        .createTable("dry_runs")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("integration", "text", (column) => column.notNull())
        .addColumn("status", "text", (column) => column.notNull())
        .addColumn("started_at", types.instant, (column) => column.notNull())
        .addColumn("ended_at", types.instant)
        .addColumn("alive_at", types.instant, (column) => column.notNull())
        .addColumn("read_so_far", "integer", (column) => column.notNull())
        .addColumn("message", "text")
        .addColumn("totals", "text")
        .addColumn("cancel_asked", "integer", (column) => column.notNull())
        .execute()
      await db.schema
        .createTable("dry_run_plans")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("plan", "text", (column) => column.notNull())
        .execute()
    },
  },
]

const keptMs = 60 * 60_000
/** Each names all its changes. */
const mostKept = 5
/** One that lives says so twice a second. */
const silentAfterMs = 30_000

export async function openDryRunStore(
  database: Database,
  integration: string,
  clock: Clock,
): Promise<DryRunStore> {
  await migrate(database, "dry-runs", steps)
  const db = database.kysely<DryRunTables>()
  const ofUs = (of: Kysely<DryRunTables>) => of.selectFrom("dry_runs").where("integration", "=", integration)

  /** The oldest first, without those that are forgotten. */
  async function kept(of: Kysely<DryRunTables>): Promise<DryRun[]> {
    const since = clock.now() - keptMs
    const rows = await ofUs(of)
      .selectAll()
      .where((row) => row.or([row("ended_at", "is", null), row("ended_at", ">=", since)]))
      .orderBy("started_at", "desc")
      .orderBy("id")
      .limit(mostKept)
      .execute()
    return rows.map(toldOf).reverse()
  }

  function toldOf(row: DryRunTables["dry_runs"]): DryRun {
    const run: DryRun = {
      id: row.id,
      status: row.status as DryRun["status"], // written here alone
      startedAt: Number(row.started_at),
      endedAt: row.ended_at === null ? undefined : Number(row.ended_at),
      readSoFar: row.read_so_far,
      message: row.message ?? undefined,
      totals: row.totals === null ? undefined : (JSON.parse(row.totals) as JsonObject), // written by `end`
    }
    const aliveAt = Number(row.alive_at)
    if (run.status !== "running" || clock.now() - aliveAt < silentAfterMs) return run
    return { ...run, status: "failed", endedAt: aliveAt, message: "its process ended before it did" }
  }

  async function forgetOthers(tx: Kysely<DryRunTables>): Promise<void> {
    const ids = (await kept(tx)).map(({ id }) => id)
    await tx
      .deleteFrom("dry_runs")
      .where("integration", "=", integration)
      .$if(ids.length > 0, (query) => query.where("id", "not in", ids))
      .execute()
    await tx
      .deleteFrom("dry_run_plans")
      .where("id", "not in", tx.selectFrom("dry_runs").select("id"))
      .execute()
  }

  return {
    begin: (id) =>
      database.transaction<DryRunTables, { isNew: boolean; run: DryRun }>(
        async (tx) => {
          const under = (await kept(tx)).find(({ status }) => status === "running")
          if (under) return { isNew: false, run: under }
          const now = clock.now()
          const row = {
            ...{ id, integration, status: "running", started_at: now, ended_at: null, alive_at: now },
            ...{ read_so_far: 0, message: null, totals: null, cancel_asked: 0 },
          }
          await tx.insertInto("dry_runs").values(row).execute()
          await forgetOthers(tx)
          return { isNew: true, run: toldOf(row) }
        },
        { lock: `dry runs ${integration}` },
      ),
    async goOn(id, readSoFar) {
      const row = await db
        .updateTable("dry_runs")
        .set({ alive_at: clock.now(), read_so_far: readSoFar })
        .where("id", "=", id)
        .returning("cancel_asked")
        .executeTakeFirst()
      return row?.cancel_asked === 1
    },
    end: (id, { status, readSoFar, message, plan }) =>
      database.transaction<DryRunTables, void>(async (tx) => {
        if (plan)
          await tx
            .insertInto("dry_run_plans")
            .values({ id, plan: JSON.stringify(plan) })
            .execute()
        const totals = plan ? JSON.stringify(plan.totals) : null
        await tx
          .updateTable("dry_runs")
          .set({ status, read_so_far: readSoFar, message: message ?? null, totals, ended_at: clock.now() })
          .where("id", "=", id)
          .execute()
      }),
    async find(id) {
      return (await kept(db)).find((run) => run.id === id)
    },
    async plan(id) {
      const row = await db.selectFrom("dry_run_plans").select("plan").where("id", "=", id).executeTakeFirst()
      return row && (JSON.parse(row.plan) as PlannedView) // written by `end`
    },
    all: () => kept(db),
    async askToCancel(id) {
      const asked = await db
        .updateTable("dry_runs")
        .set({ cancel_asked: 1 })
        .where("integration", "=", integration)
        .where("id", "=", id)
        .where("status", "=", "running")
        .where("alive_at", ">", clock.now() - silentAfterMs)
        .executeTakeFirst()
      return asked.numUpdatedRows > 0n
    },
  }
}

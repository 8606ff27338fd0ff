// The installations in the database, their secrets sealed, and the record of their runs.
import type { Generated } from "kysely"
import type { Clock } from "../common/sleep.ts"
import type { Database } from "../database/database.ts"
import { type MigrationStep, migrate } from "../database/migrate.ts"
import type { Installation, InstallationInput, SecretPath, Secrets } from "./installation.ts"
import type { Keyring } from "./secrets.ts"

export interface HostTables {
  host_installations: {
    id: string
    source: string
    /** JSON text, as `Installation.spec`. */
    spec: string
    /** JSON text: sealed texts by their path. */
    secrets: string
    /** Milliseconds since the epoch, as all times here. */
    updated_at: number
    /** Whether its live events may wait in its own state. */
    live_open: Generated<number>
  }
  host_runs: {
    id: Generated<number>
    installation: string
    trigger: string
    started_at: number
    ended_at: number | null
    /** Null while it runs. */
    outcome: string | null
    said: string | null
  }
  host_inbox: {
    id: Generated<number>
    installation: string
    request_id: string | null
    headers: string
    body: string
    received_at: number
    due_at: number
    attempts: number
  }
}

export interface RunRow {
  id: number
  trigger: string
  startedAt: number
  endedAt: number | undefined
  outcome: string | undefined
  said: string | undefined
}

export interface InstallationStore {
  all(): Promise<Installation[]>
  get(id: string): Promise<Installation | undefined>
  /** Makes or replaces one; secrets that are left out stay. Answers it as it is now. */
  put(one: {
    id: string
    source: Installation["source"]
    spec: InstallationInput
    secrets: Secrets
  }): Promise<Installation>
  remove(id: string): Promise<boolean>
  /** Seals again what was sealed with a previous key; answers how many secrets. */
  reseal(): Promise<number>
  setLiveOpen(id: string, isOpen: boolean): Promise<void>
  liveOpen(): Promise<string[]>
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

const steps: readonly MigrationStep[] = [
  {
    name: "0001-host",
    async up(db, types) {
      await db.schema
        .createTable("host_installations")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("source", "text", (column) => column.notNull())
        .addColumn("spec", "text", (column) => column.notNull())
        .addColumn("secrets", "text", (column) => column.notNull())
        .addColumn("updated_at", types.instant, (column) => column.notNull())
        .addColumn("live_open", "integer", (column) => column.notNull().defaultTo(0))
        .execute()
      await db.schema
        .createTable("host_runs")
        .addColumn("id", types.id)
        .addColumn("installation", "text", (column) => column.notNull())
        .addColumn("trigger", "text", (column) => column.notNull())
        .addColumn("started_at", types.instant, (column) => column.notNull())
        .addColumn("ended_at", types.instant)
        .addColumn("outcome", "text")
        .addColumn("said", "text")
        .execute()
      await db.schema
        .createIndex("host_runs_by_installation")
        .on("host_runs")
        .columns(["installation", "id"])
        .execute()
      await db.schema
        .createTable("host_inbox")
        .addColumn("id", types.id)
        .addColumn("installation", "text", (column) => column.notNull())
        .addColumn("request_id", "text")
        .addColumn("headers", "text", (column) => column.notNull())
        .addColumn("body", "text", (column) => column.notNull())
        .addColumn("received_at", types.instant, (column) => column.notNull())
        .addColumn("due_at", types.instant, (column) => column.notNull())
        .addColumn("attempts", "integer", (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex("host_inbox_by_installation")
        .on("host_inbox")
        .columns(["installation", "id"])
        .execute()
    },
  },
]

/** Runs that are remembered of each installation. */
const mostRuns = 200

export async function openInstallationStore(
  database: Database,
  keyring: Keyring,
  clock: Clock,
): Promise<InstallationStore> {
  await migrate(database, "host", steps)
  const db = database.kysely<HostTables>()
  const about = (id: string, path: string) => `${id} ${path}`

  function installationOf(row: { id: string; source: string; spec: string; secrets: string }): Installation {
    const sealed = Object.entries(JSON.parse(row.secrets) as Record<SecretPath, string>) // written by `put`
    return {
      id: row.id,
      source: row.source === "file" ? "file" : "api",
      spec: JSON.parse(row.spec) as InstallationInput, // written by `put`
      secrets: Object.fromEntries(
        sealed.map(([path, text]) => [path, keyring.open(text, about(row.id, path))]),
      ),
    }
  }

  async function get(id: string): Promise<Installation | undefined> {
    const row = await db.selectFrom("host_installations").selectAll().where("id", "=", id).executeTakeFirst()
    return row && installationOf(row)
  }

  return {
    get,
    async all() {
      const rows = await db.selectFrom("host_installations").selectAll().orderBy("id").execute()
      return rows.map(installationOf)
    },
    async put({ id, source, spec, secrets }) {
      const kept = { ...(await get(id))?.secrets, ...secrets }
      const sealed = Object.fromEntries(
        Object.entries(kept).map(([path, secret]) => [path, keyring.seal(secret, about(id, path))]),
      )
      const values = {
        source,
        spec: JSON.stringify(spec),
        secrets: JSON.stringify(sealed),
        updated_at: clock.now(),
      }
      await db
        .insertInto("host_installations")
        .values({ id, ...values })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
        .execute()
      return { id, source, spec, secrets: kept }
    },
    async remove(id) {
      return await database.transaction<HostTables, boolean>(async (tx) => {
        await tx.deleteFrom("host_inbox").where("installation", "=", id).execute()
        await tx.deleteFrom("host_runs").where("installation", "=", id).execute()
        const gone = await tx.deleteFrom("host_installations").where("id", "=", id).executeTakeFirst()
        return gone.numDeletedRows > 0n
      })
    },
    async reseal() {
      let count = 0
      for (const row of await db.selectFrom("host_installations").selectAll().execute()) {
        const sealed = Object.entries(JSON.parse(row.secrets) as Record<string, string>)
        if (sealed.every(([, text]) => keyring.isCurrent(text))) continue
        const anew = sealed.map(([path, text]) => {
          const name = about(row.id, path)
          return [path, keyring.seal(keyring.open(text, name), name)]
        })
        count += anew.length
        await db
          .updateTable("host_installations")
          .set({ secrets: JSON.stringify(Object.fromEntries(anew)) })
          .where("id", "=", row.id)
          .execute()
      }
      return count
    },
    async setLiveOpen(id, isOpen) {
      await db
        .updateTable("host_installations")
        .set({ live_open: isOpen ? 1 : 0 })
        .where("id", "=", id)
        .execute()
    },
    async liveOpen() {
      const rows = await db.selectFrom("host_installations").select("id").where("live_open", "=", 1).execute()
      return rows.map(({ id }) => id)
    },
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

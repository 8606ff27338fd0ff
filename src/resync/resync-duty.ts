// What the processes of one installation tell each other of its resyncs: when one began and ended, and that one is wanted.
import { sql } from "kysely"
import type { Database } from "../database/database.ts"
import { type MigrationStep, migrate } from "../database/migrate.ts"

interface Tables {
  resync_duties: {
    integration: string
    /** Milliseconds since the epoch by the database's clock, as all times here; null for never. */
    began_at: number | null
    ended_at: number | null
    /** Somebody asked for a resync that has not begun yet. */
    asked_at: number | null
  }
}

export interface ResyncDuty {
  /** A full resync begins: what was asked for before is answered by it. */
  began(): Promise<void>
  /** It came to its end, well or badly; one that was cut short did not. */
  ended(): Promise<void>
  /** Somebody wants a resync, of whichever process makes them. */
  ask(): Promise<void>
  /** When that was, where no resync has begun since. */
  askedAt(): Promise<number | undefined>
  /** Whether the last resync was cut short, or there was none that ended since this was opened. */
  isOwed(): Promise<"cut short" | "none yet" | undefined>
}

const steps: readonly MigrationStep[] = [
  {
    name: "0001-resync-duties",
    async up(db, types) {
      await db.schema
        .createTable("resync_duties")
        .addColumn("integration", "text", (column) => column.primaryKey())
        .addColumn("began_at", types.instant)
        .addColumn("ended_at", types.instant)
        .addColumn("asked_at", types.instant)
        .execute()
    },
  },
]

export async function openResyncDuty(database: Database, integration: string): Promise<ResyncDuty> {
  await migrate(database, "resync-duty", steps)
  const db = database.kysely<Tables>()
  const { now } = database.json
  const { rows } = await sql<{ at: number }>`select ${now} as at`.execute(db)
  const openedAt = Number(rows[0]?.at)

  async function set(values: Partial<Record<"began_at" | "ended_at" | "asked_at", typeof now | null>>) {
    const none = { began_at: null, ended_at: null, asked_at: null }
    await db
      .insertInto("resync_duties")
      .values({ integration, ...none, ...values })
      .onConflict((conflict) => conflict.column("integration").doUpdateSet(values))
      .execute()
  }

  async function read() {
    return await db
      .selectFrom("resync_duties")
      .selectAll()
      .where("integration", "=", integration)
      .executeTakeFirst()
  }

  return {
    began: () => set({ began_at: now, asked_at: null }),
    ended: () => set({ ended_at: now }),
    ask: () => set({ asked_at: now }),
    async askedAt() {
      const row = await read()
      return row?.asked_at === null || row === undefined ? undefined : Number(row.asked_at)
    },
    async isOwed() {
      const row = await read()
      if (row && row.began_at !== null && Number(row.began_at) > Number(row.ended_at ?? 0)) return "cut short"
      return row && Number(row.ended_at ?? 0) >= openedAt ? undefined : "none yet"
    },
  }
}

// Named leases in the database: at any time at most one holder each, for a while, under a number that only grows.
import { type Kysely, sql } from "kysely"
import { AppError } from "../common/errors.ts"
import type { Database } from "./database.ts"
import { type MigrationStep, migrate } from "./migrate.ts"

export interface LeaseTables {
  leases: {
    name: string
    holder: string
    /** What it is held for, in a word. */
    purpose: string
    /** Grows with every new holder: who has a smaller one has lost the lease, whatever it believes. */
    fence: number
    /** Milliseconds since the epoch, by the database's clock; 0 where it was given back. */
    expires_at: number
  }
}

export interface LeaseHolder {
  holder: string
  purpose: string
}

export interface Leases {
  /** Takes the lease where nobody holds it; else says who does, and for how many milliseconds yet. */
  take(name: string, by: LeaseHolder & { ttlMs: number }): Promise<Taken>
  /** Holds it for longer; false where it is somebody else's by now. */
  renew(name: string, hold: { fence: number; ttlMs: number }): Promise<boolean>
  /** Gives it back, so that the next one need not wait. */
  release(name: string, fence: number): Promise<void>
  /** Who holds it at this moment. */
  holderOf(name: string): Promise<(LeaseHolder & { leftMs: number }) | undefined>
  /** The leases whose names begin so and that somebody holds at this moment. */
  heldWith(prefix: string): Promise<string[]>
}

export type Taken = { taken: true; fence: number } | ({ taken: false; leftMs: number } & LeaseHolder)

/** Tells a process from all others, also of other machines; the same for as long as it lives. */
export interface LeaseIdentity {
  id: string
  /** Whether a holder of this name is known to be gone, so that nobody need wait for its lease to end. */
  isGone(holder: string): boolean
}

const steps: readonly MigrationStep[] = [
  {
    name: "0001-leases",
    async up(db, types) {
      await db.schema
        .createTable("leases")
        .addColumn("name", "text", (column) => column.primaryKey())
        .addColumn("holder", "text", (column) => column.notNull())
        .addColumn("purpose", "text", (column) => column.notNull())
        .addColumn("fence", types.instant, (column) => column.notNull())
        .addColumn("expires_at", types.instant, (column) => column.notNull())
        .execute()
    },
  },
]

export async function openLeases(
  database: Database,
  isGone: LeaseIdentity["isGone"] = () => false,
): Promise<Leases> {
  await migrate(database, "leases", steps)
  const db = database.kysely<LeaseTables>()
  const { now } = database.json

  async function read(tx: Kysely<LeaseTables>, name: string) {
    const row = await tx
      .selectFrom("leases")
      .select(["holder", "purpose", "fence", sql<number>`expires_at - ${now}`.as("left_ms")])
      .where("name", "=", name)
      .executeTakeFirst()
    return row && { ...row, fence: Number(row.fence), leftMs: Number(row.left_ms) }
  }

  return {
    take: (name, { holder, purpose, ttlMs }) =>
      database.transaction<LeaseTables, Taken>(
        async (tx) => {
          const known = await read(tx, name)
          if (known && known.leftMs > 0 && !isGone(known.holder)) {
            return { taken: false, holder: known.holder, purpose: known.purpose, leftMs: known.leftMs }
          }
          const fence = (known?.fence ?? 0) + 1
          const values = { holder, purpose, fence, expires_at: sql<number>`${now} + ${sql.lit(ttlMs)}` }
          await tx
            .insertInto("leases")
            .values({ name, ...values })
            .onConflict((conflict) => conflict.column("name").doUpdateSet(values))
            .execute()
          return { taken: true, fence }
        },
        { lock: `lease ${name}` },
      ),
    async renew(name, { fence, ttlMs }) {
      const result = await database.transaction<LeaseTables, { numUpdatedRows: bigint }>(
        (tx) =>
          tx
            .updateTable("leases")
            .set({ expires_at: sql<number>`${now} + ${sql.lit(ttlMs)}` })
            .where("name", "=", name)
            .where("fence", "=", fence)
            .where("expires_at", ">", 0)
            .executeTakeFirst(),
        { sync: "later" },
      )
      return result.numUpdatedRows > 0n
    },
    async release(name, fence) {
      await db
        .updateTable("leases")
        .set({ expires_at: 0 })
        .where("name", "=", name)
        .where("fence", "=", fence)
        .execute()
    },
    async holderOf(name) {
      const known = await read(db, name)
      if (!known || known.leftMs <= 0 || isGone(known.holder)) return undefined
      return { holder: known.holder, purpose: known.purpose, leftMs: known.leftMs }
    },
    async heldWith(prefix) {
      const rows = await db
        .selectFrom("leases")
        .select(["name", "holder"])
        .where(sql<string>`substr(name, 1, ${sql.lit(prefix.length)})`, "=", prefix)
        .where("expires_at", ">", now)
        .execute()
      return rows.filter(({ holder }) => !isGone(holder)).map(({ name }) => name)
    },
  }
}

/** What is written under a lease that is somebody else's by now is not written. */
export class LeaseLost extends AppError {
  constructor(name: string) {
    super("lease_lost", `another process has taken over: the lease "${name}" is not ours any more`)
    this.name = "LeaseLost"
  }
}

/**
 * Throws `LeaseLost` unless the lease still has this number; nobody can take it over before the transaction ends. One that
 * has run out and that nobody took is still good: what it guards has not changed hands.
 */
export async function checkFence(
  database: Database,
  tx: Kysely<unknown>,
  { name, fence }: { name: string; fence: number },
): Promise<void> {
  const { forShare } = database.json
  // A transaction sees all tables, whatever area it was opened for.
  const query = (tx as Kysely<LeaseTables>)
    .selectFrom("leases")
    .select("fence")
    .where("name", "=", name)
    .where("expires_at", ">", 0)
  const row = await (forShare ? query.modifyEnd(forShare) : query).executeTakeFirst()
  if (Number(row?.fence) !== fence) throw new LeaseLost(name)
}

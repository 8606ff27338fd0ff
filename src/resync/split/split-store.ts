// What the processes that make a resync together tell each other. The caller says by its database (fenced-database.ts)
// whether it still may.
import { type Kysely, sql } from "kysely"
import { AppError } from "../../common/errors.ts"
import type { Database } from "../../database/database.ts"
import { migrate } from "../../database/migrate.ts"
import type { Trigger } from "../run-record.ts"
import { type SplitTables, splitSteps } from "./split-tables.ts"

export interface SplitRun {
  run: string
  holder: string
  version: string
  atOnce: number
  processes: number
}

/** With what a process needs to make parts of it. */
export interface WholeSplitRun extends SplitRun {
  trigger: Trigger
  startedAt: Date
  config: unknown
}

export interface OpenPart {
  number: number
  reading: string
  parts: string[]
}

export type EndedPart = OpenPart & ({ result: string } | { reason: string })

export interface SplitStore {
  /** In place of any that was before, whose parts are void then. */
  begin(run: WholeSplitRun): Promise<void>
  current(): Promise<SplitRun | undefined>
  whole(run: string): Promise<WholeSplitRun | undefined>
  publish(run: string, parts: readonly OpenPart[]): Promise<void>
  /** Numbers of the parts that are not at their end, in order. */
  open(run: string): Promise<number[]>
  /** A try of it begins; undefined where it is at its end, or has failed as often as it may. */
  claim(run: string, number: number): Promise<OpenPart | undefined>
  finish(run: string, number: number, result: string): Promise<void>
  /** Another process may try it, if it has not failed as often as it may. */
  fail(run: string, number: number, reason: string): Promise<void>
  /** A try that was broken off by the end of its process counts for nothing. */
  giveBack(run: string, number: number): Promise<void>
  /** The parts that have come to their end, until they are dropped. */
  ended(run: string): Promise<EndedPart[]>
  drop(run: string, numbers: readonly number[]): Promise<void>
  /** There is no run any more, and no part. */
  clear(): Promise<void>
  helps(holder: string, how: { version: string; ttlMs: number }): Promise<void>
  helpsNoMore(holder: string): Promise<void>
  /** Processes of this version that would help, some of which may be gone. */
  helpers(version: string): Promise<string[]>
}

/** How often a part may be begun: what kills its process each time must not keep a run from its end. */
const mostTries = 3

/** The run is over, or another one has begun: nothing more is written of its parts. */
class RunIsVoid extends AppError {
  constructor() {
    super("run_void", "the resync that this was a part of is over")
    this.name = "RunIsVoid"
  }
}

export async function openSplitStore(database: Database, integration: string): Promise<SplitStore> {
  await migrate(database, "resync-split", splitSteps)
  return splitStoreOn(database, integration)
}

/** Throws `RunIsVoid` unless this is the run; no other can begin before the transaction ends. */
export async function checkCurrent(
  database: Database,
  tx: Kysely<unknown>,
  { integration, run }: { integration: string; run: string },
): Promise<void> {
  const { forShare } = database.json
  // A transaction sees all tables, whatever area it was opened for.
  const query = (tx as Kysely<SplitTables>)
    .selectFrom("resync_splits")
    .select("run")
    .where("integration", "=", integration)
  const row = await (forShare ? query.modifyEnd(forShare) : query).executeTakeFirst()
  if (row?.run !== run) throw new RunIsVoid()
}

/** On a database whose tables are there; what it writes, it writes in transactions. */
export function splitStoreOn(database: Database, integration: string): SplitStore {
  const db = database.kysely<SplitTables>()
  const { now } = database.json
  const write = <T>(work: (tx: Kysely<SplitTables>) => Promise<T>) =>
    database.transaction<SplitTables, T>(work, { sync: "later" }) // after a power cut the resync is made again

  const partOf = (tx: Kysely<SplitTables>, run: string, number: number) =>
    tx
      .updateTable("resync_parts")
      .where("integration", "=", integration)
      .where("number", "=", number)
      .where("run", "=", run)
      .where("state", "=", "open")

  async function deleteAll(tx: Kysely<SplitTables>): Promise<void> {
    await tx.deleteFrom("resync_splits").where("integration", "=", integration).execute()
    await tx.deleteFrom("resync_parts").where("integration", "=", integration).execute()
  }

  return {
    async begin({ run, holder, version, atOnce, processes, trigger, startedAt, config }) {
      await write(async (tx) => {
        await deleteAll(tx)
        await tx
          .insertInto("resync_splits")
          .values({
            integration,
            run,
            holder,
            version,
            trigger,
            started_at: startedAt.getTime(),
            config: JSON.stringify(config),
            at_once: atOnce,
            processes,
          })
          .execute()
      })
    },
    async current() {
      const row = await db
        .selectFrom("resync_splits")
        .select(["run", "holder", "version", "at_once", "processes"])
        .where("integration", "=", integration)
        .executeTakeFirst()
      return row && splitRunOf(row)
    },
    async whole(run) {
      const row = await db
        .selectFrom("resync_splits")
        .selectAll()
        .where("integration", "=", integration)
        .where("run", "=", run)
        .executeTakeFirst()
      return (
        row && {
          ...splitRunOf(row),
          trigger: row.trigger as Trigger, // written by `begin`
          startedAt: new Date(Number(row.started_at)),
          config: JSON.parse(row.config),
        }
      )
    },
    async publish(run, parts) {
      if (parts.length === 0) return
      await write((tx) =>
        tx
          .insertInto("resync_parts")
          .values(
            parts.map(({ number, reading, parts: names }) => ({
              integration,
              number,
              run,
              reading,
              parts: JSON.stringify(names),
              state: "open" as const,
              tries: 0,
              reason: null,
              result: null,
            })),
          )
          .execute(),
      )
    },
    async open(run) {
      const rows = await db
        .selectFrom("resync_parts")
        .select("number")
        .where("integration", "=", integration)
        .where("run", "=", run)
        .where("state", "=", "open")
        .orderBy("number")
        .execute()
      return rows.map(({ number }) => number)
    },
    async claim(run, number) {
      return await write(async (tx) => {
        const begun = await partOf(tx, run, number)
          .where("tries", "<", mostTries)
          .set({ tries: sql<number>`tries + 1` })
          .returning(["reading", "parts"])
          .executeTakeFirst()
        if (begun) return { number, reading: begun.reading, parts: JSON.parse(begun.parts) as string[] } // as `publish` wrote it
        const why = `its process ended ${mostTries} times before it was through with it`
        await partOf(tx, run, number)
          .where("tries", ">=", mostTries)
          .set({ state: "failed", reason: sql<string>`coalesce(reason, ${sql.lit(why)})` })
          .execute()
        return undefined
      })
    },
    async finish(run, number, result) {
      await write((tx) => partOf(tx, run, number).set({ state: "done", result }).execute())
    },
    async fail(run, number, reason) {
      const state = sql<
        "open" | "failed"
      >`case when tries >= ${sql.lit(mostTries)} then 'failed' else 'open' end`
      await write((tx) => partOf(tx, run, number).set({ state, reason }).execute())
    },
    async giveBack(run, number) {
      await write((tx) => partOf(tx, run, number).set({ tries: sql<number>`tries - 1` }).execute())
    },
    async ended(run) {
      const rows = await db
        .selectFrom("resync_parts")
        .select(["number", "reading", "parts", "reason", "result"])
        .where("integration", "=", integration)
        .where("run", "=", run)
        .where("state", "<>", "open")
        .orderBy("number")
        .execute()
      return rows.map(({ number, reading, parts, reason, result }) => ({
        number,
        reading,
        parts: JSON.parse(parts) as string[], // as `publish` wrote it
        ...(result === null ? { reason: reason ?? "nobody said why" } : { result }),
      }))
    },
    async drop(run, numbers) {
      if (numbers.length === 0) return
      await write((tx) =>
        tx
          .deleteFrom("resync_parts")
          .where("integration", "=", integration)
          .where("run", "=", run)
          .where("number", "in", numbers)
          .execute(),
      )
    },
    clear: () => write(deleteAll),
    async helps(holder, { version, ttlMs }) {
      const values = { version, expires_at: sql<number>`${now} + ${sql.lit(ttlMs)}` }
      await write(async (tx) => {
        await tx
          .insertInto("resync_helpers")
          .values({ integration, holder, ...values })
          .onConflict((conflict) => conflict.columns(["integration", "holder"]).doUpdateSet(values))
          .execute()
        await tx
          .deleteFrom("resync_helpers")
          .where("integration", "=", integration)
          .where("expires_at", "<", sql<number>`${now} - ${sql.lit(ttlMs)}`)
          .execute()
      })
    },
    async helpsNoMore(holder) {
      await write((tx) =>
        tx
          .deleteFrom("resync_helpers")
          .where("integration", "=", integration)
          .where("holder", "=", holder)
          .execute(),
      )
    },
    async helpers(version) {
      const rows = await db
        .selectFrom("resync_helpers")
        .select("holder")
        .where("integration", "=", integration)
        .where("version", "=", version)
        .where("expires_at", ">", now)
        .execute()
      return rows.map(({ holder }) => holder)
    },
  }
}

function splitRunOf({
  run,
  holder,
  version,
  at_once,
  processes,
}: Pick<SplitTables["resync_splits"], "run" | "holder" | "version" | "at_once" | "processes">): SplitRun {
  return { run, holder, version, atOnce: at_once, processes }
}

// One database for all that must last: a SQLite file or a PostgreSQL server, behind one Kysely.
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresDialect,
  sql,
  type Transaction,
} from "kysely"
import type pg from "pg"
import { AppError } from "../common/errors.ts"
import { type Durability, postgresDurability, type Sync, sqliteDurability } from "./durability.ts"
import { type Engine, type JsonColumns, jsonColumnsFor } from "./json-columns.ts"
import { migrate } from "./migrate.ts"
import { createSqliteDialect } from "./sqlite-dialect.ts"

export interface Database {
  /** The query builder, typed with the tables of the area that asks. JSON columns come out as text. */
  kysely<Tables>(): Kysely<Tables>
  /**
   * Runs `work` in one transaction; what it throws rolls back and is thrown on. With `lock`, transactions of the
   * same name run one after another, in all processes on this database (on SQLite all transactions do).
   * It is on the disk when this resolves, unless `sync` says otherwise. Inside, use only `tx`: on SQLite a query beside it would wait for its end, for ever.
   */
  transaction<Tables, T>(
    work: (tx: Transaction<Tables>) => Promise<T>,
    options?: { lock?: string; sync?: Sync },
  ): Promise<T>
  /** The expressions that differ between the engines. */
  json: JsonColumns
  close(): Promise<void>
}

/**
 * Opens (and where needed creates) the database: a file path, `:memory:`, or `postgres://…`. Open a file once per
 * process: two connections of one process would wait for each other with the whole process at a stand.
 * Throws an `AppError` (code `database_unreachable`) when that fails.
 */
export async function openDatabase(url: string): Promise<Database> {
  const engine: Engine = /^postgres(ql)?:\/\//.test(url) ? "postgres" : "sqlite"
  try {
    const kysely = engine === "postgres" ? await openPostgres(url) : openSqlite(url)
    const durability = engine === "postgres" ? postgresDurability : sqliteDurability(url)
    const database = createDatabase(kysely, jsonColumnsFor(engine), durability)
    await prepare(database)
    return database
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError("database_unreachable", `cannot open the database ${withoutPassword(url)}`, {
      cause: error,
      hint:
        engine === "postgres"
          ? "check the address and that the server runs"
          : "check the path and its rights",
    })
  }
}

function openSqlite(path: string): Kysely<unknown> {
  return new Kysely({ dialect: createSqliteDialect(path) })
}

async function openPostgres(url: string): Promise<Kysely<unknown>> {
  // Loaded only here: most starts never need it, and it costs a tenth of the start-up budget.
  const { default: postgres } = await import("pg")
  const pool = new postgres.Pool({
    connectionString: url,
    max: 10,
    types: { getTypeParser: typeParserOf(postgres.types) },
  })
  // A connection that dies while idle is dropped from the pool; the next query opens another and says if it cannot.
  pool.on("error", () => undefined)
  return new Kysely({ dialect: new PostgresDialect({ pool, onCreateConnection: compileNothing }) })
}

/**
 * Our statements touch a few rows each. Where statistics are older than the rows PostgreSQL takes some for large ones, and
 * compiles them each time: 4 ms for what takes 0.1 ms.
 */
async function compileNothing(connection: DatabaseConnection): Promise<void> {
  // What else speaks PostgreSQL's protocol may have no such setting, and then nothing to turn off.
  await connection.executeQuery(CompiledQuery.raw("set jit = off")).catch(() => undefined)
}

/** Both engines give the same: JSON as text, whole numbers as numbers (ours stay below 2^53). */
function typeParserOf(types: typeof pg.types): typeof pg.types.getTypeParser {
  const { INT8, JSON: json, JSONB } = types.builtins
  return (oid: number, format?: unknown) => {
    if (oid === INT8) return Number
    if (oid === json || oid === JSONB) return (text: string) => text
    // The overloads of pg name text and binary apart; it is handed through as it came.
    return types.getTypeParser(oid, format as "text")
  }
}

function createDatabase(kysely: Kysely<unknown>, json: JsonColumns, durability: Durability): Database {
  return {
    json,
    // Which tables there are is known to the areas; the builder itself is the same for all.
    kysely: <Tables>() => kysely as Kysely<Tables>,
    async transaction<Tables, T>(
      work: (tx: Transaction<Tables>) => Promise<T>,
      options: { lock?: string; sync?: Sync } = {},
    ) {
      const db = kysely as Kysely<Tables>
      const locked = async (tx: Transaction<Tables>) => {
        const lock = options.lock === undefined ? undefined : json.lock(options.lock)
        if (lock) await lock.execute(tx)
        return await work(tx)
      }
      if (options.sync !== undefined) return await durability.transaction(db, options.sync, locked)
      return await db.transaction().execute(locked)
    },
    async close() {
      await durability.close()
      await kysely.destroy()
    },
  }
}

async function prepare(database: Database): Promise<void> {
  try {
    await sql`select 1`.execute(database.kysely())
    if (database.json.steps.length > 0) await migrate(database, "database", database.json.steps)
  } catch (error) {
    await database.close()
    throw error
  }
}

function withoutPassword(url: string): string {
  return url.replace(/:[^:@/]*@/, ":***@")
}

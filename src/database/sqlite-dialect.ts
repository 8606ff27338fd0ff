// Kysely on Node's own SQLite: one connection, statements kept prepared.
import { closeSync, mkdirSync, openSync } from "node:fs"
import { dirname } from "node:path"
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely"
import { parseInstant } from "./instant.ts"
import { keepStatements } from "./kept-statements.ts"
import { wordsFunction, wordsOfRow } from "./word-index.ts"

/** A dialect on the file at `path`, created with its folders, or on `:memory:`. */
export function createSqliteDialect(path: string): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createDriver(openFile(path)),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function openFile(path: string): DatabaseSync {
  if (path !== ":memory:") {
    mkdirSync(dirname(path), { recursive: true })
    // The file holds the catalog's credentials; SQLite gives the files beside it the same mode.
    closeSync(openSync(path, "a", 0o600))
  }
  const sqlite = new DatabaseSync(path)
  // First, so that the pragmas below wait for a second process that starts at the same time.
  sqlite.exec("pragma busy_timeout = 10000")
  // Readers of other processes do not wait for the writer, and a commit is one append.
  sqlite.exec("pragma journal_mode = wal")
  // With WAL, anything less may lose the last commits in a power cut, and an acknowledged webhook must not be lost.
  sqlite.exec("pragma synchronous = full")
  // A checkpoint holds up the process for two syncs; at 16 MiB of log instead of 4 a burst meets a quarter of them.
  sqlite.exec("pragma wal_autocheckpoint = 4000")
  sqlite.exec("pragma foreign_keys = on")
  // 16 MiB of pages instead of 2: the indexes of some ten thousand entities stay in memory.
  sqlite.exec("pragma cache_size = -16384")
  sqlite.exec("pragma temp_store = memory")
  sqlite.function("ocean_instant_ms", { deterministic: true }, (text) =>
    typeof text === "string" ? (parseInstant(text) ?? null) : null,
  )
  sqlite.function(wordsFunction, { deterministic: true }, wordsOfRow)
  return sqlite
}

function createDriver(sqlite: DatabaseSync): Driver {
  const connection = createConnection(sqlite)
  return {
    init: async () => undefined,
    acquireConnection: async () => connection,
    releaseConnection: async () => undefined,
    // Immediate: the lock to write is taken at once, so that what a transaction read still holds when it writes.
    beginTransaction: async () => sqlite.exec("begin immediate"),
    commitTransaction: async () => sqlite.exec("commit"),
    rollbackTransaction: async () => {
      // SQLite may have rolled back on its own (a full disk); a second rollback would hide that error.
      if (sqlite.isTransaction) sqlite.exec("rollback")
    },
    destroy: async () => sqlite.close(),
  }
}

interface Prepared {
  statement: StatementSync
  reads: boolean
}

function createConnection(sqlite: DatabaseSync): DatabaseConnection {
  const kept = keepStatements<Prepared>()
  const prepare = (text: string): Prepared => {
    const statement = sqlite.prepare(text)
    return { statement, reads: statement.columns().length > 0 }
  }

  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const { statement, reads } = kept.of(query.sql, prepare)
      const parameters = query.parameters.map(toSqliteValue)
      // The row type is the one Kysely derived from the query.
      if (reads) return { rows: statement.all(...parameters) as R[] }
      const { changes, lastInsertRowid } = statement.run(...parameters)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    },
    async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      // A statement of its own: a kept one may be run again while this one is being read.
      const rows = sqlite.prepare(query.sql).iterate(...query.parameters.map(toSqliteValue))
      for (const row of rows) yield { rows: [row as R] } // as above
    },
  }
}

function toSqliteValue(value: unknown): SQLInputValue {
  if (typeof value === "boolean") return value ? 1 : 0
  if (value === null || typeof value === "number" || typeof value === "string") return value
  if (typeof value === "bigint" || value instanceof Uint8Array) return value
  throw new TypeError(`SQLite cannot store a value of type ${typeof value}`)
}

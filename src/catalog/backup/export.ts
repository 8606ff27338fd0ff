// A catalog as lines of JSON: the same lines for the same catalog on either engine.
import { type Kysely, sql } from "kysely"
import { type JsonObject, type JsonValue, stableStringify } from "../../common/json.ts"
import type { Database } from "../../database/database.ts"
import { migrate } from "../../database/migrate.ts"
import { catalogSteps } from "../migrations/index.ts"
import { type BackupTable, backupFormat, backupTables, backupVersion } from "./tables.ts"

type Row = Record<string, string | number | null>

/** `write` takes one line at a time, without its end. Writers of the catalog wait meanwhile. Gives the number of rows. */
export async function exportCatalog(
  database: Database,
  write: (line: string) => Promise<void>,
): Promise<number> {
  await migrate(database, "catalog", catalogSteps)
  return await database.transaction<unknown, number>(
    async (tx) => {
      await write(JSON.stringify({ format: backupFormat, version: backupVersion }))
      const places = new Map<string, Map<number, number>>()
      let rows = 0
      for (const table of backupTables) rows += await exportTable(tx, table, places, write)
      await write(JSON.stringify({ end: true, rows }))
      return rows
    },
    { lock: "catalog" },
  )
}

const rowsPerRead = 1000

async function exportTable(
  tx: Kysely<unknown>,
  table: BackupTable,
  places: Map<string, Map<number, number>>,
  write: (line: string) => Promise<void>,
): Promise<number> {
  const numbers = new Map<number, number>()
  if (table.numbered) places.set(table.table, numbers)
  let written = 0
  for (let page: Row[] | undefined; page === undefined || page.length === rowsPerRead; ) {
    page = await readPage(tx, table, page?.at(-1))
    for (const row of page) {
      written += 1
      if (table.numbered) numbers.set(Number(row.id), written)
      await write(`{"table":"${table.table}","row":${stableStringify(lineOf(table, row, places))}}`)
    }
  }
  return written
}

/** By the last row rather than by a count, so that no page reads again what was before it. */
async function readPage(tx: Kysely<unknown>, table: BackupTable, last: Row | undefined): Promise<Row[]> {
  const columns = table.numbered ? ["id", ...table.columns] : table.columns
  const order = sql.join(table.order.map((column) => sql.ref(column)))
  const after = last ? sql`(${order}) > (${sql.join(table.order.map((column) => last[column]))})` : sql`1 = 1`
  const without = table.where
    ? sql` and ${sql.ref(table.where.column)} not in (${sql.join(table.where.not)})`
    : sql``
  const { rows } = await sql<Row>`select ${sql.join(columns.map((column) => sql.ref(column)))}
    from ${sql.table(table.table)} where ${after}${without} order by ${order} limit ${rowsPerRead}`.execute(
    tx,
  )
  return rows
}

function lineOf(table: BackupTable, row: Row, places: Map<string, Map<number, number>>): JsonObject {
  return Object.fromEntries(
    table.columns.map((column) => {
      const value = row[column] ?? null
      const target = table.references?.[column]
      if (target !== undefined) return [column, places.get(target)?.get(Number(value)) ?? null]
      // Written by this catalog as JSON; PostgreSQL gives its members in an order of its own.
      const isUnordered = table.unordered?.includes(column) && typeof value === "string"
      return [column, isUnordered ? (JSON.parse(value) as JsonValue) : value]
    }),
  )
}

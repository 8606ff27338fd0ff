// Takes in what `exportCatalog` wrote: into an empty catalog, whole or not at all.
import { randomUUID } from "node:crypto"
import { type Kysely, sql } from "kysely"
import { AppError, errorText } from "../../common/errors.ts"
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../../common/json.ts"
import type { Database } from "../../database/database.ts"
import { migrate } from "../../database/migrate.ts"
import { catalogSteps } from "../migrations/index.ts"
import { systemBlueprint } from "../rules/system-blueprints.ts"
import { writeState } from "../store/state.ts"
import type { CatalogTables } from "../store/tables.ts"
import { type BackupTable, backupFormat, backupTables, backupVersion } from "./tables.ts"

/**
 * Gives the number of rows. Throws an `AppError`, with nothing changed, where the catalog is not empty
 * (`catalog_not_empty`) or the lines are no whole backup (`backup_damaged`, with the line).
 */
export async function importCatalog(database: Database, lines: AsyncIterable<string>): Promise<number> {
  await migrate(database, "catalog", catalogSteps)
  return await database.transaction<CatalogTables, number>(
    async (tx) => {
      await makeRoom(tx)
      const rows = await readLines(tx, lines)
      // A process that runs already keeps the blueprints in memory until this changes.
      await writeState(tx, "blueprints.version", randomUUID())
      return rows
    },
    { lock: "catalog" },
  )
}

/** What every catalog has from its start may be replaced; anything else is somebody's. */
async function makeRoom(tx: Kysely<CatalogTables>): Promise<void> {
  const blueprints = await tx.selectFrom("catalog_blueprints").select("identifier").execute()
  const own = blueprints.filter(({ identifier }) => !systemBlueprint(identifier))
  const tables = [
    "catalog_entities",
    "catalog_integrations",
    "catalog_webhooks",
    "catalog_documents",
  ] as const
  const full: string[] = []
  for (const table of tables) {
    if (await tx.selectFrom(table).select(sql<number>`1`.as("one")).limit(1).executeTakeFirst())
      full.push(table.replace("catalog_", ""))
  }
  if (own.length > 0 || full.length > 0) {
    const what = [...(own.length > 0 ? ["blueprints"] : []), ...full].join(", ")
    throw new AppError("catalog_not_empty", `the catalog has ${what} already`, {
      hint: "import into a new database; nothing was changed",
    })
  }
  for (const { table, where } of backupTables.toReversed()) {
    const kept = where ? sql` where ${sql.ref(where.column)} not in (${sql.join(where.not)})` : sql``
    await sql`delete from ${sql.table(table)}${kept}`.execute(tx)
  }
}

/** Rows per statement, so that neither engine's bound on parameters is met. */
const rowsPerInsert = 200

async function readLines(tx: Kysely<CatalogTables>, lines: AsyncIterable<string>): Promise<number> {
  const ids = new Map<string, number[]>()
  let [number, rows, ended] = [0, 0, false]
  let pending: { table: BackupTable; rows: JsonObject[] } | undefined
  const flush = async () => {
    if (pending)
      await insert(tx, pending.table, pending.rows, ids).catch((error) => refuseMisfit(error, number))
    pending = undefined
  }
  for await (const line of lines) {
    number += 1
    if (line.trim() === "") continue
    const value = parseJson(line)
    if (!isJsonObject(value)) throw damaged(number, "it is not a JSON object")
    if (number === 1) {
      checkHeader(value)
      continue
    }
    if (ended) throw damaged(number, "there is more after the end")
    if (value.end === true) {
      if (value.rows !== rows)
        throw damaged(number, `it says ${String(value.rows)} rows, and there are ${rows}`)
      ended = true
      continue
    }
    const table = backupTables.find((one) => one.table === value.table)
    if (!table || !isJsonObject(value.row)) throw damaged(number, "it is no row of a table of the catalog")
    if (pending?.table !== table || pending.rows.length === rowsPerInsert) await flush()
    pending ??= { table, rows: [] }
    pending.rows.push(rowOf(table, value.row, ids, number))
    rows += 1
  }
  await flush()
  if (!ended) throw damaged(number, "the file ends before its last line")
  return rows
}

function checkHeader(header: JsonObject): void {
  if (header.format !== backupFormat) throw damaged(1, "it does not begin as an exported catalog does")
  if (header.version === backupVersion) return
  throw new AppError(
    "backup_version",
    `the backup has version ${String(header.version)}, and this program reads ${backupVersion}`,
    {
      hint: "use the version of this program that wrote it, or a newer one",
    },
  )
}

function rowOf(table: BackupTable, row: JsonObject, ids: Map<string, number[]>, line: number): JsonObject {
  return Object.fromEntries(
    table.columns.map((column) => {
      const value = row[column]
      if (value === undefined) throw damaged(line, `"${column}" is missing`)
      const target = table.references?.[column]
      if (target !== undefined) {
        const id = typeof value === "number" ? ids.get(target)?.[value - 1] : undefined
        if (id === undefined) throw damaged(line, `"${column}" points at no row before it`)
        return [column, id]
      }
      if (table.unordered?.includes(column)) return [column, JSON.stringify(value)]
      if (!isPlain(value)) throw damaged(line, `"${column}" must be a text, a number or null`)
      return [column, value]
    }),
  )
}

function isPlain(value: JsonValue): value is string | number | null {
  return value === null || typeof value === "string" || typeof value === "number"
}

async function insert(
  tx: Kysely<CatalogTables>,
  { table, columns, numbered }: BackupTable,
  rows: readonly JsonObject[],
  ids: Map<string, number[]>,
): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)))
  const values = sql.join(rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`))
  const returning = numbered ? sql` returning id` : sql``
  const done = await sql<{
    id: number
  }>`insert into ${sql.table(table)} (${names}) values ${values}${returning}`.execute(tx)
  if (!numbered) return
  const known = ids.get(table) ?? []
  ids.set(table, known)
  // Numbers grow in the order of the rows, whatever the order in which an engine gives them back.
  for (const { id } of done.rows.toSorted((left, right) => left.id - right.id)) known.push(id)
}

/** What breaks a rule of the database was written by nobody's export; all else (a lost connection) is told as it is. */
function refuseMisfit(error: unknown, line: number): never {
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  if (code !== "ERR_SQLITE_ERROR" && !/^2[23]/.test(code)) throw error
  throw damaged(line, `the rows before it do not fit together (${errorText(error)})`)
}

function damaged(line: number, why: string): AppError {
  return new AppError("backup_damaged", `line ${line}: ${why}`, {
    hint: "nothing was changed; export again, or look for the whole file",
  })
}

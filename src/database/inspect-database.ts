// What can be known of a database without changing anything in it: whether it opens, may be written, and what it holds.
import { constants } from "node:fs"
import { access, stat } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { errorText } from "../common/errors.ts"

export interface DatabaseInspection {
  engine: "sqlite" | "postgres"
  /** False where a first start would make the file, or the tables. */
  exists: boolean
  tables: readonly string[]
  /** Why the program could not use it; undefined where it could. */
  problem: string | undefined
}

/** `url` is what `openDatabase` takes. Never throws: what is wrong is in the answer. */
export async function inspectDatabase(url: string): Promise<DatabaseInspection> {
  if (/^postgres(ql)?:\/\//.test(url)) return inspectPostgres(url)
  if (url === ":memory:") return { engine: "sqlite", exists: false, tables: [], problem: undefined }
  return inspectFile(url)
}

async function inspectFile(path: string): Promise<DatabaseInspection> {
  const found = await stat(path).catch(() => undefined)
  if (!found) {
    const folder = await nearestFolder(resolve(dirname(path)))
    const problem = await writingProblem(folder)
    return { engine: "sqlite", exists: false, tables: [], problem }
  }
  const unreadable = (problem: string): DatabaseInspection => ({
    engine: "sqlite",
    exists: true,
    tables: [],
    problem,
  })
  if (!found.isFile()) return unreadable(`${path} is not a file`)
  // SQLite writes files beside it, so the folder counts as well.
  const problem = (await writingProblem(path)) ?? (await writingProblem(resolve(dirname(path))))
  if (problem !== undefined) return unreadable(problem)
  try {
    using sqlite = new DatabaseSync(await addressFor(path), { readOnly: true })
    const rows = sqlite.prepare("select name from sqlite_master where type = 'table'").all()
    return {
      engine: "sqlite",
      exists: true,
      tables: rows.map(({ name }) => String(name)),
      problem: undefined,
    }
  } catch (error) {
    return unreadable(`${path}: ${errorText(error)}`)
  }
}

/** A reader of a file in WAL mode leaves files beside it, but not where it is told that nobody writes. */
async function addressFor(path: string): Promise<URL> {
  const address = pathToFileURL(path)
  const isInUse = await stat(`${path}-wal`).catch(() => undefined)
  if (!isInUse) address.searchParams.set("immutable", "1")
  return address
}

/** The folder that is there, of those that would have to be made. */
async function nearestFolder(folder: string): Promise<string> {
  const isThere = await stat(folder).catch(() => undefined)
  return isThere || dirname(folder) === folder ? folder : nearestFolder(dirname(folder))
}

async function writingProblem(path: string): Promise<string | undefined> {
  const info = await stat(path)
  const needed = info.isDirectory() ? constants.W_OK | constants.X_OK : constants.W_OK
  return access(path, needed).then(
    () => undefined,
    () => `this user may not write ${path}`,
  )
}

async function inspectPostgres(url: string): Promise<DatabaseInspection> {
  const { default: postgres } = await import("pg")
  const client = new postgres.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on("error", () => undefined) // a connection lost meanwhile shows in the query
  try {
    await client.connect()
    await client.query("begin transaction read only")
    const { rows } = await client.query(
      "select current_schema() as schema, has_schema_privilege(current_schema(), 'CREATE') as may_create, pg_is_in_recovery() as standby",
    )
    const { schema, may_create: mayCreate, standby } = rows[0] ?? {}
    const { rows: tables } = await client.query("select tablename from pg_tables where schemaname = $1", [
      schema,
    ])
    await client.query("rollback")
    const problem = standby
      ? "the server is a standby, which takes no writes"
      : mayCreate === true
        ? undefined
        : `this user may not create tables in the schema ${schema ?? "(none)"}`
    const names = tables.map(({ tablename }) => String(tablename))
    return { engine: "postgres", exists: names.length > 0, tables: names, problem }
  } catch (error) {
    return { engine: "postgres", exists: false, tables: [], problem: errorText(error) }
  } finally {
    await client.end().catch(() => undefined)
  }
}

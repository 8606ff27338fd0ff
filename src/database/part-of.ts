// Places of their own beside a database: for parts that must not share tables.
import { hash } from "node:crypto"
import { mkdir, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type Kysely, sql } from "kysely"
import type { Database } from "./database.ts"

/** Where whoever has parts keeps their names. Of two with one name it cannot be told whose an old part is. */
export interface PartOwner {
  table: string
  column: string
}

const isPostgres = (url: string) => /^postgres(ql)?:\/\//.test(url)

/** What `openDatabase` takes for the part `name`: a schema of the same server, or a file in a folder beside this one's. */
export async function partOf(
  database: Database,
  url: string,
  name: string,
  owner?: PartOwner,
): Promise<string> {
  if (!isPostgres(url)) {
    const file = fileOf(url, name)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    return file
  }
  const schema = await withSchema(database, name, owner, async (db, { schema, whole }) => {
    if (await isThere(db, schema)) return schema
    await sql`create schema ${sql.id(schema)}`.execute(db)
    await sql`comment on schema ${sql.id(schema)} is ${sql.lit(`${name}, of ${whole}`)}`.execute(db)
    return schema
  })
  const part = new URL(url)
  part.searchParams.set("options", `-c search_path=${schema}`)
  return part.href
}

/** With all that is in it. */
export async function removePart(
  database: Database,
  url: string,
  name: string,
  owner?: PartOwner,
): Promise<void> {
  if (isPostgres(url)) {
    await withSchema(database, name, owner, (db, { schema }) =>
      sql`drop schema if exists ${sql.id(schema)} cascade`.execute(db),
    )
    return
  }
  for (const ending of ["", "-wal", "-shm"]) await rm(`${fileOf(url, name)}${ending}`, { force: true })
}

function fileOf(url: string, name: string): string {
  return join(dirname(url), "installations", `${name}.db`)
}

/** Parts of two schemas of one database may have the same name. */
async function withSchema<T>(
  database: Database,
  name: string,
  owner: PartOwner | undefined,
  work: (db: Kysely<unknown>, place: { schema: string; whole: string }) => Promise<T>,
): Promise<T> {
  return await database.transaction<unknown, T>(
    async (db) => {
      const { rows } = await sql<{ whole: string }>`select current_schema() as whole`.execute(db)
      const whole = rows[0]?.whole ?? "public"
      const old = `ocean_${name.replaceAll("-", "_")}`
      // No name may be longer than 63, and one of a part may have 40.
      const schema =
        whole === "public" ? old : `oceanof_${hash("sha256", whole).slice(0, 8)}_${name.replaceAll("-", "_")}`
      if (schema !== old && !(await isThere(db, schema)) && (await isThere(db, old)))
        if (!(await isOfAnother(db, name, { owner, whole })))
          await sql`alter schema ${sql.id(old)} rename to ${sql.id(schema)}`.execute(db)
      return await work(db, { schema, whole })
    },
    { lock: "parts" },
  )
}

async function isThere(db: Kysely<unknown>, schema: string): Promise<boolean> {
  const { rows } = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(db)
  return rows.length > 0
}

/** Until names told of the schema, all who had a part of this name had one and the same. */
async function isOfAnother(
  db: Kysely<unknown>,
  name: string,
  { owner, whole }: { owner: PartOwner | undefined; whole: string },
): Promise<boolean> {
  if (!owner) return false
  const { rows: others } = await sql<{ schema: string }>`
    select schemaname as schema from pg_tables
    where tablename = ${owner.table} and schemaname != ${whole}
      and has_table_privilege(format('%I.%I', schemaname, tablename), 'select')`.execute(db)
  for (const { schema } of others) {
    const table = sql.table(`${schema}.${owner.table}`)
    const found = await sql`select 1 from ${table} where ${sql.ref(owner.column)} = ${name} limit 1`.execute(
      db,
    )
    if (found.rows.length > 0) return true
  }
  return false
}

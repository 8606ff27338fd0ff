// Places of their own beside a database: for parts that must not share tables.
import { mkdir, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { sql } from "kysely"
import type { Database } from "./database.ts"

const isPostgres = (url: string) => /^postgres(ql)?:\/\//.test(url)

/** What `openDatabase` takes for the part `name`: a schema of the same server, or a file in a folder beside this one's. */
export async function partOf(database: Database, url: string, name: string): Promise<string> {
  if (!isPostgres(url)) {
    const file = fileOf(url, name)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    return file
  }
  const schema = schemaOf(name)
  await sql`create schema if not exists ${sql.id(schema)}`.execute(database.kysely())
  const part = new URL(url)
  part.searchParams.set("options", `-c search_path=${schema}`)
  return part.href
}

/** With all that is in it. */
export async function removePart(database: Database, url: string, name: string): Promise<void> {
  if (isPostgres(url)) {
    await sql`drop schema if exists ${sql.id(schemaOf(name))} cascade`.execute(database.kysely())
    return
  }
  for (const ending of ["", "-wal", "-shm"]) await rm(`${fileOf(url, name)}${ending}`, { force: true })
}

function fileOf(url: string, name: string): string {
  return join(dirname(url), "installations", `${name}.db`)
}

function schemaOf(name: string): string {
  return `ocean_${name.replaceAll("-", "_")}`
}

// All that a database holds, to see that something left it as it was.
import { sql } from "kysely"
import type { Database } from "../../src/database/database.ts"

/** The rows of every table of a SQLite database, by its name; those of an index over texts are its own affair. */
export async function allTables(database: Database): Promise<Record<string, unknown[]>> {
  const db = database.kysely()
  const { rows: names } = await sql<{ name: string }>`
    select name from pragma_table_list where schema = 'main' and type = 'table' order by name`.execute(db)
  const tables: Record<string, unknown[]> = {}
  for (const { name } of names) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(db)
    tables[name] = rows
  }
  return tables
}

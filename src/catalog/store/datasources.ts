// Who writes entities: the few texts that stand in their `datasource`.
import type { Kysely } from "kysely"
import type { CatalogTables } from "./tables.ts"

export async function rememberDatasource(db: Kysely<CatalogTables>, name: string): Promise<void> {
  await db
    .insertInto("catalog_datasources")
    .values({ name })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .execute()
}

export async function findDatasources(
  db: Kysely<CatalogTables>,
  prefix: string,
  suffix: string,
): Promise<string[]> {
  const rows = await db.selectFrom("catalog_datasources").select("name").execute()
  return rows.map((row) => row.name).filter((name) => name.startsWith(prefix) && name.endsWith(suffix))
}

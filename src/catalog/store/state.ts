// Single values of the catalog, by key.
import type { Kysely } from "kysely"
import type { CatalogTables } from "./tables.ts"

export async function readState(db: Kysely<CatalogTables>, key: string): Promise<string | undefined> {
  const row = await db.selectFrom("catalog_state").select("value").where("key", "=", key).executeTakeFirst()
  return row?.value
}

export async function writeState(db: Kysely<CatalogTables>, key: string, value: string): Promise<void> {
  await db
    .insertInto("catalog_state")
    .values({ key, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
    .execute()
}

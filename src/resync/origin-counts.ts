// How many entities there are by what they were made of, as far as that is recorded.
import type { Database } from "../database/database.ts"
import type { OriginTables } from "./origin-store-database.ts"

export interface OriginCount {
  kind: string
  blueprint: string
  entities: number
}

/** The store must have been opened before. */
export async function countOrigins(database: Database, integration: string): Promise<OriginCount[]> {
  const rows = await database
    .kysely<OriginTables>()
    .selectFrom("entity_origins")
    .select(["kind", "blueprint"])
    .select((row) => row.fn.count<number>("identifier").distinct().as("entities"))
    .where("integration", "=", integration)
    .groupBy(["kind", "blueprint"])
    .orderBy("kind")
    .orderBy("blueprint")
    .execute()
  return rows.map((row) => ({ ...row, entities: Number(row.entities) }))
}

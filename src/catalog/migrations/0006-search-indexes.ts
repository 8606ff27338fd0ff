// What searches over properties need beside the entities' keys.
import type { MigrationStep } from "../../database/migrate.ts"

export const searchIndexes: MigrationStep = {
  name: "0006-search-indexes",
  async up(db, types) {
    await types
      .contentIndex("catalog_entities_by_content", { table: "catalog_entities", column: "properties" })
      ?.execute(db)
  },
}

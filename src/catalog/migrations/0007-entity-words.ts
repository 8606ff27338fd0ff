// The index that a search by a property uses where the engine has none over JSON (see `0006-search-indexes`).
import type { MigrationStep } from "../../database/migrate.ts"

export const entityWords: MigrationStep = {
  name: "0007-entity-words",
  async up(db, types) {
    const on = { table: "catalog_entities", group: "blueprint", json: "properties" }
    for (const statement of types.wordIndex("catalog_entity_words", on)) await statement.execute(db)
  },
}

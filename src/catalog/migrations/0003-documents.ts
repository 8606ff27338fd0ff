// Actions, scorecards and pages: kept for those who bring them, as they were sent.
import type { MigrationStep } from "../../database/migrate.ts"

export const documentTables: MigrationStep = {
  name: "0003-documents",
  async up(db, types) {
    await db.schema
      .createTable("catalog_documents")
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("owner", "text", (column) => column.notNull())
      .addColumn("identifier", "text", (column) => column.notNull())
      // Text on both engines: the keys come back in the order they were written.
      .addColumn("document", "text", (column) => column.notNull())
      .addColumn("created_at", types.instant, (column) => column.notNull())
      .addColumn("created_by", "text", (column) => column.notNull())
      .addColumn("updated_at", types.instant, (column) => column.notNull())
      .addColumn("updated_by", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("catalog_documents_key", ["kind", "owner", "identifier"])
      .execute()
  },
}

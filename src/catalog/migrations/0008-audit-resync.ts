// Which resync of an integration wrote, beside who.
import type { MigrationStep } from "../../database/migrate.ts"

export const auditResync: MigrationStep = {
  name: "0008-audit-resync",
  async up(db) {
    await db.schema.alterTable("catalog_audit_writes").addColumn("resync_id", "text").execute()
  },
}

// Who changed what, and how it was before: one row per write, one per thing it changed.
import type { MigrationStep } from "../../database/migrate.ts"

export const auditTables: MigrationStep = {
  name: "0005-audit",
  async up(db, types) {
    await db.schema
      .createTable("catalog_audit_writes")
      .addColumn("id", types.id)
      .addColumn("at", types.instant, (column) => column.notNull())
      .addColumn("actor", "text", (column) => column.notNull())
      .addColumn("user_agent", "text", (column) => column.notNull())
      .addColumn("origin", "text", (column) => column.notNull())
      .addColumn("run_id", "text")
      .addColumn("installation_id", "text")
      .addColumn("webhook_id", "text")
      .addColumn("webhook_event_id", "text")
      .execute()
    await db.schema
      .createTable("catalog_audit_items")
      .addColumn("id", types.id)
      .addColumn("write_id", "bigint", (column) =>
        column.notNull().references("catalog_audit_writes.id").onDelete("cascade"),
      )
      .addColumn("action", "text", (column) => column.notNull())
      .addColumn("resource_type", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("blueprint", "text")
      .addColumn("resource", "text", (column) => column.notNull())
      .addColumn("message", "text")
      // Text, never searched in: it is parsed only where it is shown.
      .addColumn("before", "text")
      .addColumn("after", "text")
      .execute()
    for (const [table, column] of [
      ["catalog_audit_writes", "at"],
      ["catalog_audit_items", "write_id"],
      ["catalog_audit_items", "resource"],
    ] as const) {
      await db.schema.createIndex(`${table}_by_${column}`).on(table).column(column).execute()
    }
    for (const column of ["run_id", "webhook_event_id"]) {
      // Few writes have one, so that all others pay nothing for these.
      await db.schema
        .createIndex(`catalog_audit_writes_by_${column}`)
        .on("catalog_audit_writes")
        .column(column)
        .where(column, "is not", null)
        .execute()
    }
  },
}

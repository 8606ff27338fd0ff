// Webhook data sources, and the events they received.
import type { Kysely } from "kysely"
import type { JsonColumns } from "../../database/json-columns.ts"
import type { MigrationStep } from "../../database/migrate.ts"

export const webhookTables: MigrationStep = {
  name: "0004-webhooks",
  async up(db, types) {
    await createWebhooks(db, types)
    await createEvents(db, types)
  },
}

async function createWebhooks(db: Kysely<unknown>, types: JsonColumns["types"]): Promise<void> {
  await db.schema
    .createTable("catalog_webhooks")
    .addColumn("webhook_key", "text", (column) => column.primaryKey())
    .addColumn("identifier", "text", (column) => column.notNull().unique())
    // Text on both engines: a mapping comes back with its keys in the order they were written.
    .addColumn("attributes", "text", (column) => column.notNull())
    .addColumn("created_at", types.instant, (column) => column.notNull())
    .addColumn("created_by", "text", (column) => column.notNull())
    .addColumn("updated_at", types.instant, (column) => column.notNull())
    .addColumn("updated_by", "text", (column) => column.notNull())
    .execute()
}

async function createEvents(db: Kysely<unknown>, types: JsonColumns["types"]): Promise<void> {
  await db.schema
    .createTable("catalog_webhook_events")
    .addColumn("id", types.id)
    // No reference: an event whose data source is deleted while it arrives must not fail the group it is written with.
    .addColumn("webhook_key", "text", (column) => column.notNull())
    .addColumn("received_at", types.instant, (column) => column.notNull())
    .addColumn("headers", "text", (column) => column.notNull())
    .addColumn("query", "text", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addColumn("body_encoding", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("due_at", types.instant, (column) => column.notNull())
    .addColumn("request_id", "text")
    .addColumn("outcome", "text")
    .addColumn("ended_at", types.instant)
    .execute()
  const indexes = {
    state: ["state", "id"],
    webhook: ["webhook_key", "id"],
    request: ["webhook_key", "request_id"],
  }
  for (const [name, columns] of Object.entries({ ...indexes, end: ["ended_at"] })) {
    await db.schema
      .createIndex(`catalog_webhook_events_by_${name}`)
      .on("catalog_webhook_events")
      .columns(columns)
      .execute()
  }
}

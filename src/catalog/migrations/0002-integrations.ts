// Integrations, and what they report: logs, metrics, examples of raw objects.
import type { Kysely } from "kysely"
import type { JsonColumns } from "../../database/json-columns.ts"
import type { MigrationStep } from "../../database/migrate.ts"

export const integrationTables: MigrationStep = {
  name: "0002-integrations",
  async up(db, types) {
    await createIntegrations(db, types)
    await createLogs(db, types)
    await createMetrics(db, types)
    await createExamples(db, types)
  },
}

async function createIntegrations(db: Kysely<unknown>, types: JsonColumns["types"]): Promise<void> {
  await db.schema
    .createTable("catalog_integrations")
    .addColumn("installation_id", "text", (column) => column.primaryKey())
    .addColumn("internal_id", "text", (column) => column.notNull().unique())
    .addColumn("log_ingest_id", "text", (column) => column.notNull().unique())
    .addColumn("metric_ingest_id", "text", (column) => column.notNull().unique())
    // Text on both engines: a mapping comes back with its keys in the order they were written.
    .addColumn("attributes", "text", (column) => column.notNull())
    .addColumn("resync_state", "text")
    .addColumn("resync_requested_at", types.instant)
    .addColumn("created_at", types.instant, (column) => column.notNull())
    .addColumn("created_by", "text", (column) => column.notNull())
    .addColumn("updated_at", types.instant, (column) => column.notNull())
    .addColumn("updated_by", "text", (column) => column.notNull())
    .execute()
}

async function createLogs(db: Kysely<unknown>, types: JsonColumns["types"]): Promise<void> {
  await db.schema
    .createTable("catalog_integration_logs")
    .addColumn("id", types.id)
    .addColumn("installation_id", "text", (column) =>
      column.notNull().references("catalog_integrations.installation_id").onDelete("cascade"),
    )
    .addColumn("at", types.instant, (column) => column.notNull())
    .addColumn("level", "text", (column) => column.notNull())
    .addColumn("event_id", "text")
    .addColumn("kind", "text")
    .addColumn("phase", "text")
    .addColumn("record", "text", (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex("catalog_integration_logs_by_time")
    .on("catalog_integration_logs")
    .columns(["installation_id", "at", "id"])
    .execute()
}

async function createMetrics(db: Kysely<unknown>, types: JsonColumns["types"]): Promise<void> {
  await db.schema
    .createTable("catalog_sync_metrics")
    .addColumn("id", types.id)
    .addColumn("installation_id", "text", (column) =>
      column.notNull().references("catalog_integrations.installation_id").onDelete("cascade"),
    )
    .addColumn("event_id", "text", (column) => column.notNull())
    .addColumn("kind_identifier", "text", (column) => column.notNull())
    .addColumn("metrics", "text", (column) => column.notNull())
    .addColumn("updated_at", types.instant, (column) => column.notNull())
    .addUniqueConstraint("catalog_sync_metrics_key", ["installation_id", "event_id", "kind_identifier"])
    .execute()
}

async function createExamples(db: Kysely<unknown>, types: JsonColumns["types"]): Promise<void> {
  await db.schema
    .createTable("catalog_examples")
    .addColumn("installation_id", "text", (column) =>
      column.notNull().references("catalog_integrations.installation_id").onDelete("cascade"),
    )
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("examples", "text", (column) => column.notNull())
    .addColumn("updated_at", types.instant, (column) => column.notNull())
    .addPrimaryKeyConstraint("catalog_examples_key", ["installation_id", "kind"])
    .execute()
}

// What a backup holds: the tables in an order in which each row finds those it points at. Credentials stay where they are.

export interface BackupTable {
  table: string
  columns: readonly string[]
  order: readonly string[]
  /** Rows have a number of their own, which the database gives; in a backup it is their place among its rows. */
  numbered?: boolean
  /** Columns that hold the number of a row of another table. */
  references?: Readonly<Record<string, string>>
  /** Columns of JSON whose members have no order on one of the engines. */
  unordered?: readonly string[]
  where?: { column: string; not: readonly string[] }
}

const written = ["created_at", "created_by", "updated_at", "updated_by"]

export const backupTables: readonly BackupTable[] = [
  {
    table: "catalog_state",
    columns: ["key", "value"],
    order: ["key"],
    where: { column: "key", not: ["credentials", "blueprints.version"] },
  },
  {
    table: "catalog_blueprints",
    columns: ["identifier", "definition", ...written],
    order: ["created_at", "identifier"],
  },
  {
    table: "catalog_entities",
    columns: ["blueprint", "identifier", "title", "icon", "properties", ...written, "datasource"],
    order: ["id"],
    numbered: true,
    unordered: ["properties"],
  },
  {
    table: "catalog_relations",
    columns: ["source_id", "relation", "position", "target_id"],
    order: ["source_id", "relation", "position"],
    references: { source_id: "catalog_entities", target_id: "catalog_entities" },
  },
  { table: "catalog_datasources", columns: ["name"], order: ["name"] },
  {
    table: "catalog_migrations",
    columns: ["id", "blueprint", "actor", "status", "created_at", "updated_at"],
    order: ["id"],
  },
  {
    table: "catalog_integrations",
    columns: [
      "installation_id",
      "internal_id",
      "log_ingest_id",
      "metric_ingest_id",
      "attributes",
      "resync_state",
      "resync_requested_at",
      ...written,
    ],
    order: ["installation_id"],
  },
  {
    table: "catalog_integration_logs",
    columns: ["installation_id", "at", "level", "event_id", "kind", "phase", "record"],
    order: ["id"],
    numbered: true,
  },
  {
    table: "catalog_sync_metrics",
    columns: ["installation_id", "event_id", "kind_identifier", "metrics", "updated_at"],
    order: ["id"],
    numbered: true,
  },
  {
    table: "catalog_examples",
    columns: ["installation_id", "kind", "examples", "updated_at"],
    order: ["installation_id", "kind"],
  },
  {
    table: "catalog_documents",
    columns: ["kind", "owner", "identifier", "document", ...written],
    order: ["kind", "owner", "identifier"],
  },
  {
    table: "catalog_webhooks",
    columns: ["webhook_key", "identifier", "attributes", ...written],
    order: ["webhook_key"],
  },
  {
    table: "catalog_webhook_events",
    columns: [
      "webhook_key",
      "received_at",
      "headers",
      "query",
      "body",
      "body_encoding",
      "state",
      "attempts",
      "due_at",
      "request_id",
      "outcome",
      "ended_at",
    ],
    order: ["id"],
    numbered: true,
  },
  {
    table: "catalog_audit_writes",
    columns: [
      "at",
      "actor",
      "user_agent",
      "origin",
      "run_id",
      "installation_id",
      "webhook_id",
      "webhook_event_id",
      "resync_id",
    ],
    order: ["id"],
    numbered: true,
  },
  {
    table: "catalog_audit_items",
    columns: [
      "write_id",
      "action",
      "resource_type",
      "status",
      "blueprint",
      "resource",
      "message",
      "before",
      "after",
    ],
    order: ["id"],
    numbered: true,
    references: { write_id: "catalog_audit_writes" },
  },
]

/** The first line says what the file is; the last one that it is whole. */
export const backupFormat = "ocean-sentry-catalog"
export const backupVersion = 1

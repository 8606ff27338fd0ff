// The catalog's tables, as Kysely sees them. Times are milliseconds since the epoch; JSON columns hold JSON text.
import type { Generated } from "kysely"

export interface CatalogTables {
  /** Single values: the organization's id, credentials, the version of the set of blueprints. */
  catalog_state: { key: string; value: string }
  catalog_blueprints: {
    identifier: string
    /** The blueprint as it is answered, without the four fields below. */
    definition: string
    created_at: number
    created_by: string
    updated_at: number
    updated_by: string
  }
  catalog_entities: EntityTable
  /** One row per target. The relation `$team` holds an entity's teams. Rows go with either of their entities. */
  catalog_relations: { source_id: number; relation: string; position: number; target_id: number }
  /** Every text that ever stood in `catalog_entities.datasource`: few, so that prefix and suffix are cheap to find. */
  catalog_datasources: { name: string }
  /** Deletions of all entities of a blueprint, which Port reports as migrations. */
  catalog_migrations: {
    id: string
    blueprint: string
    actor: string
    status: string
    created_at: number
    updated_at: number
  }
  catalog_integrations: {
    installation_id: string
    internal_id: string
    log_ingest_id: string
    metric_ingest_id: string
    /** What clients sent, as sent. */
    attributes: string
    resync_state: string | null
    resync_requested_at: number | null
    created_at: number
    created_by: string
    updated_at: number
    updated_by: string
  }
  catalog_integration_logs: {
    id: Generated<number>
    installation_id: string
    at: number
    level: string
    event_id: string | null
    kind: string | null
    phase: string | null
    record: string
  }
  /** The newest state of each kind of each resync, as the integration reports it. */
  catalog_sync_metrics: {
    id: Generated<number>
    installation_id: string
    event_id: string
    kind_identifier: string
    metrics: string
    updated_at: number
  }
  /** Actions, scorecards, pages and more, as they were sent; `owner` is "" for those that belong to nothing. */
  catalog_documents: {
    kind: string
    owner: string
    identifier: string
    document: string
    created_at: number
    created_by: string
    updated_at: number
    updated_by: string
  }
  catalog_webhooks: {
    webhook_key: string
    identifier: string
    /** What clients sent, as sent. */
    attributes: string
    created_at: number
    created_by: string
    updated_at: number
    updated_by: string
  }
  catalog_webhook_events: WebhookEventTable
  /** Who wrote, from where: shared by all that one write changed. */
  catalog_audit_writes: {
    id: Generated<number>
    at: number
    actor: string
    user_agent: string
    origin: string
    run_id: string | null
    installation_id: string | null
    webhook_id: string | null
    webhook_event_id: string | null
    resync_id: string | null
  }
  catalog_audit_items: AuditItemTable
  catalog_examples: { installation_id: string; kind: string; examples: string; updated_at: number }
}

export interface EntityTable {
  /** Grows with every entity: the order of creation, and the cursor of all paging. */
  id: Generated<number>
  blueprint: string
  identifier: string
  title: string | null
  icon: string | null
  /** Without nulls: a member that is absent is null. */
  properties: string
  created_at: number
  created_by: string
  updated_at: number
  updated_by: string
  datasource: string | null
}

export interface AuditItemTable {
  id: Generated<number>
  write_id: number
  action: "CREATE" | "UPDATE" | "DELETE"
  resource_type: string
  status: "SUCCESS" | "FAILURE"
  blueprint: string | null
  resource: string
  message: string | null
  /** JSON; null before a creation and after a deletion. */
  before: string | null
  after: string | null
}

export interface WebhookEventTable {
  id: Generated<number>
  webhook_key: string
  received_at: number
  /** JSON: names in lower case. */
  headers: string
  query: string
  /** The bytes as they came: as text where they are UTF-8 that both engines can keep, else in base64. */
  body: string
  body_encoding: string
  state: string
  attempts: number
  /** Not to be worked on before. */
  due_at: number
  request_id: string | null
  outcome: string | null
  ended_at: number | null
}

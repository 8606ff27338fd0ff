// The rows of `catalog_integrations`.
import { randomUUID } from "node:crypto"
import type { Kysely, Selectable } from "kysely"
import type { JsonObject } from "../../common/json.ts"
import type { Author } from "./blueprints.ts"
import type { CatalogTables } from "./tables.ts"

export interface IntegrationRecord {
  installationId: string
  internalId: string
  logIngestId: string
  metricIngestId: string
  /** What clients sent, as sent. */
  attributes: JsonObject
  resyncState: JsonObject | undefined
  /** When a resync was last asked for. */
  resyncRequestedAt: number | undefined
  createdAt: number
  createdBy: string
  updatedAt: number
  updatedBy: string
}

export type IntegrationKey =
  | { installationId: string }
  | { internalId: string }
  | { logIngestId: string }
  | { metricIngestId: string }

export async function readIntegration(
  db: Kysely<CatalogTables>,
  key: IntegrationKey,
): Promise<IntegrationRecord | undefined> {
  const query = db.selectFrom("catalog_integrations").selectAll()
  const row = await ("installationId" in key
    ? query.where("installation_id", "=", key.installationId)
    : "logIngestId" in key
      ? query.where("log_ingest_id", "=", key.logIngestId)
      : "internalId" in key
        ? query.where("internal_id", "=", key.internalId)
        : query.where("metric_ingest_id", "=", key.metricIngestId)
  ).executeTakeFirst()
  return row && recordOf(row)
}

export async function readIntegrations(db: Kysely<CatalogTables>): Promise<IntegrationRecord[]> {
  const rows = await db
    .selectFrom("catalog_integrations")
    .selectAll()
    .orderBy("created_at")
    .orderBy("installation_id")
    .execute()
  return rows.map(recordOf)
}

export function newIntegration(
  installationId: string,
  attributes: JsonObject,
  by: Author,
): IntegrationRecord {
  return {
    installationId,
    internalId: `integration_${newId()}`,
    logIngestId: newId(),
    metricIngestId: newId(),
    attributes,
    resyncState: undefined,
    resyncRequestedAt: undefined,
    createdAt: by.now,
    createdBy: by.actor,
    updatedAt: by.now,
    updatedBy: by.actor,
  }
}

export async function insertIntegration(db: Kysely<CatalogTables>, record: IntegrationRecord): Promise<void> {
  await db.insertInto("catalog_integrations").values(rowOf(record)).execute()
}

export async function updateIntegration(db: Kysely<CatalogTables>, record: IntegrationRecord): Promise<void> {
  await db
    .updateTable("catalog_integrations")
    .set(rowOf(record))
    .where("installation_id", "=", record.installationId)
    .execute()
}

/** Its logs, metrics and examples go too. */
export async function deleteIntegration(db: Kysely<CatalogTables>, installationId: string): Promise<void> {
  await db.deleteFrom("catalog_integrations").where("installation_id", "=", installationId).execute()
}

function newId(): string {
  return randomUUID().replaceAll("-", "")
}

function rowOf(record: IntegrationRecord): CatalogTables["catalog_integrations"] {
  return {
    installation_id: record.installationId,
    internal_id: record.internalId,
    log_ingest_id: record.logIngestId,
    metric_ingest_id: record.metricIngestId,
    attributes: JSON.stringify(record.attributes),
    resync_state: record.resyncState ? JSON.stringify(record.resyncState) : null,
    resync_requested_at: record.resyncRequestedAt ?? null,
    created_at: record.createdAt,
    created_by: record.createdBy,
    updated_at: record.updatedAt,
    updated_by: record.updatedBy,
  }
}

function recordOf(row: Selectable<CatalogTables["catalog_integrations"]>): IntegrationRecord {
  return {
    installationId: row.installation_id,
    internalId: row.internal_id,
    logIngestId: row.log_ingest_id,
    metricIngestId: row.metric_ingest_id,
    attributes: JSON.parse(row.attributes) as JsonObject, // written by `rowOf`
    resyncState: row.resync_state === null ? undefined : (JSON.parse(row.resync_state) as JsonObject), // the same
    resyncRequestedAt: row.resync_requested_at ?? undefined,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}

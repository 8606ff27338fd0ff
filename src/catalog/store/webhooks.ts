// Webhook data sources, as rows.
import { randomBytes } from "node:crypto"
import type { Kysely, Selectable } from "kysely"
import type { WebhookAttributes } from "../rules/webhook-definition.ts"
import type { Author } from "./blueprints.ts"
import type { CatalogTables } from "./tables.ts"

export interface WebhookRecord {
  /** Names the data source to its senders. Never changes, and nobody can guess it. */
  webhookKey: string
  identifier: string
  attributes: WebhookAttributes
  createdAt: number
  createdBy: string
  updatedAt: number
  updatedBy: string
}

/** Letters and digits that an address can hold; 144 random bits. */
export const webhookKeyPattern = "[A-Za-z0-9_-]{24}"

export function newWebhook(identifier: string, attributes: WebhookAttributes, by: Author): WebhookRecord {
  return {
    webhookKey: randomBytes(18).toString("base64url"),
    identifier,
    attributes,
    createdAt: by.now,
    createdBy: by.actor,
    updatedAt: by.now,
    updatedBy: by.actor,
  }
}

export async function readWebhook(
  db: Kysely<CatalogTables>,
  name: { identifier: string } | { webhookKey: string },
): Promise<WebhookRecord | undefined> {
  const query = db.selectFrom("catalog_webhooks").selectAll()
  const row = await ("identifier" in name
    ? query.where("identifier", "=", name.identifier)
    : query.where("webhook_key", "=", name.webhookKey)
  ).executeTakeFirst()
  return row && recordOf(row)
}

export async function readWebhooks(db: Kysely<CatalogTables>): Promise<WebhookRecord[]> {
  const rows = await db
    .selectFrom("catalog_webhooks")
    .selectAll()
    .orderBy("created_at")
    .orderBy("identifier")
    .execute()
  return rows.map(recordOf)
}

export async function insertWebhook(db: Kysely<CatalogTables>, record: WebhookRecord): Promise<void> {
  await db.insertInto("catalog_webhooks").values(rowOf(record)).execute()
}

export async function updateWebhook(db: Kysely<CatalogTables>, record: WebhookRecord): Promise<void> {
  await db
    .updateTable("catalog_webhooks")
    .set(rowOf(record))
    .where("webhook_key", "=", record.webhookKey)
    .execute()
}

/** Its events go too. */
export async function deleteWebhook(db: Kysely<CatalogTables>, webhookKey: string): Promise<void> {
  await db.deleteFrom("catalog_webhook_events").where("webhook_key", "=", webhookKey).execute()
  await db.deleteFrom("catalog_webhooks").where("webhook_key", "=", webhookKey).execute()
}

function rowOf(record: WebhookRecord): CatalogTables["catalog_webhooks"] {
  return {
    webhook_key: record.webhookKey,
    identifier: record.identifier,
    attributes: JSON.stringify(record.attributes),
    created_at: record.createdAt,
    created_by: record.createdBy,
    updated_at: record.updatedAt,
    updated_by: record.updatedBy,
  }
}

function recordOf(row: Selectable<CatalogTables["catalog_webhooks"]>): WebhookRecord {
  return {
    webhookKey: row.webhook_key,
    identifier: row.identifier,
    attributes: JSON.parse(row.attributes) as WebhookAttributes, // written by `rowOf`
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}

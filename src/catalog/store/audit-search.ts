// Reading the audit log: the newest first, by any of Port's filters.
import type { Kysely } from "kysely"
import type { CatalogTables } from "./tables.ts"

/** All that are given must hold; a list is met by any of its members. */
export interface AuditFilter {
  /** Of the audit item itself. */
  id?: number | undefined
  entity?: string | undefined
  blueprint?: string | undefined
  runId?: string | undefined
  webhookId?: string | undefined
  webhookEventId?: string | undefined
  installationId?: string | undefined
  origins?: readonly string[] | undefined
  resources?: readonly string[] | undefined
  /** Milliseconds since the epoch, both inclusive. */
  from?: number | undefined
  to?: number | undefined
  action?: string | undefined
  status?: string | undefined
  limit: number
}

export type AuditRow = Awaited<ReturnType<typeof readAudits>>[number]

export async function readAudits(db: Kysely<CatalogTables>, filter: AuditFilter) {
  let query = db
    .selectFrom("catalog_audit_items as item")
    .innerJoin("catalog_audit_writes as write", "write.id", "item.write_id")
    .select([
      "item.id",
      "item.action",
      "item.resource_type",
      "item.status",
      "item.blueprint",
      "item.resource",
      "item.message",
      "item.before",
      "item.after",
      "write.at",
      "write.actor",
      "write.user_agent",
      "write.origin",
      "write.run_id",
      "write.installation_id",
      "write.webhook_id",
      "write.webhook_event_id",
      "write.resync_id",
    ])
  const { id, entity, from, to, origins, resources } = filter
  if (id !== undefined) query = query.where("item.id", "=", id)
  if (entity !== undefined) {
    query = query.where("item.resource", "=", entity).where("item.resource_type", "=", "entity")
  }
  for (const [column, value] of [
    ["item.blueprint", filter.blueprint],
    ["item.action", filter.action],
    ["item.status", filter.status],
    ["write.run_id", filter.runId],
    ["write.webhook_id", filter.webhookId],
    ["write.webhook_event_id", filter.webhookEventId],
    ["write.installation_id", filter.installationId],
  ] as const) {
    if (value !== undefined) query = query.where(column, "=", value)
  }
  if (origins) query = query.where("write.origin", "in", origins)
  if (resources) query = query.where("item.resource_type", "in", resources)
  if (from !== undefined) query = query.where("write.at", ">=", from)
  if (to !== undefined) query = query.where("write.at", "<=", to)
  return await query.orderBy("item.id", "desc").limit(filter.limit).execute()
}

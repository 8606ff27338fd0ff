// The audit log's rows: who changed what, with how it was before and is after.
import type { Kysely } from "kysely"
import type { JsonObject } from "../../common/json.ts"
import { manyRows } from "../../database/many-rows.ts"
import type { AuditItemTable, CatalogTables } from "./tables.ts"

/** Who writes, and by which way. */
export interface AuditOrigin {
  actor: string
  /** The client's user agent, or a webhook's name. */
  datasource: string
  /** Milliseconds since the epoch. */
  now: number
  /** `API`, or the identifier of the integration or webhook that writes. */
  origin: string
  runId?: string | undefined
  installationId?: string | undefined
  webhookId?: string | undefined
  webhookEventId?: string | undefined
  /** The integration's own name of the run that wrote; absent where a live event did. */
  resyncId?: string | undefined
}

export interface AuditItem {
  resourceType: string
  /** The thing's own identifier. */
  resource: string
  blueprint?: string | undefined
  before: JsonObject | null
  after: JsonObject | null
  /** Of a write that was refused: why. Then `action` says what it was to be. */
  failure?: { action: AuditItemTable["action"]; message: string }
}

/** Rows per statement, so that neither engine's bound on parameters is met. */
const rowsPerInsert = 200

/** To be called in the transaction that makes the change, so that neither is there without the other. */
export async function appendAudits(
  tx: Kysely<CatalogTables>,
  by: AuditOrigin,
  items: readonly AuditItem[],
): Promise<void> {
  if (items.length === 0) return
  const { id } = await tx
    .insertInto("catalog_audit_writes")
    .values({
      at: by.now,
      actor: by.actor,
      user_agent: by.datasource,
      origin: by.origin,
      run_id: by.runId ?? null,
      installation_id: by.installationId ?? null,
      webhook_id: by.webhookId ?? null,
      webhook_event_id: by.webhookEventId ?? null,
      resync_id: by.resyncId ?? null,
    })
    .returning("id")
    .executeTakeFirstOrThrow()
  for (let at = 0; at < items.length; at += rowsPerInsert) {
    await insertItems(
      tx,
      items.slice(at, at + rowsPerInsert).map((item) => ({ write_id: id, ...rowOf(item) })),
    )
  }
}

const insertItems = manyRows(
  (db: Kysely<CatalogTables>, rows: readonly ({ write_id: number } & ReturnType<typeof rowOf>)[]) =>
    db.insertInto("catalog_audit_items").values([...rows]),
)

function rowOf({ resourceType, resource, blueprint, before, after, failure }: AuditItem) {
  return {
    action: failure?.action ?? actionOf(before, after),
    resource_type: resourceType,
    status: failure ? ("FAILURE" as const) : ("SUCCESS" as const),
    blueprint: blueprint ?? null,
    resource,
    message: failure?.message ?? null,
    before: before && JSON.stringify(before),
    after: after && JSON.stringify(after),
  }
}

function actionOf(before: JsonObject | null, after: JsonObject | null): AuditItemTable["action"] {
  if (before === null) return "CREATE"
  return after === null ? "DELETE" : "UPDATE"
}

/** Writes per sweep, so that no request waits for the end of a long one. */
const mostForgotten = 5000

/** Drops the oldest writes from before that moment, with their items; whether there may be more. */
export async function forgetAudits(db: Kysely<CatalogTables>, before: number): Promise<boolean> {
  const old = await db
    .selectFrom("catalog_audit_writes")
    .select("id")
    .where("at", "<", before)
    .orderBy("at")
    .orderBy("id")
    .limit(mostForgotten)
    .execute()
  const last = old.at(-1)
  if (!last) return false
  await db.deleteFrom("catalog_audit_writes").where("at", "<", before).where("id", "<=", last.id).execute()
  return old.length === mostForgotten
}

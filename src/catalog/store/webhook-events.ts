// The events of webhook data sources: what was acknowledged is in here until its effect is in the catalog.
import { type Kysely, type Selectable, sql } from "kysely"
import type {
  EventEndState,
  EventOutcome,
  EventState,
  ReceivedEvent,
  WebhookEvent,
} from "../rules/webhook-event.ts"
import type { CatalogTables } from "./tables.ts"

export async function insertEvents(
  db: Kysely<CatalogTables>,
  events: readonly ReceivedEvent[],
): Promise<void> {
  const rows = events.map((event) => ({
    webhook_key: event.webhookKey,
    received_at: event.receivedAt,
    headers: JSON.stringify(event.headers),
    query: JSON.stringify(event.query),
    ...encodeBody(event.bytes),
    state: "waiting",
    attempts: 0,
    due_at: event.receivedAt,
    request_id: null,
    outcome: null,
    ended_at: null,
  }))
  await db.insertInto("catalog_webhook_events").values(rows).execute()
}

/** Those that may be worked on now, oldest first. */
export async function readWaiting(
  db: Kysely<CatalogTables>,
  options: { now: number; limit: number },
): Promise<WebhookEvent[]> {
  const rows = await db
    .selectFrom("catalog_webhook_events")
    .selectAll()
    .where("state", "=", "waiting")
    .where("due_at", "<=", options.now)
    .orderBy("id")
    .limit(options.limit)
    .execute()
  return rows.map(eventOf)
}

export async function countWaiting(db: Kysely<CatalogTables>): Promise<number> {
  const { count } = await db
    .selectFrom("catalog_webhook_events")
    .select(sql<number>`count(*)`.as("count"))
    .where("state", "=", "waiting")
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Whether nobody has worked on it meanwhile. */
export async function isWaiting(db: Kysely<CatalogTables>, id: number): Promise<boolean> {
  const row = await db
    .selectFrom("catalog_webhook_events")
    .select("state")
    .where("id", "=", id)
    .executeTakeFirst()
  return row?.state === "waiting"
}

/** Whether an event of this request id was done since then. One that failed may be sent again. */
export async function wasDone(
  db: Kysely<CatalogTables>,
  request: { webhookKey: string; requestId: string; since: number },
): Promise<boolean> {
  const row = await db
    .selectFrom("catalog_webhook_events")
    .select("id")
    .where("webhook_key", "=", request.webhookKey)
    .where("request_id", "=", request.requestId)
    .where("state", "=", "done")
    .where("ended_at", ">=", request.since)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export interface EventEnd {
  state: EventEndState
  outcome: EventOutcome
  requestId: string | undefined
  endedAt: number
  /** In place of those that came: from here on nobody needs what secrets they hold. */
  headers: Readonly<Record<string, string>>
}

export async function endEvent(db: Kysely<CatalogTables>, id: number, end: EventEnd): Promise<void> {
  await db
    .updateTable("catalog_webhook_events")
    .set({
      state: end.state,
      outcome: JSON.stringify(end.outcome),
      request_id: end.requestId ?? null,
      ended_at: end.endedAt,
      headers: JSON.stringify(end.headers),
    })
    .where("id", "=", id)
    .where("state", "=", "waiting")
    .execute()
}

/** Lets it wait for another try. */
export async function postponeEvent(
  db: Kysely<CatalogTables>,
  id: number,
  { attempts, dueAt, error }: { attempts: number; dueAt: number; error: string },
): Promise<void> {
  await db
    .updateTable("catalog_webhook_events")
    .set({ attempts, due_at: dueAt, outcome: JSON.stringify({ error } satisfies EventOutcome) })
    .where("id", "=", id)
    .where("state", "=", "waiting")
    .execute()
}

export interface EventPage {
  limit: number
  /** Only older ones than this id. */
  before: number | undefined
  state: EventState | undefined
}

/** Of one data source, newest first. */
export async function readEvents(
  db: Kysely<CatalogTables>,
  webhookKey: string,
  page: EventPage,
): Promise<WebhookEvent[]> {
  let query = db.selectFrom("catalog_webhook_events").selectAll().where("webhook_key", "=", webhookKey)
  if (page.state !== undefined) query = query.where("state", "=", page.state)
  if (page.before !== undefined) query = query.where("id", "<", page.before)
  const rows = await query.orderBy("id", "desc").limit(page.limit).execute()
  return rows.map(eventOf)
}

export async function readEvent(
  db: Kysely<CatalogTables>,
  webhookKey: string,
  id: number,
): Promise<WebhookEvent | undefined> {
  const row = await db
    .selectFrom("catalog_webhook_events")
    .selectAll()
    .where("webhook_key", "=", webhookKey)
    .where("id", "=", id)
    .executeTakeFirst()
  return row && eventOf(row)
}

export async function pruneEvents(db: Kysely<CatalogTables>, endedBefore: number): Promise<void> {
  await db.deleteFrom("catalog_webhook_events").where("ended_at", "<", endedBefore).execute()
}

function eventOf(row: Selectable<CatalogTables["catalog_webhook_events"]>): WebhookEvent {
  return {
    id: row.id,
    webhookKey: row.webhook_key,
    receivedAt: row.received_at,
    headers: JSON.parse(row.headers) as Record<string, string>, // written by this file, as the next two
    query: JSON.parse(row.query) as Record<string, string | string[]>,
    bytes: Buffer.from(row.body, row.body_encoding === "base64" ? "base64" : "utf8"),
    state: row.state as EventState, // the same
    attempts: row.attempts,
    requestId: row.request_id ?? undefined,
    outcome: row.outcome === null ? {} : (JSON.parse(row.outcome) as EventOutcome), // the same
    endedAt: row.ended_at ?? undefined,
  }
}

/** Text that a person can read in the database, where it gives back exactly these bytes. */
function encodeBody(bytes: Uint8Array): { body: string; body_encoding: "text" | "base64" } {
  const buffer = Buffer.from(bytes)
  const text = buffer.toString("utf8")
  const isSame = !text.includes("\u0000") && Buffer.from(text, "utf8").equals(buffer)
  return isSame
    ? { body: text, body_encoding: "text" }
    : { body: buffer.toString("base64"), body_encoding: "base64" }
}

// What an integration reports: its log, the metrics of its resyncs, examples of raw objects. The newest are kept.
import type { Kysely } from "kysely"
import { isJsonObject, type JsonObject, type JsonValue } from "../../common/json.ts"
import { parseInstant } from "../../database/instant.ts"
import type { CatalogTables } from "./tables.ts"

/** Per integration: about a day of a busy one. */
const keptLogs = 10_000
/** Per integration: a few hundred resyncs of a handful of kinds. */
const keptMetrics = 2_000

type Db = Kysely<CatalogTables>

export async function appendLogs(
  db: Db,
  installationId: string,
  records: readonly JsonObject[],
  now: number,
): Promise<void> {
  const rows = records.map((record) => {
    const extra = isJsonObject(record.extra) ? record.extra : {}
    return {
      installation_id: installationId,
      at: instantOf(record.timestamp) ?? now,
      level: typeof record.level === "string" ? record.level : "INFO",
      event_id: firstText(extra.event_id, extra.resync_id, record.event_id),
      kind: firstText(extra.kind, extra.resource_kind, record.kind),
      phase: firstText(extra.etl_phase, extra.phase, record.etl_phase),
      record: JSON.stringify(record),
    }
  })
  for (let at = 0; at < rows.length; at += 500) {
    await db
      .insertInto("catalog_integration_logs")
      .values(rows.slice(at, at + 500))
      .execute()
  }
  await db
    .deleteFrom("catalog_integration_logs")
    .where("installation_id", "=", installationId)
    .where("id", "<=", (eb) =>
      eb
        .selectFrom("catalog_integration_logs")
        .select("id")
        .where("installation_id", "=", installationId)
        .orderBy("id", "desc")
        .limit(1)
        .offset(keptLogs),
    )
    .execute()
}

export interface LogFilter {
  limit: number
  /** Logs before (`down`) or after (`up`) this place in time. */
  from: { at: number; id: number | undefined } | undefined
  direction: "up" | "down"
  eventId: string | undefined
  levels: string[] | undefined
  kinds: string[] | undefined
  phases: string[] | undefined
}

/** Newest first, whichever the direction. */
export async function readLogs(db: Db, installationId: string, filter: LogFilter): Promise<JsonObject[]> {
  const down = filter.direction === "down"
  const beyond = down ? "<" : ">"
  let query = db
    .selectFrom("catalog_integration_logs")
    .select(["id", "record"])
    .where("installation_id", "=", installationId)
  const { from } = filter
  if (from) {
    query = query.where((eb) => {
      const sameTime =
        from.id === undefined ? [] : [eb.and([eb("at", "=", from.at), eb("id", beyond, from.id)])]
      return eb.or([eb("at", beyond, from.at), ...sameTime])
    })
  }
  if (filter.eventId !== undefined) query = query.where("event_id", "=", filter.eventId)
  if (filter.levels)
    query = query.where((eb) => eb(eb.fn<string>("upper", ["level"]), "in", filter.levels ?? []))
  if (filter.kinds) query = query.where("kind", "in", filter.kinds)
  if (filter.phases) query = query.where("phase", "in", filter.phases)
  const order = down ? "desc" : "asc"
  const rows = await query.orderBy("at", order).orderBy("id", order).limit(filter.limit).execute()
  const shown = down ? rows : rows.reverse()
  return shown.map((row) => ({ id: String(row.id), ...(JSON.parse(row.record) as JsonObject) })) // stored by `appendLogs`
}

/** Stands for a kind in the row that keeps a resync's newest sign of life. */
export const heartbeat = "__heartbeat__"

export interface KindMetrics {
  eventId: string
  kindIdentifier: string
  metrics: JsonObject
}

/** The newest state of each kind of a resync replaces the one before. */
export async function storeMetrics(
  db: Db,
  installationId: string,
  kinds: readonly KindMetrics[],
  now: number,
): Promise<void> {
  for (const kind of kinds) {
    const changed = { metrics: JSON.stringify(kind.metrics), updated_at: now }
    const key = {
      installation_id: installationId,
      event_id: kind.eventId,
      kind_identifier: kind.kindIdentifier,
    }
    await db
      .insertInto("catalog_sync_metrics")
      .values({ ...key, ...changed })
      .onConflict((conflict) =>
        conflict.columns(["installation_id", "event_id", "kind_identifier"]).doUpdateSet(changed),
      )
      .execute()
  }
  await db
    .deleteFrom("catalog_sync_metrics")
    .where("installation_id", "=", installationId)
    .where("id", "<=", (eb) =>
      eb
        .selectFrom("catalog_sync_metrics")
        .select("id")
        .where("installation_id", "=", installationId)
        .orderBy("id", "desc")
        .limit(1)
        .offset(keptMetrics),
    )
    .execute()
}

export async function readMetrics(
  db: Db,
  installationId: string,
  eventId: string | undefined,
): Promise<JsonObject[]> {
  let query = db
    .selectFrom("catalog_sync_metrics")
    .select("metrics")
    .where("installation_id", "=", installationId)
    .where("kind_identifier", "!=", heartbeat)
  if (eventId !== undefined) query = query.where("event_id", "=", eventId)
  const rows = await query.orderBy("id").execute()
  return rows.map((row) => JSON.parse(row.metrics) as JsonObject) // stored by `storeMetrics`
}

/** The resyncs that told of themselves, the newest first: each with its state and when it was last heard of. */
export async function readResyncs(db: Db, installationId: string): Promise<JsonObject[]> {
  const rows = await db
    .selectFrom("catalog_sync_metrics")
    .select(["id", "event_id", "kind_identifier", "metrics", "updated_at"])
    .where("installation_id", "=", installationId)
    .orderBy("id", "desc")
    .execute()
  return [...Map.groupBy(rows, (row) => row.event_id)].map(([eventId, parts]) => {
    const whole = parts.find((row) => row.kind_identifier === "__runtime__")
    const { syncState } = JSON.parse(whole?.metrics ?? "{}") as JsonObject // stored by `storeMetrics`
    const kinds = parts.filter((row) => !row.kind_identifier.startsWith("__"))
    const heardOf = Math.max(...parts.map((row) => row.updated_at))
    return {
      eventId,
      syncState: syncState ?? null,
      kinds: kinds.length,
      updatedAt: new Date(heardOf).toISOString(),
    }
  })
}

export async function storeExamples(db: Db, row: CatalogTables["catalog_examples"]): Promise<void> {
  const { examples, updated_at } = row
  await db
    .insertInto("catalog_examples")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["installation_id", "kind"]).doUpdateSet({ examples, updated_at }),
    )
    .execute()
}

export async function readExamples(db: Db, installationId: string, kind: string): Promise<JsonValue[]> {
  const row = await db
    .selectFrom("catalog_examples")
    .select("examples")
    .where("installation_id", "=", installationId)
    .where("kind", "=", kind)
    .executeTakeFirst()
  return row ? (JSON.parse(row.examples) as JsonValue[]) : [] // stored as a list
}

function firstText(...values: (JsonValue | undefined)[]): string | null {
  const found = values.find((value) => typeof value === "string")
  return typeof found === "string" ? found : null
}

function instantOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "string" ? parseInstant(value) : undefined
}

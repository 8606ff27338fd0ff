// The durable log of live events: what was acknowledged is in here, and stays until its effect is in the catalog.
import { type Kysely, sql, type UpdateResult } from "kysely"
import { batches } from "../common/concurrency.ts"
import type { Clock } from "../common/sleep.ts"
import type { Database } from "../database/database.ts"
import { migrate } from "../database/migrate.ts"
import { type EventLogTables, type EventRow, eventLogSteps } from "./event-log-tables.ts"
import { viewOf } from "./event-row.ts"
import { type EventText, textInRow, textsOf, writeTexts } from "./event-texts.ts"
import { freeKeys } from "./free-keys.ts"
import type { EventState, LiveEvent, NewEvent } from "./live-event.ts"
import { type LogDepth, readDepth } from "./log-depth.ts"

export interface EventLog {
  /** Resolves when the events are on disk. Those whose request id is known already are passed over: answers how many were new. */
  append(events: readonly NewEvent[]): Promise<number>
  /**
   * Takes the waiting events of up to `keys` objects, oldest first; no one else gets these objects until they are
   * settled or the lease ends. All waiting events of an object come together, in order. `only`: of these objects.
   */
  claim(options: {
    keys: number
    leaseMs: number
    worker: string
    only?: readonly string[]
  }): Promise<LiveEvent[]>
  /** The worker still works on what it claimed: its lease ends later. Answers how many events it still holds. */
  renew(options: { leaseMs: number; worker: string }): Promise<number>
  /** Ends claimed events, or lets them wait for another try. Events whose lease went to somebody else are left alone. */
  settle(worker: string, ends: readonly EventEnd[]): Promise<void>
  depth(): Promise<LogDepth>
  list(options: { state?: EventState; limit: number; before?: number }): Promise<LiveEvent[]>
  find(id: number): Promise<LiveEvent | undefined>
  /** Lets dead or done events be worked on again; answers how many. Without ids: all dead ones. */
  replay(ids?: readonly number[]): Promise<number>
  /**
   * The keys that had an event ended since then, or have one under way. One that waits has changed nothing yet, and its
   * object is read when its turn comes.
   */
  touchedSince(since: number): Promise<Set<string>>
  /** Whether an event of this key waits to be begun. */
  isWaiting(key: string): Promise<boolean>
  /** Removes what ended before; answers how many. */
  prune(options: { doneBefore: number; deadBefore: number }): Promise<number>
}

export type EventEnd =
  | { id: number; state: "done" | "dead"; outcome: string }
  | { id: number; state: "waiting"; outcome: string; dueAt: number }

/** With fifteen values a row this stays below the engines' limits on parameters. */
const rowsAtOnce = 200

export async function openEventLog(database: Database, integration: string, clock: Clock): Promise<EventLog> {
  await migrate(database, "live-events", eventLogSteps)
  const db = database.kysely<EventLogTables>()

  return {
    async append(events) {
      return database.transaction<EventLogTables, number>(
        async (tx) => {
          let added = 0
          for (const group of batches(events, rowsAtOnce)) added += await insert(tx, integration, group)
          return added
        },
        { sync: "aside" },
      )
    },
    claim: (options) =>
      // One claim at a time in all processes, so that two never take the same object.
      database.transaction<EventLogTables, LiveEvent[]>(
        (tx) => claim(tx, { ...options, integration, now: clock.now() }),
        { lock: `live-events ${integration}`, sync: "later" },
      ),
    async renew({ leaseMs, worker }) {
      const result = await database.transaction<EventLogTables, UpdateResult>(
        (tx) =>
          tx
            .updateTable("live_events")
            .set({ claimed_until: clock.now() + leaseMs })
            .where("integration", "=", integration)
            .where("state", "=", "working")
            .where("claimed_by", "=", worker)
            .executeTakeFirst(),
        { sync: "later" },
      )
      return Number(result.numUpdatedRows)
    },
    async settle(worker, ends) {
      // After a power cut that took this, the events wait again, and their objects are read once more.
      await database.transaction<EventLogTables, void>(
        async (tx) => {
          for (const alike of Map.groupBy(ends, endKey).values())
            for (const group of batches(alike, rowsAtOnce))
              await settle(tx, { worker, group, now: clock.now() })
        },
        { sync: "later" },
      )
    },
    depth: () => readDepth(db, { integration, now: clock.now() }),
    async list({ state, limit, before }) {
      const rows = await db
        .selectFrom("live_events")
        .selectAll()
        .where("integration", "=", integration)
        .$if(state !== undefined, (query) => query.where("state", "=", state ?? ""))
        .$if(before !== undefined, (query) => query.where("id", "<", before ?? 0))
        .orderBy("id", "desc")
        .limit(limit)
        .execute()
      return eventsOf(db, rows)
    },
    async find(id) {
      const row = await db
        .selectFrom("live_events")
        .selectAll()
        .where("integration", "=", integration)
        .where("id", "=", id)
        .executeTakeFirst()
      return row && (await eventsOf(db, [row]))[0]
    },
    async replay(ids) {
      const result = await db
        .updateTable("live_events")
        .set({ state: "waiting", attempts: 0, due_at: clock.now(), outcome: null, ended_at: null })
        .where("integration", "=", integration)
        .where("state", "in", ids ? ["dead", "done"] : ["dead"])
        .$if(ids !== undefined, (query) => query.where("id", "in", [...(ids ?? [])]))
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    },
    async touchedSince(since) {
      const rows = await db
        .selectFrom("live_events")
        .select("event_key")
        .distinct()
        .where("integration", "=", integration)
        .where((row) =>
          row.or([
            row("ended_at", ">=", since),
            row.and([row("state", "=", "working"), row("claimed_until", ">", clock.now())]),
          ]),
        )
        .execute()
      return new Set(rows.map(({ event_key }) => event_key))
    },
    async isWaiting(key) {
      const row = await db
        .selectFrom("live_events")
        .select("id")
        .where("integration", "=", integration)
        .where("event_key", "=", key)
        .where("state", "=", "waiting")
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },
    async prune({ doneBefore, deadBefore }) {
      return database.transaction<EventLogTables, number>(async (tx) => {
        const result = await tx
          .deleteFrom("live_events")
          .where("integration", "=", integration)
          .where((row) =>
            row.or([
              row.and([row("state", "=", "done"), row("ended_at", "<", doneBefore)]),
              row.and([row("state", "=", "dead"), row("ended_at", "<", deadBefore)]),
            ]),
          )
          .executeTakeFirst()
        await tx
          .deleteFrom("live_event_texts")
          .where("id", "not in", tx.selectFrom("live_events").select("id"))
          .execute()
        return Number(result.numDeletedRows)
      })
    },
  }
}

async function insert(
  tx: Kysely<EventLogTables>,
  integration: string,
  events: readonly NewEvent[],
): Promise<number> {
  const rows = events.map((event) => ({
    integration,
    request_id: event.requestId ?? null,
    name: event.name,
    event_key: event.key,
    trusted: event.trusted ? 1 : 0,
    path: event.path,
    ...textInRow(event),
    received_at: event.receivedAt,
    state: "waiting",
    attempts: 0,
    due_at: event.receivedAt,
  }))
  const inserted = await tx
    .insertInto("live_events")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["integration", "request_id"]).doNothing())
    .returning(["id", "request_id"])
    .execute()
  await writeTexts(tx, events, inserted)
  return inserted.length
}

interface Claim {
  keys: number
  only?: readonly string[]
  leaseMs: number
  worker: string
  integration: string
  now: number
}

async function claim(
  tx: Kysely<EventLogTables>,
  { keys, only, leaseMs, worker, integration, now }: Claim,
): Promise<LiveEvent[]> {
  const free = await freeKeys(tx, { integration, now })
    .$if(only !== undefined, (query) => query.where("event_key", "in", [...(only ?? [])]))
    .orderBy(sql`min(id)`)
    .limit(keys)
    .execute()
  const claimed: LiveEvent[] = []
  for (const group of batches(free, rowsAtOnce)) {
    const rows = await tx
      .updateTable("live_events")
      .set((row) => ({
        state: "working",
        attempts: row("attempts", "+", 1),
        claimed_by: worker,
        claimed_until: now + leaseMs,
      }))
      .where("integration", "=", integration)
      .where("state", "in", ["waiting", "working"])
      .where(
        "event_key",
        "in",
        group.map(({ event_key }) => event_key),
      )
      .returningAll()
      .execute()
    claimed.push(...(await eventsOf(tx, rows)))
  }
  return claimed.sort((left, right) => left.id - right.id)
}

/** Most of a group end in the same way: one statement each for those that do. */
function endKey(end: EventEnd): string {
  return JSON.stringify({ ...end, id: 0 })
}

async function settle(
  tx: Kysely<EventLogTables>,
  { worker, group, now }: { worker: string; group: readonly EventEnd[]; now: number },
): Promise<void> {
  const [end] = group
  if (!end) return
  const ended = end.state !== "waiting"
  await tx
    .updateTable("live_events")
    .set({
      state: end.state,
      outcome: end.outcome,
      ended_at: ended ? now : null,
      claimed_by: null,
      claimed_until: null,
      ...(end.state === "waiting" ? { due_at: end.dueAt } : {}),
    })
    .where(
      "id",
      "in",
      group.map(({ id }) => id),
    )
    .where("state", "=", "working")
    .where("claimed_by", "=", worker)
    .execute()
}

async function eventsOf(db: Kysely<EventLogTables>, rows: readonly EventRow[]): Promise<LiveEvent[]> {
  const texts = await textsOf(
    db,
    rows.map(({ id }) => Number(id)),
  )
  return rows.map((row) => eventOf(row, texts.get(Number(row.id)) ?? row))
}

function eventOf(row: EventRow, { headers, body }: EventText): LiveEvent {
  return {
    ...viewOf(row),
    path: row.path,
    headers: JSON.parse(headers) as Record<string, string>, // written by `insert`
    body,
  }
}

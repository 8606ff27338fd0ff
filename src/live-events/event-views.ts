// The event log as people look at it: found by what they know of an event, and how late events came into the catalog.
import { sql } from "kysely"
import type { Database } from "../database/database.ts"
import type { EventLogTables } from "./event-log-tables.ts"
import { type EventRowView, rowColumns, viewOf } from "./event-row.ts"
import type { EventState } from "./live-event.ts"

export interface EventFilter {
  state?: string | undefined
  name?: string | undefined
  key?: string | undefined
  /** Stands somewhere in name, key, request id or outcome. */
  text?: string | undefined
  before?: number | undefined
  limit: number
}

export interface EventTimes {
  state: EventState
  receivedAt: number
  endedAt: number | undefined
}

export interface EventViews {
  /** The newest first. */
  list(filter: EventFilter): Promise<EventRowView[]>
  /** All names that events of this log have. */
  names(): Promise<string[]>
  /** Of those received since then the newest, at most so many. */
  timesSince(since: number, most: number): Promise<EventTimes[]>
  /** Received or ended since then, in the order of their numbers. */
  changedSince(since: number): Promise<EventRowView[]>
}

/** Of one look at what has changed; a page shows no more. */
const mostChanged = 500

/** The log must have been opened before: its tables are its own. */
export function eventViews(database: Database, integration: string): EventViews {
  const db = database.kysely<EventLogTables>()
  const ours = () => db.selectFrom("live_events").where("integration", "=", integration)

  return {
    async list({ state, name, key, text, before, limit }) {
      let query = ours().select(rowColumns)
      if (state !== undefined) query = query.where("state", "=", state)
      if (name !== undefined) query = query.where("name", "=", name)
      if (key !== undefined) query = query.where("event_key", "=", key)
      if (before !== undefined) query = query.where("id", "<", before)
      if (text !== undefined) {
        query = query.where((row) =>
          row.or(
            ["name", "event_key", "request_id", "outcome"].map((column) =>
              database.json.contains(sql.ref<string | null>(column), text),
            ),
          ),
        )
      }
      const rows = await query.orderBy("id", "desc").limit(limit).execute()
      return rows.map(viewOf)
    },
    async names() {
      const rows = await ours().select("name").distinct().orderBy("name").limit(100).execute()
      return rows.map(({ name }) => name)
    },
    async timesSince(since, most) {
      const rows = await ours()
        .select(["state", "received_at", "ended_at"])
        .where("received_at", ">=", since)
        .orderBy("received_at", "desc")
        .limit(most)
        .execute()
      return rows.map(({ state, received_at, ended_at }) => ({
        state: state as EventState, // written by the log alone
        receivedAt: Number(received_at),
        endedAt: ended_at === null ? undefined : Number(ended_at),
      }))
    },
    async changedSince(since) {
      // Two questions, since each has an index of its own.
      const changed = (column: "received_at" | "ended_at") =>
        ours()
          .select(rowColumns)
          .where(column, ">=", since)
          .orderBy(column, "desc")
          .limit(mostChanged)
          .execute()
      const received = await changed("received_at")
      const ended = await changed("ended_at")
      const byId = new Map([...received, ...ended].map((row) => [Number(row.id), viewOf(row)]))
      return [...byId.values()].sort((left, right) => left.id - right.id)
    },
  }
}

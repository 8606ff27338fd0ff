// The table of the event log. Forward-only steps.
import type { Generated, Selectable } from "kysely"
import type { MigrationStep } from "../database/migrate.ts"

export interface EventLogTables extends EventTextTables {
  live_events: {
    id: Generated<number>
    integration: string
    request_id: string | null
    name: string
    event_key: string
    trusted: number
    path: string
    /** This and the body are empty where they are in `live_event_texts`. */
    headers: string
    body: string
    /** Milliseconds since the epoch, as all times here. */
    received_at: number
    state: string
    attempts: number
    /** Not to be begun before. */
    due_at: number
    /** While it is worked on: by whom, and until when that is believed. */
    claimed_by: Generated<string | null>
    claimed_until: Generated<number | null>
    outcome: Generated<string | null>
    ended_at: Generated<number | null>
  }
}

export interface EventTextTables {
  live_event_texts: { id: number; headers: string; body: string }
}

export interface HeartbeatTables {
  live_heartbeats: { integration: string; at: number }
}

export type EventRow = Selectable<EventLogTables["live_events"]>

export const eventLogSteps: readonly MigrationStep[] = [
  {
    name: "0001-live-events",
    async up(db, types) {
      await db.schema
        .createTable("live_events")
        .addColumn("id", types.id)
        .addColumn("integration", "text", (column) => column.notNull())
        .addColumn("request_id", "text")
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("event_key", "text", (column) => column.notNull())
        .addColumn("trusted", "integer", (column) => column.notNull())
        .addColumn("path", "text", (column) => column.notNull())
        .addColumn("headers", "text", (column) => column.notNull())
        .addColumn("body", "text", (column) => column.notNull())
        .addColumn("received_at", types.instant, (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("attempts", "integer", (column) => column.notNull())
        .addColumn("due_at", types.instant, (column) => column.notNull())
        .addColumn("claimed_by", "text")
        .addColumn("claimed_until", types.instant)
        .addColumn("outcome", "text")
        .addColumn("ended_at", types.instant)
        .execute()
      await db.schema
        .createIndex("live_events_once")
        .on("live_events")
        .columns(["integration", "request_id"])
        .unique()
        .execute()
      await db.schema
        .createIndex("live_events_by_state")
        .on("live_events")
        .columns(["integration", "state", "event_key"])
        .execute()
      await db.schema
        .createIndex("live_events_by_end")
        .on("live_events")
        .columns(["integration", "ended_at"])
        .execute()
      await db.schema
        .createIndex("live_events_by_key")
        .on("live_events")
        .columns(["integration", "event_key", "id"])
        .execute()
    },
  },
  {
    name: "0002-heartbeats",
    async up(db, types) {
      await db.schema
        .createTable("live_heartbeats")
        .addColumn("integration", "text", (column) => column.primaryKey())
        .addColumn("at", types.instant, (column) => column.notNull())
        .execute()
    },
  },
  {
    name: "0003-event-texts",
    async up(db, types) {
      await db.schema
        .createTable("live_event_texts")
        .addColumn("id", types.instant, (column) => column.primaryKey())
        .addColumn("headers", "text", (column) => column.notNull())
        .addColumn("body", "text", (column) => column.notNull())
        .execute()
    },
  },
  {
    name: "0004-events-by-receipt",
    async up(db) {
      await db.schema
        .createIndex("live_events_by_receipt")
        .on("live_events")
        .columns(["integration", "received_at"])
        .execute()
    },
  },
]

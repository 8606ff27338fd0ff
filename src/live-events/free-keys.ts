// Which objects have an event that could be begun now.
import { type Kysely, type SelectQueryBuilder, sql } from "kysely"
import type { EventLogTables } from "./event-log-tables.ts"

/** With `due`, since when. An object is nobody's while none of its events is under an unexpired lease. */
export function freeKeys(
  db: Kysely<EventLogTables>,
  { integration, now }: { integration: string; now: number },
): SelectQueryBuilder<EventLogTables, "live_events", { event_key: string; due: number }> {
  const due = sql<number>`min(due_at)`
  return db
    .selectFrom("live_events")
    .select(["event_key", due.as("due")])
    .where("integration", "=", integration)
    .where("state", "in", ["waiting", "working"])
    .groupBy("event_key")
    .having(
      sql<number>`max(case when state = 'working' then coalesce(claimed_until, 0) else 0 end)`,
      "<=",
      now,
    )
    .having(due, "<=", now)
}

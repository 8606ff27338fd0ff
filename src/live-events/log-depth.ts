// How much is in the event log that is not done, and how late it is.
import { type Kysely, sql } from "kysely"
import type { EventLogTables } from "./event-log-tables.ts"
import { freeKeys } from "./free-keys.ts"

export interface LogDepth {
  waiting: number
  working: number
  dead: number
  /** When the oldest that is not done was received. */
  oldest: number | undefined
  /** Since when the oldest could be worked on that nobody has begun: what more workers would change. */
  dueSince: number | undefined
  /** Of the waiting ones, those that failed and wait for another try: more workers change nothing for them. */
  retrying: number
  /** When the oldest of those was received. */
  oldestRetrying: number | undefined
}

export const emptyLog: LogDepth = {
  waiting: 0,
  working: 0,
  dead: 0,
  oldest: undefined,
  dueSince: undefined,
  retrying: 0,
  oldestRetrying: undefined,
}

export async function readDepth(
  db: Kysely<EventLogTables>,
  { integration, now }: { integration: string; now: number },
): Promise<LogDepth> {
  const count = (condition: ReturnType<typeof sql>) =>
    sql<number>`coalesce(sum(case when ${condition} then 1 else 0 end), 0)`
  const first = (condition: ReturnType<typeof sql>) =>
    sql<number | null>`min(case when ${condition} then received_at end)`
  const fails = sql`state = 'waiting' and attempts > 0`
  const row = await db
    .selectFrom("live_events")
    .where("integration", "=", integration)
    .where("state", "!=", "done")
    .select([
      count(sql`state = 'waiting'`).as("waiting"),
      count(sql`state = 'working'`).as("working"),
      count(sql`state = 'dead'`).as("dead"),
      first(sql`state != 'dead'`).as("oldest"),
      count(fails).as("retrying"),
      first(fails).as("oldestRetrying"),
    ])
    .executeTakeFirstOrThrow()
  const due = await db
    .selectFrom(freeKeys(db, { integration, now }).as("free"))
    .select((free) => free.fn.min("free.due").as("since"))
    .executeTakeFirstOrThrow()
  return {
    waiting: Number(row.waiting),
    working: Number(row.working),
    dead: Number(row.dead),
    oldest: instantOf(row.oldest),
    dueSince: instantOf(due.since),
    retrying: Number(row.retrying),
    oldestRetrying: instantOf(row.oldestRetrying),
  }
}

function instantOf(value: number | string | null): number | undefined {
  return value === null ? undefined : Number(value)
}

// Until when events could be received: what happened after that, while nobody listened, is caught up with.
import type { Database } from "../database/database.ts"
import type { HeartbeatTables } from "./event-log-tables.ts"

export interface Heartbeat {
  /** Milliseconds since the epoch; undefined before the first beat. */
  last(): Promise<number | undefined>
  beat(at: number): Promise<void>
}

/** The event log must have been opened before: it brings the table. */
export function openHeartbeat(database: Database, integration: string): Heartbeat {
  const db = database.kysely<HeartbeatTables>()
  return {
    async last() {
      const row = await db
        .selectFrom("live_heartbeats")
        .select("at")
        .where("integration", "=", integration)
        .executeTakeFirst()
      return row && Number(row.at)
    },
    async beat(at) {
      await db
        .insertInto("live_heartbeats")
        .values({ integration, at })
        .onConflict((conflict) => conflict.column("integration").doUpdateSet({ at }))
        .execute()
    },
  }
}

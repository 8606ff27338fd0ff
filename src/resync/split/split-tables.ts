// The tables of resyncs that several processes make together: the run, its parts with what they came to, and who helps.
import type { MigrationStep } from "../../database/migrate.ts"

export interface SplitTables {
  /** At most one for an integration: the run whose parts are to be made now. */
  resync_splits: {
    integration: string
    run: string
    /** The process that leads it. */
    holder: string
    /** Of the program: results are read by the same program that wrote them. */
    version: string
    trigger: string
    /** Milliseconds since the epoch by the leader's clock. */
    started_at: number
    /** The mapping as Port gave it to the leader: JSON text. */
    config: string
    /** Parts that one process may have under way. */
    at_once: number
    /** That make it, the leader included. */
    processes: number
  }
  resync_parts: {
    integration: string
    number: number
    run: string
    /** Key of the reading. */
    reading: string
    /** JSON text: a list. */
    parts: string
    state: PartState
    /** How often somebody began it. */
    tries: number
    /** Why the last try failed. */
    reason: string | null
    /** JSON text. */
    result: string | null
  }
  /** Processes that would make parts. */
  resync_helpers: {
    integration: string
    holder: string
    version: string
    /** Milliseconds since the epoch by the database's clock. */
    expires_at: number
  }
}

export type PartState = "open" | "done" | "failed"

export const splitSteps: readonly MigrationStep[] = [
  {
    name: "0001-resync-parts",
    async up(db, types) {
      await db.schema
        .createTable("resync_splits")
        .addColumn("integration", "text", (column) => column.primaryKey())
        .addColumn("run", "text", (column) => column.notNull())
        .addColumn("holder", "text", (column) => column.notNull())
        .addColumn("version", "text", (column) => column.notNull())
        .addColumn("trigger", "text", (column) => column.notNull())
        .addColumn("started_at", types.instant, (column) => column.notNull())
        .addColumn("config", "text", (column) => column.notNull())
        .addColumn("at_once", "integer", (column) => column.notNull())
        .addColumn("processes", "integer", (column) => column.notNull())
        .execute()
      await db.schema
        .createTable("resync_parts")
        .addColumn("integration", "text", (column) => column.notNull())
        .addColumn("number", "integer", (column) => column.notNull())
        .addColumn("run", "text", (column) => column.notNull())
        .addColumn("reading", "text", (column) => column.notNull())
        .addColumn("parts", "text", (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("tries", "integer", (column) => column.notNull())
        .addColumn("reason", "text")
        .addColumn("result", "text")
        .addPrimaryKeyConstraint("resync_parts_key", ["integration", "number"])
        .execute()
      await db.schema
        .createTable("resync_helpers")
        .addColumn("integration", "text", (column) => column.notNull())
        .addColumn("holder", "text", (column) => column.notNull())
        .addColumn("version", "text", (column) => column.notNull())
        .addColumn("expires_at", types.instant, (column) => column.notNull())
        .addPrimaryKeyConstraint("resync_helpers_key", ["integration", "holder"])
        .execute()
    },
  },
]

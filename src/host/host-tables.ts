// What a host keeps: its installations, the record of their runs, and webhooks that are not handed over yet.
import type { Generated } from "kysely"
import type { MigrationStep } from "../database/migrate.ts"

export interface HostTables {
  host_installations: {
    id: string
    source: string
    /** JSON text, as `Installation.spec`. */
    spec: string
    /** JSON text: sealed texts by their path. */
    secrets: string
    /** Milliseconds since the epoch, as all times here. */
    updated_at: number
    /** Whether its live events may wait in its own state. */
    live_open: Generated<number>
    /** 1: nobody sees it any more, and the host that works is to end what it does and take away what it kept. */
    removing: Generated<number>
    /** Since when it is at work under its identifier in its Port. */
    placed_at: Generated<number>
  }
  host_organizations: {
    /** As `portOf` gives it. */
    port: string
    /** Its id, as Port told it. */
    organization: string
  }
  host_runs: {
    id: Generated<number>
    installation: string
    trigger: string
    started_at: number
    ended_at: number | null
    /** Null while it runs. */
    outcome: string | null
    said: string | null
    /** JSON text: what its process told of it, as `RunTold`; null where it told nothing. */
    told: string | null
  }
  host_inbox: {
    id: Generated<number>
    installation: string
    request_id: string | null
    headers: string
    body: string
    received_at: number
    due_at: number
    attempts: number
  }
}

export const hostSteps: readonly MigrationStep[] = [
  {
    name: "0001-host",
    async up(db, types) {
      await db.schema
        .createTable("host_installations")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("source", "text", (column) => column.notNull())
        .addColumn("spec", "text", (column) => column.notNull())
        .addColumn("secrets", "text", (column) => column.notNull())
        .addColumn("updated_at", types.instant, (column) => column.notNull())
        .addColumn("live_open", "integer", (column) => column.notNull().defaultTo(0))
        .execute()
      await db.schema
        .createTable("host_runs")
        .addColumn("id", types.id)
        .addColumn("installation", "text", (column) => column.notNull())
        .addColumn("trigger", "text", (column) => column.notNull())
        .addColumn("started_at", types.instant, (column) => column.notNull())
        .addColumn("ended_at", types.instant)
        .addColumn("outcome", "text")
        .addColumn("said", "text")
        .execute()
      await db.schema
        .createIndex("host_runs_by_installation")
        .on("host_runs")
        .columns(["installation", "id"])
        .execute()
      await db.schema
        .createTable("host_inbox")
        .addColumn("id", types.id)
        .addColumn("installation", "text", (column) => column.notNull())
        .addColumn("request_id", "text")
        .addColumn("headers", "text", (column) => column.notNull())
        .addColumn("body", "text", (column) => column.notNull())
        .addColumn("received_at", types.instant, (column) => column.notNull())
        .addColumn("due_at", types.instant, (column) => column.notNull())
        .addColumn("attempts", "integer", (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex("host_inbox_by_installation")
        .on("host_inbox")
        .columns(["installation", "id"])
        .execute()
    },
  },
  {
    name: "0002-removing",
    async up(db) {
      await db.schema
        .alterTable("host_installations")
        .addColumn("removing", "integer", (column) => column.notNull().defaultTo(0))
        .execute()
    },
  },
  {
    name: "0003-organizations",
    async up(db, types) {
      await db.schema
        .alterTable("host_installations")
        .addColumn("placed_at", types.instant, (column) => column.notNull().defaultTo(0))
        .execute()
      await db.schema
        .createTable("host_organizations")
        .addColumn("port", "text", (column) => column.primaryKey())
        .addColumn("organization", "text", (column) => column.notNull())
        .execute()
    },
  },
  {
    name: "0004-told",
    async up(db) {
      await db.schema.alterTable("host_runs").addColumn("told", "text").execute()
    },
  },
]

// The tables of the sign-in. Of tokens only digests are kept: who reads the database cannot sign in by it.
import type { MigrationStep } from "../../database/migrate.ts"

export interface SessionTables {
  page_links: {
    digest: string
    role: string
    name: string
    created_at: number
    expires_at: number
    used_at: number | null
  }
  page_sessions: {
    id: string
    digest: string
    role: string
    name: string
    created_at: number
    last_used_at: number
    expires_at: number
  }
  /** Single values by their key: what cookies are called, where the pages were served last. */
  page_state: { key: string; value: string }
}

export const sessionSteps: readonly MigrationStep[] = [
  {
    name: "0001-sign-in",
    async up(db, types) {
      await db.schema
        .createTable("page_links")
        .addColumn("digest", "text", (column) => column.primaryKey())
        .addColumn("role", "text", (column) => column.notNull())
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("created_at", types.instant, (column) => column.notNull())
        .addColumn("expires_at", types.instant, (column) => column.notNull())
        .addColumn("used_at", types.instant)
        .execute()
      await db.schema
        .createTable("page_sessions")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("digest", "text", (column) => column.notNull().unique())
        .addColumn("role", "text", (column) => column.notNull())
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("created_at", types.instant, (column) => column.notNull())
        .addColumn("last_used_at", types.instant, (column) => column.notNull())
        .addColumn("expires_at", types.instant, (column) => column.notNull())
        .execute()
      await db.schema
        .createTable("page_state")
        .addColumn("key", "text", (column) => column.primaryKey())
        .addColumn("value", "text", (column) => column.notNull())
        .execute()
    },
  },
]

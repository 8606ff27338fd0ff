// What runs remember of issues, in the database: one row for each issue and tag.

import { sql } from "kysely"
import { batches } from "../common/concurrency.ts"
import { isJsonObject, parseJson } from "../common/json.ts"
import type { Database } from "../database/database.ts"
import { type MigrationStep, migrate } from "../database/migrate.ts"
import { type KnownTags, type ScanState, tagsAreFreshMs } from "./scan-state.ts"

interface Tables {
  issue_tags: {
    scope: string
    tag: string
    issue: string
    seen: string
    /** JSON text. */
    tag_values: string
    /** Milliseconds since the epoch. */
    read_at: number
  }
}

const steps: readonly MigrationStep[] = [
  {
    name: "0001-issue-tags",
    async up(db, types) {
      await db.schema
        .createTable("issue_tags")
        .addColumn("scope", "text", (column) => column.notNull())
        .addColumn("tag", "text", (column) => column.notNull())
        .addColumn("issue", "text", (column) => column.notNull())
        .addColumn("seen", "text", (column) => column.notNull())
        .addColumn("tag_values", "text", (column) => column.notNull())
        .addColumn("read_at", types.instant, (column) => column.notNull())
        .addPrimaryKeyConstraint("issue_tags_key", ["scope", "tag", "issue"])
        .execute()
    },
  },
]

/** Of how `seen` and values are written; raised when that changes, so that older rows are not used. */
const format = 1

/** Rows of one statement. */
const rowsAtOnce = 500

/**
 * `source` keeps apart what is remembered of different organizations. Rows too old to be used are dropped.
 * What a mapping reads does not matter: values are kept whole.
 */
export async function openScanState(
  database: Database,
  source: { host: string; organization: string },
  now: number,
): Promise<ScanState> {
  await migrate(database, "scan-state", steps)
  const db = database.kysely<Tables>()
  const scope = JSON.stringify([format, source.host, source.organization])
  await db
    .deleteFrom("issue_tags")
    .where("read_at", "<", now - 2 * tagsAreFreshMs)
    .execute()

  return {
    async tagsOf(key, issues) {
      const known = new Map<string, KnownTags>()
      for (const group of batches(issues, rowsAtOnce)) {
        const rows = await db
          .selectFrom("issue_tags")
          .select(["issue", "seen", "tag_values", "read_at"])
          .where("scope", "=", scope)
          .where("tag", "=", key)
          .where((row) => database.json.oneOf(row.ref("issue"), group))
          .execute()
        for (const row of rows) {
          const values = parseJson(row.tag_values)
          if (!Array.isArray(values) || !values.every(isJsonObject)) continue
          known.set(row.issue, { issue: row.issue, seen: row.seen, values, readAt: Number(row.read_at) })
        }
      }
      return known
    },
    async remember(key, tags) {
      await database.transaction<Tables, void>(
        async (tx) => {
          for (const group of batches(tags, rowsAtOnce)) {
            const rows = group.map(({ issue, seen, values, readAt }) => [
              issue,
              seen,
              JSON.stringify(values),
              Math.floor(readAt),
            ])
            await sql`insert into issue_tags (scope, tag, issue, seen, tag_values, read_at)
              select cast(${scope} as text), cast(${key} as text), each.value ->> 0, each.value ->> 1,
                each.value ->> 2, cast(each.value ->> 3 as bigint)
              from ${database.json.rowsOf(rows)} where true
              on conflict (scope, tag, issue) do update set seen = excluded.seen,
                tag_values = excluded.tag_values, read_at = excluded.read_at`.execute(tx)
          }
        },
        { sync: "later" }, // what a power cut takes is asked for again
      )
    },
  }
}

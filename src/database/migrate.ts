// Forward-only steps. Each area brings its own list; a step runs once, in a transaction of its own.
import type { Kysely } from "kysely"
import { AppError } from "../common/errors.ts"
import type { Database } from "./database.ts"
import type { JsonColumns } from "./json-columns.ts"

export interface MigrationStep {
  /** `0001-what`: unique in its area, and never changed once released. */
  name: string
  up(db: Kysely<unknown>, types: JsonColumns["types"]): Promise<void>
}

interface Tables {
  schema_steps: { area: string; name: string; applied_at: string }
}

/**
 * Brings an area's tables to the newest step. Safe with several processes at once: each waits for the other and then
 * finds the work done. Throws when the database has steps that this program does not know (it is newer than we are).
 */
export async function migrate(
  database: Database,
  area: string,
  steps: readonly MigrationStep[],
): Promise<void> {
  await database.transaction<Tables, void>(createStepTable, { lock: "schema" })
  refuseNewerDatabase(area, steps, await appliedSteps(database.kysely<Tables>(), area))
  for (const step of steps) {
    await database.transaction<Tables, void>((tx) => applyOnce(tx, database, area, step), { lock: "schema" })
  }
}

async function createStepTable(tx: Kysely<Tables>): Promise<void> {
  await tx.schema
    .createTable("schema_steps")
    .ifNotExists()
    .addColumn("area", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("applied_at", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("schema_steps_key", ["area", "name"])
    .execute()
}

async function appliedSteps(db: Kysely<Tables>, area: string): Promise<string[]> {
  const rows = await db.selectFrom("schema_steps").select("name").where("area", "=", area).execute()
  return rows.map((row) => row.name)
}

function refuseNewerDatabase(area: string, steps: readonly MigrationStep[], applied: string[]): void {
  const unknown = applied.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length === 0) return
  throw new AppError(
    "database_is_newer",
    `the database has steps unknown here: ${area} ${unknown.join(", ")}`,
    {
      hint: "it was written by a newer version of this program; use that version, or another database",
    },
  )
}

async function applyOnce(
  tx: Kysely<Tables>,
  database: Database,
  area: string,
  step: MigrationStep,
): Promise<void> {
  if ((await appliedSteps(tx, area)).includes(step.name)) return
  // A step creates its area's tables, so that no type of tables can be known to it.
  await step.up(tx as unknown as Kysely<unknown>, database.json.types)
  await tx
    .insertInto("schema_steps")
    .values({ area, name: step.name, applied_at: new Date().toISOString() })
    .execute()
}

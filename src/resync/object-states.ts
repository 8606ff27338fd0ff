// What each object looked like when somebody last looked, as a digest: to see which of many have changed since.

import { batches } from "../common/concurrency.ts"
import type { Database } from "../database/database.ts"
import { type MigrationStep, migrate } from "../database/migrate.ts"

interface Tables {
  object_states: { integration: string; object_key: string; digest: string }
}

export interface ObjectStates {
  /** The keys of those that were remembered otherwise; unknown ones are not among them. */
  changed(states: ReadonlyMap<string, string>): Promise<Set<string>>
  /** Remembers these. */
  note(states: ReadonlyMap<string, string>): Promise<void>
  forget(keys: readonly string[]): Promise<void>
}

const steps: readonly MigrationStep[] = [
  {
    name: "0001-object-states",
    async up(db) {
      await db.schema
        .createTable("object_states")
        .addColumn("integration", "text", (column) => column.notNull())
        .addColumn("object_key", "text", (column) => column.notNull())
        .addColumn("digest", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("object_states_key", ["integration", "object_key"])
        .execute()
    },
  },
]

const rowsAtOnce = 200

export async function openObjectStates(database: Database, integration: string): Promise<ObjectStates> {
  await migrate(database, "object-states", steps)
  return {
    async changed(states) {
      const changed = new Set<string>()
      for (const keys of batches([...states.keys()], rowsAtOnce)) {
        const known = await database
          .kysely<Tables>()
          .selectFrom("object_states")
          .select(["object_key", "digest"])
          .where("integration", "=", integration)
          .where("object_key", "in", keys)
          .execute()
        for (const { object_key, digest } of known)
          if (states.get(object_key) !== digest) changed.add(object_key)
      }
      return changed
    },
    note: (states) =>
      database.transaction<Tables, void>(async (tx) => {
        for (const group of batches([...states], rowsAtOnce)) {
          await tx
            .insertInto("object_states")
            .values(group.map(([key, digest]) => ({ integration, object_key: key, digest })))
            .onConflict((conflict) =>
              conflict
                .columns(["integration", "object_key"])
                .doUpdateSet((row) => ({ digest: row.ref("excluded.digest") })),
            )
            .execute()
        }
      }),
    async forget(keys) {
      await database.transaction<Tables, void>(async (tx) => {
        for (const group of batches(keys, rowsAtOnce)) {
          await tx
            .deleteFrom("object_states")
            .where("integration", "=", integration)
            .where("object_key", "in", group)
            .execute()
        }
      })
    },
  }
}

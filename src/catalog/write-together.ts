// Writes that come at the same time share one transaction, and so one wait for the disk: each in a savepoint of its own,
// so that one that is refused takes nothing of the others along.
import { type Kysely, sql } from "kysely"
import { createGroupWrite } from "../common/group-writes.ts"
import type { Database } from "../database/database.ts"
import type { CatalogTables } from "./store/tables.ts"

/** Resolves with what `work` answers once that is on the disk; rejects with what it throws, and then it changed nothing. */
export type WriteTogether = <T>(work: (tx: Kysely<CatalogTables>) => Promise<T>) => Promise<T>

/** As many as a client has under way; more would make the first of them wait for the last. */
const mostTogether = 16

/** `finish` is part of every transaction. One is at work at a time, so that what was read still holds when it is written. */
export function createWriteTogether(
  database: Database,
  finish: (tx: Kysely<CatalogTables>) => Promise<void>,
): WriteTogether {
  const write = createGroupWrite<Work>(
    (works) =>
      database.transaction<CatalogTables, void>(
        async (tx) => {
          const [only] = works
          if (only && works.length === 1) await only.run(tx)
          else for (const work of works) await runApart(tx, work)
          await finish(tx)
        },
        { lock: "catalog", sync: "aside" },
      ),
    { most: mostTogether },
  )
  return async <T>(work: (tx: Kysely<CatalogTables>) => Promise<T>) => {
    let result: { value: T } | undefined
    const item: Work = {
      refused: undefined,
      async run(tx) {
        result = { value: await work(tx) }
      },
    }
    await write(item)
    if (item.refused) throw item.refused.error
    if (!result) throw new Error("a write was settled without having run")
    return result.value
  }
}

interface Work {
  run(tx: Kysely<CatalogTables>): Promise<void>
  refused: { error: unknown } | undefined
}

async function runApart(tx: Kysely<CatalogTables>, work: Work): Promise<void> {
  await sql`savepoint request`.execute(tx)
  try {
    await work.run(tx)
  } catch (error) {
    work.refused = { error }
    // Fails where the engine gave up the whole transaction (a full disk), and then all of them have failed.
    await sql`rollback to savepoint request`.execute(tx)
  }
  await sql`release savepoint request`.execute(tx)
}

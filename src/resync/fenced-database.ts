// A database whose transactions are refused to who has lost the right to write, however long it was frozen before.
import type { Kysely, Transaction } from "kysely"
import type { Database } from "../database/database.ts"

/** `check` throws in the transaction where the right is lost; what it has looked at must not change before its end. */
export function fencedDatabase(database: Database, check: (tx: Kysely<unknown>) => Promise<void>): Database {
  return {
    ...database,
    transaction<Tables, T>(
      work: (tx: Transaction<Tables>) => Promise<T>,
      options?: Parameters<Database["transaction"]>[1],
    ) {
      return database.transaction<Tables, T>(async (tx) => {
        await check(tx as Transaction<unknown>) // which tables it was opened for does not matter there
        return await work(tx)
      }, options)
    },
  }
}

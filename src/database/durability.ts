// When a commit is on the disk. SQLite waits for the disk in the commit itself, with the whole process at a stand; a
// transaction that need not be waited for so commits to the operating system first.
import { type FileHandle, open } from "node:fs/promises"
import { type Kysely, sql, type Transaction } from "kysely"

/**
 * `aside`: on the disk when the transaction resolves, and the process does other things while the disk works.
 * `later`: a power cut may take it (a killed process does not), together with all that was committed after it.
 */
export type Sync = "aside" | "later"

export interface Durability {
  /** Runs one transaction; `work` throws to roll it back. */
  transaction<Tables, T>(
    kysely: Kysely<Tables>,
    sync: Sync,
    work: (tx: Transaction<Tables>) => Promise<T>,
  ): Promise<T>
  close(): Promise<void>
}

/** PostgreSQL is another process, whose disk holds up nobody here. */
export const postgresDurability: Durability = {
  transaction: (kysely, sync, work) =>
    kysely.transaction().execute(async (tx) => {
      if (sync === "later") await sql`set local synchronous_commit = off`.execute(tx)
      return await work(tx)
    }),
  close: async () => undefined,
}

/** For the file at `path`, opened with `synchronous = full`, which holds again after each of these transactions. */
export function sqliteDurability(path: string): Durability {
  let log: Promise<FileHandle> | undefined
  const syncLog = shared(async () => {
    log ??= open(`${path}-wal`, "r+")
    await (await log).datasync()
  })
  return {
    async transaction(kysely, sync, work) {
      const result = await kysely.connection().execute(async (connection) => {
        await sql`pragma synchronous = normal`.execute(connection)
        try {
          return await connection.transaction().execute(work)
        } finally {
          await sql`pragma synchronous = full`.execute(connection)
        }
      })
      // What was committed is in this file; a checkpoint, which moves it, puts it on the disk itself.
      if (sync === "aside" && path !== ":memory:") await syncLog()
      return result
    },
    close: async () => (await log)?.close(),
  }
}

/** One sync serves all who ask before it begins, so that many commits wait for few syncs. */
function shared(sync: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined // whoever commits from here on may come too late for this one
        running = sync()
        return running
      })
    return next
  }
}

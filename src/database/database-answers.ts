// Whether a database can be asked, for those who must say whether they are able to work.
import { sql } from "kysely"
import { errorText } from "../common/errors.ts"
import type { Database } from "./database.ts"

const patienceMs = 2_000

/** Undefined where it answers; else why it does not. Never throws. */
export async function databaseTrouble(database: Database): Promise<string | undefined> {
  const asked = sql`select 1`.execute(database.kysely()).then(
    () => undefined,
    (error: unknown) => `the database does not answer: ${errorText(error)}`,
  )
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`the database did not answer in ${patienceMs / 1_000} s`), patienceMs)
  })
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}

import { expect, it } from "vitest"
import { openDatabase } from "./database.ts"
import { databaseTrouble } from "./database-answers.ts"

it("A database that answers has no trouble; one that is closed says what is wrong", async () => {
  const database = await openDatabase(":memory:")
  expect(await databaseTrouble(database)).toBeUndefined()
  await database.close()
  expect(await databaseTrouble(database)).toMatch(/^the database does not answer: /)
})

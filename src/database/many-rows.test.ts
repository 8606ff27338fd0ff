import type { Kysely } from "kysely"
import { describe, expect, it, onTestFinished } from "vitest"
import { engines, openTestDatabase } from "../../test/support/engines.ts"
import { manyRows } from "./many-rows.ts"

interface Tables {
  things: { name: string; n: number | null }
}

describe.each(engines)("a statement over many rows on %s", (engine) => {
  it("is made once for each number of rows, and takes the values of each time", async () => {
    const database = await openTestDatabase(engine)
    onTestFinished(() => database.close())
    const db = database.kysely<Tables>()
    await db.schema.createTable("things").addColumn("name", "text").addColumn("n", "integer").execute()
    let made = 0
    const insert = manyRows((on: Kysely<Tables>, rows: readonly Tables["things"][]) => {
      made += 1
      return on
        .insertInto("things")
        .values([...rows])
        .returning("name")
    })
    expect(await insert(db, [])).toEqual([])
    expect(await insert(db, [{ name: "a", n: null }])).toEqual([{ name: "a" }])
    expect(await insert(db, [{ name: "b'", n: 1 }])).toEqual([{ name: "b'" }])
    await database.transaction<Tables, void>(async (tx) => {
      await insert(tx, [
        { name: "c", n: 2 },
        { name: "d", n: null },
      ])
    })
    expect(await db.selectFrom("things").selectAll().orderBy("name").execute()).toEqual([
      { name: "a", n: null },
      { name: "b'", n: 1 },
      { name: "c", n: 2 },
      { name: "d", n: null },
    ])
    expect(made).toBe(2)
  })

  it("has no parameters but those", async () => {
    const database = await openTestDatabase(engine)
    onTestFinished(() => database.close())
    const wrong = manyRows((on: Kysely<Tables>, _: readonly Tables["things"][]) =>
      on.selectFrom("things").selectAll().where("n", "=", 1),
    )
    await expect(wrong(database.kysely(), [{ name: "a", n: 1 }])).rejects.toThrow(/parameters/)
  })
})

import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { engines, openTestDatabase } from "../../test/support/engines.ts"
import { type Database, openDatabase } from "./database.ts"
import { type MigrationStep, migrate } from "./migrate.ts"

type Tables = { notes: { text: string } }

const create: MigrationStep = {
  name: "0001-notes",
  up: async (db) => {
    await db.schema.createTable("notes").addColumn("text", "text").execute()
  },
}

function note(name: string, text: string): MigrationStep {
  return {
    name,
    async up(db) {
      // The step before made the table; its type is only known here.
      await db.withTables<Tables>().insertInto("notes").values({ text }).execute()
    },
  }
}

async function notes(database: Database): Promise<string[]> {
  const rows = await database.kysely<Tables>().selectFrom("notes").select("text").execute()
  return rows.map((row) => row.text)
}

describe.each(engines)("migrations on %s", (engine) => {
  let database: Database

  beforeEach(async () => {
    database = await openTestDatabase(engine)
  })
  afterEach(() => database.close())

  it("run each step once, in order, also when new steps come later", async () => {
    await migrate(database, "test", [create, note("0002-a", "a")])
    await migrate(database, "test", [create, note("0002-a", "a"), note("0003-b", "b")])
    expect(await notes(database)).toEqual(["a", "b"])
  })

  it("keep the steps of two areas apart", async () => {
    await migrate(database, "one", [create])
    await migrate(database, "two", [note("0001-notes", "of two")])
    expect(await notes(database)).toEqual(["of two"])
  })

  it("undo a step that fails, and run it again the next time", async () => {
    const failing: MigrationStep = {
      name: "0002-a",
      async up(db, types) {
        await note("0002-a", "half").up(db, types)
        throw new Error("no")
      },
    }
    await expect(migrate(database, "test", [create, failing])).rejects.toThrow("no")
    await migrate(database, "test", [create, note("0002-a", "whole")])
    expect(await notes(database)).toEqual(["whole"])
  })

  it("refuse a database that a newer program wrote", async () => {
    await migrate(database, "test", [create, note("0002-a", "a")])
    await expect(migrate(database, "test", [create])).rejects.toMatchObject({ code: "database_is_newer" })
  })

  it("are safe when several start at once", async () => {
    await Promise.all([1, 2, 3, 4].map(() => migrate(database, "test", [create, note("0002-a", "once")])))
    expect(await notes(database)).toEqual(["once"])
  })
})

it("two processes that start at once on one SQLite file run each step once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-migrate-"))
  const path = join(folder, "state.db")
  const program = `
    import { openDatabase } from ${JSON.stringify(new URL("database.ts", import.meta.url).href)}
    import { migrate } from ${JSON.stringify(new URL("migrate.ts", import.meta.url).href)}
    const database = await openDatabase(${JSON.stringify(path)})
    const steps = Array.from({ length: 20 }, (_, index) => ({
      name: "step-" + String(index).padStart(2, "0"),
      up: (db) => db.schema.createTable("t" + index).addColumn("a", "text").execute(),
    }))
    await migrate(database, "test", steps)
    await database.close()
  `
  const run = () => promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program])
  await Promise.all([run(), run(), run()])
  const database = await openDatabase(path)
  const applied = await database
    .kysely<{ schema_steps: { name: string } }>()
    .selectFrom("schema_steps")
    .select("name")
    .execute()
  expect(applied).toHaveLength(20)
  await database.close()
  rmSync(folder, { recursive: true })
})

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { openDatabase } from "./database.ts"
import { inspectDatabase } from "./inspect-database.ts"

const postgresUrl = process.env.TEST_POSTGRES_URL

function folder(): string {
  return mkdtempSync(join(tmpdir(), "ocean-inspect-"))
}

describe("inspecting a SQLite file", () => {
  it("finds one that is not there yet makeable, and makes nothing", async () => {
    const place = join(folder(), "some", "where", "ocean.db")

    const found = await inspectDatabase(place)

    expect(found).toEqual({ engine: "sqlite", exists: false, tables: [], problem: undefined })
    expect(existsSync(join(place, ".."))).toBe(false)
  })

  it("names the tables of one in use, while it is in use, and leaves nothing beside it", async () => {
    const place = join(folder(), "ocean.db")
    const database = await openDatabase(place)
    await database.kysely().schema.createTable("things").addColumn("id", "text").execute()
    expect(await inspectDatabase(place)).toMatchObject({
      exists: true,
      tables: ["things"],
      problem: undefined,
    })
    await database.close()

    expect(await inspectDatabase(place)).toMatchObject({
      exists: true,
      tables: ["things"],
      problem: undefined,
    })
    expect(readdirSync(join(place, ".."))).toEqual(["ocean.db"])
  })

  it("says what is wrong with a file that is no database, and with a folder", async () => {
    const place = join(folder(), "notes.txt")
    writeFileSync(place, "notes, and more notes, and no database at all")
    expect((await inspectDatabase(place)).problem).toContain("not a database")
    expect((await inspectDatabase(join(place, ".."))).problem).toContain("is not a file")
  })

  it.skipIf(process.getuid?.() === 0)("says that a folder may not be written", async () => {
    const closed = join(folder(), "closed")
    mkdirSync(closed)
    chmodSync(closed, 0o500)

    expect((await inspectDatabase(join(closed, "ocean.db"))).problem).toContain("may not write")
  })
})

describe("inspecting PostgreSQL", () => {
  it("says that no server answers", async () => {
    const found = await inspectDatabase("postgres://nobody@127.0.0.1:1/nothing")

    expect(found).toMatchObject({ engine: "postgres", exists: false })
    expect(found.problem).toContain("ECONNREFUSED")
  })

  it.skipIf(postgresUrl === undefined)("names its tables, and makes none", async () => {
    const url = postgresUrl ?? ""
    const before = await inspectDatabase(url)
    expect(before.problem).toBeUndefined()
    const database = await openDatabase(url)
    const name = `inspected_${Date.now()}`
    onTestFinished(async () => {
      await database.kysely().schema.dropTable(name).execute()
      await database.close()
    })

    await database.kysely().schema.createTable(name).addColumn("id", "text").execute()

    expect((await inspectDatabase(url)).tables).toContain(name)
    expect(before.tables).not.toContain(name)
  })
})

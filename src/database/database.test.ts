import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Kysely, sql } from "kysely"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { engines, openTestDatabase } from "../../test/support/engines.ts"
import { type Database, openDatabase } from "./database.ts"

interface Tables {
  things: { name: string; size: number; data: string }
}

async function createThings(database: Database): Promise<void> {
  await database
    .kysely<Tables>()
    .schema.createTable("things")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("size", database.json.types.instant)
    .addColumn("data", database.json.types.json)
    .execute()
}

describe.each(engines)("a database on %s", (engine) => {
  let database: Database

  beforeEach(async () => {
    database = await openTestDatabase(engine)
    await createThings(database)
  })
  afterEach(() => database.close())

  it("gives numbers as numbers and JSON columns as text", async () => {
    const db = database.kysely<Tables>()
    await db
      .insertInto("things")
      .values({ name: "a", size: 1_773_000_000_000, data: '{"x":[1,"é"]}' })
      .execute()
    const row = await db.selectFrom("things").selectAll().executeTakeFirstOrThrow()
    expect(row.size).toBe(1_773_000_000_000)
    expect(JSON.parse(row.data)).toEqual({ x: [1, "é"] })
  })

  it("undoes a transaction that throws, and throws on", async () => {
    const work = database.transaction<Tables, void>(async (tx) => {
      await tx.insertInto("things").values({ name: "a", size: 1, data: "{}" }).execute()
      throw new Error("no")
    })
    await expect(work).rejects.toThrow("no")
    expect(await database.kysely<Tables>().selectFrom("things").selectAll().execute()).toEqual([])
  })

  it.each(["aside", "later"] as const)(
    "keeps or undoes a transaction whose disk is waited for %s",
    async (sync) => {
      const add = (name: string, fails: boolean) =>
        database.transaction<Tables, void>(
          async (tx) => {
            await tx.insertInto("things").values({ name, size: 1, data: "{}" }).execute()
            if (fails) throw new Error("no")
          },
          { sync },
        )
      await expect(add("a", true)).rejects.toThrow("no")
      await Promise.all([add("b", false), add("c", false)])
      const rows = await database
        .kysely<Tables>()
        .selectFrom("things")
        .select("name")
        .orderBy("name")
        .execute()
      expect(rows).toEqual([{ name: "b" }, { name: "c" }])
    },
  )

  it("runs transactions of one lock one after another", async () => {
    await database.kysely<Tables>().insertInto("things").values({ name: "n", size: 0, data: "{}" }).execute()
    const addOne = () =>
      database.transaction<Tables, void>(
        async (tx) => {
          const { size } = await tx.selectFrom("things").select("size").executeTakeFirstOrThrow()
          await tx
            .updateTable("things")
            .set({ size: size + 1 })
            .execute()
        },
        { lock: "count" },
      )
    await Promise.all(Array.from({ length: 20 }, addOne))
    const { size } = await database
      .kysely<Tables>()
      .selectFrom("things")
      .select("size")
      .executeTakeFirstOrThrow()
    expect(size).toBe(20)
  })
})

describe.runIf(engines.includes("postgres"))("PostgreSQL", () => {
  it("compiles no statement, on any of its connections", async () => {
    const database = await openTestDatabase("postgres")
    const asked = Array.from({ length: 4 }, () =>
      sql<{ jit: string }>`select current_setting('jit') as jit, pg_sleep(0.05)`.execute(database.kysely()),
    )
    for (const { rows } of await Promise.all(asked)) expect(rows).toMatchObject([{ jit: "off" }])
    await database.close()
  })
})

describe("a SQLite file", () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ocean-sentry-database-"))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it("is created with its folders, for its owner only, and keeps what was written", async () => {
    const path = join(folder, "a/b/state.db")
    const first = await openDatabase(path)
    await createThings(first)
    await first.kysely<Tables>().insertInto("things").values({ name: "a", size: 1, data: "{}" }).execute()
    await first.close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const second = await openDatabase(path)
    expect(await second.kysely<Tables>().selectFrom("things").select("name").execute()).toEqual([
      { name: "a" },
    ])
    await second.close()
  })

  it("commits durably and enforces foreign keys", async () => {
    const database = await openDatabase(join(folder, "state.db"))
    const pragma = async (name: string) =>
      Object.values((await sql<object>`pragma ${sql.raw(name)}`.execute(database.kysely())).rows[0] ?? {})[0]
    expect(await pragma("journal_mode")).toBe("wal")
    expect(await pragma("synchronous")).toBe(2)
    expect(await pragma("foreign_keys")).toBe(1)
    await database.close()
  })

  it("waits for the disk again after a transaction that did not, and keeps what that wrote", async () => {
    const path = join(folder, "state.db")
    const database = await openDatabase(path)
    await createThings(database)
    const level = async (db: Kysely<Tables>) =>
      (await sql<{ synchronous: number }>`pragma synchronous`.execute(db)).rows[0]?.synchronous
    for (const sync of ["aside", "later"] as const) {
      await database.transaction<Tables, void>(
        async (tx) => {
          expect(await level(tx)).toBe(1)
          await tx.insertInto("things").values({ name: sync, size: 1, data: "{}" }).execute()
        },
        { sync },
      )
      expect(await level(database.kysely())).toBe(2)
    }
    const other = await openDatabase(path)
    expect(
      await other.kysely<Tables>().selectFrom("things").select("name").orderBy("name").execute(),
    ).toEqual([{ name: "aside" }, { name: "later" }])
    await other.close()
    await database.close()
  })

  it("may be used by two connections at once", async () => {
    const path = join(folder, "state.db")
    const [one, other] = [await openDatabase(path), await openDatabase(path)]
    await createThings(one)
    await other.kysely<Tables>().insertInto("things").values({ name: "a", size: 1, data: "{}" }).execute()
    expect(await one.kysely<Tables>().selectFrom("things").select("name").execute()).toEqual([{ name: "a" }])
    await one.close()
    await other.close()
  })

  it("says which path could not be opened, and keeps a password to itself", async () => {
    await expect(openDatabase(folder)).rejects.toMatchObject({
      code: "database_unreachable",
      message: expect.stringContaining(folder),
    })
    const failure = await openDatabase("postgres://me:secret@127.0.0.1:1/x").catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: "database_unreachable" })
    expect(String(failure)).not.toContain("secret")
  })
})

import { type RawBuilder, sql } from "kysely"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { engines, openTestDatabase } from "../../test/support/engines.ts"
import type { Database } from "./database.ts"
import { parseInstant } from "./instant.ts"

interface Tables {
  rows: { name: string; data: string }
}

const values = {
  text: { v: "Größe" },
  number: { v: 2.5 },
  whole: { v: 1 },
  yes: { v: true },
  null: { v: null },
  absent: {},
  list: { v: ["a", 1, true, null, "a b"] },
  time: { v: "2026-03-10T09:00:00+01:00" },
  noTime: { v: "2026-99-10T09:00:00Z" },
}

describe.each(engines)("JSON columns on %s", (engine) => {
  let database: Database

  beforeAll(async () => {
    database = await openTestDatabase(engine)
    const db = database.kysely<Tables>()
    await db.schema
      .createTable("rows")
      .addColumn("name", "text")
      .addColumn("data", database.json.types.json)
      .execute()
    for (const [name, data] of Object.entries(values)) {
      await db
        .insertInto("rows")
        .values({ name, data: JSON.stringify(data) })
        .execute()
    }
  })
  afterAll(() => database.close())

  async function named(condition: RawBuilder<unknown>): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`select name from rows where ${condition}`.execute(
      database.kysely(),
    )
    return rows.map((row) => row.name).sort()
  }

  it("take a member as what it is, without coercion", async () => {
    const { json } = database
    expect(await named(sql`${json.text("data", "v")} is not null`)).toEqual(["noTime", "text", "time"])
    expect(await named(sql`${json.number("data", "v")} >= ${1}`)).toEqual(["number", "whole"])
    expect(await named(json.isAbsent("data", "v"))).toEqual(["absent", "null"])
    expect(await named(json.equals("data", "v", "Größe"))).toEqual(["text"])
    expect(await named(json.equals("data", "v", 1))).toEqual(["whole"])
    expect(await named(json.equals("data", "v", true))).toEqual(["yes"])
    expect(await named(json.equals("data", "v", "1"))).toEqual([])
  })

  it("find an element of a list by type and value", async () => {
    const { json } = database
    expect(await named(json.hasElement("data", "v", ["a"]))).toEqual(["list"])
    expect(await named(json.hasElement("data", "v", ["x", 1]))).toEqual(["list"])
    expect(await named(json.hasElement("data", "v", [true]))).toEqual(["list"])
    expect(await named(json.hasElement("data", "v", ["1", "true", "b", false]))).toEqual([])
    expect(await named(json.hasElement("data", "v", []))).toEqual([])
  })

  it("read times with their offset, and are not stopped by a text that only looks like one", async () => {
    const { json } = database
    const eight = Date.parse("2026-03-10T08:00:00Z")
    expect(await named(sql`${json.instant(json.text("data", "v"))} = ${eight}`)).toEqual(["time"])
    expect(await named(sql`${json.instant(json.text("data", "v"))} is not null`)).toEqual(["time"])
  })

  it("read every text as the program itself does", async () => {
    const texts = [
      "2026-02-28T23:59:59Z",
      "2026-02-29T00:00:00Z",
      "2024-02-29t00:00:00z",
      "2000-02-29 12:30+0530",
      "1900-02-29T00:00:00Z",
      "2026-04-31T10:00:00Z",
      "2026-12-31T23:59:59.9999-23:59",
      "0001-01-01T00:00:00Z",
      "0000-01-01T00:00:00Z",
      "9999-12-31T23:59:59.001Z",
      "1969-12-31T23:59:59.5Z",
      "2026-01-01T24:00:00Z",
      "2026-01-01T10:60:00Z",
      "2026-01-01T10:00:60Z",
      "2026-01-01T10:00:00+24:00",
      "2026-01-01T10:00:00",
      "2026-01-01",
      "٢٠٢٦-01-01T10:00:00Z",
      "",
    ]
    for (const text of texts) {
      const ms = database.json.instant(sql`cast(${text} as text)`)
      const { rows } = await sql<{ ms: number | null }>`select ${ms} as ms`.execute(database.kysely())
      expect([text, rows[0]?.ms ?? undefined]).toEqual([text, parseInstant(text)])
    }
    expect(parseInstant("2000-02-29 12:30+0530")).toBe(Date.UTC(2000, 1, 29, 7))
    expect(parseInstant("2026-12-31T23:59:59.9999-23:59")).toBe(Date.UTC(2027, 0, 1, 23, 58, 59, 999))
    expect(texts.filter((text) => parseInstant(text) !== undefined)).toHaveLength(7)
  })

  it.runIf(engine === "postgres")("read times where the server reads with several workers", async () => {
    const { json } = database
    await database.transaction(async (tx) => {
      const { rows } = await sql<{ name: string }>`select name from pg_settings
        where name in ('force_parallel_mode', 'debug_parallel_query')`.execute(tx)
      await sql`select set_config(${rows[0]?.name}, 'on', true)`.execute(tx)
      const instant = json.instant(json.text("data", "v"))
      const found = await sql<{ name: string }>`select name from rows where ${instant} > 0`.execute(tx)
      expect(found.rows.map(({ name }) => name)).toEqual(["time"])
    })
  })

  it("compare texts letter by letter, with no pattern in them", async () => {
    const { json } = database
    const name = sql.ref<string>("name")
    expect(await named(json.contains(name, "um"))).toEqual(["number"])
    expect(await named(json.contains(name, "UM"))).toEqual([])
    expect(await named(json.contains(name, "%"))).toEqual([])
    expect(await named(json.oneOf(name, ["yes", "list", "it's"]))).toEqual(["list", "yes"])
    expect(await named(json.oneOf(name, []))).toEqual([])
  })

  it("lose a member in an update", async () => {
    const db = database.kysely<Tables>()
    await db.insertInto("rows").values({ name: "two", data: '{"a-b":1,"c":2}' }).execute()
    await db
      .updateTable("rows")
      .set({ data: database.json.without("data", "a-b") })
      .where("name", "=", "two")
      .execute()
    const { data } = await db
      .selectFrom("rows")
      .select("data")
      .where("name", "=", "two")
      .executeTakeFirstOrThrow()
    expect(JSON.parse(data)).toEqual({ c: 2 })
  })

  it("give a member another key in an update, whatever it is, and leave rows without it alone", async () => {
    const db = database.kysely<Tables>()
    const before = { '"yes"': true, list: [1, { b: null }], number: 1.5, text: 'a"b' }
    for (const [name, value] of Object.entries(before)) {
      await db
        .insertInto("rows")
        .values({ name: `renamed-${name}`, data: JSON.stringify({ old: value }) })
        .execute()
    }
    await db.insertInto("rows").values({ name: "renamed-none", data: '{"other":1}' }).execute()
    await db
      .updateTable("rows")
      .set({ data: database.json.renamed("data", "old", "new-name") })
      .where("name", "like", "renamed-%")
      .execute()
    const rows = await db.selectFrom("rows").selectAll().where("name", "like", "renamed-%").execute()
    const after = Object.fromEntries(rows.map(({ name, data }) => [name.slice(8), JSON.parse(data)]))
    const expected = Object.entries(before).map(([name, value]) => [name, { "new-name": value }])
    expect(after).toEqual({ ...Object.fromEntries(expected), none: { other: 1 } })
  })

  it("take no key that could end the path", () => {
    expect(() => database.json.text("data", 'a"b')).toThrow(RangeError)
  })
})

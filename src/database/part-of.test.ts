import { randomUUID } from "node:crypto"
import { sql } from "kysely"
import { describe, expect, it, onTestFinished } from "vitest"
import { createTestSchema } from "../../test/support/engines.ts"
import { type Database, openDatabase } from "./database.ts"
import { partOf, removePart } from "./part-of.ts"

const server = process.env.TEST_POSTGRES_URL ?? ""

interface Place {
  url: string
  database: Database
  /** The texts that the part of this name holds, after one more was written. */
  write(name: string, text: string): Promise<string[]>
}

describe.skipIf(server === "")("parts beside a PostgreSQL database", () => {
  async function openPlace(url?: string): Promise<Place> {
    const schema = url === undefined ? await createTestSchema(server) : undefined
    const place = url ?? schema?.url ?? ""
    const database = await openDatabase(place)
    onTestFinished(async () => {
      await database.close()
      await schema?.drop()
    })
    return {
      url: place,
      database,
      write: async (name, text) => writeInto(await partOf(database, place, name), text),
    }
  }

  async function writeInto(url: string, text: string): Promise<string[]> {
    const part = await openDatabase(url)
    try {
      const db = part.kysely()
      await sql`create table if not exists notes (text text not null)`.execute(db)
      await sql`insert into notes values (${text})`.execute(db)
      const { rows } = await sql<{ text: string }>`select text from notes`.execute(db)
      return rows.map((row) => row.text)
    } finally {
      await part.close()
    }
  }

  /** A name of this test alone: parts lie on the server. */
  const freshName = () => `part-${randomUUID().slice(0, 8)}`
  const oldUrl = (name: string) => {
    const url = new URL(server)
    url.searchParams.set("options", `-c search_path=ocean_${name.replaceAll("-", "_")}`)
    return url.href
  }

  async function createOld({ database }: Place, name: string): Promise<void> {
    await sql`create schema ${sql.id(`ocean_${name.replaceAll("-", "_")}`)}`.execute(database.kysely())
    await writeInto(oldUrl(name), "before")
  }

  it("are two of one name beside two schemas, and go one by one", async () => {
    const [first, second] = [await openPlace(), await openPlace()]
    const name = freshName()
    expect(await first.write(name, "of the first")).toEqual(["of the first"])
    expect(await second.write(name, "of the second")).toEqual(["of the second"])
    await removePart(first.database, first.url, name)
    expect(await second.write(name, "more")).toEqual(["of the second", "more"])
    expect(await first.write(name, "anew")).toEqual(["anew"])
    for (const { database, url } of [first, second]) await removePart(database, url, name)
  })

  it("keep what they have from when their names told nothing of the schema", async () => {
    const [place, other] = [await openPlace(), await openPlace()]
    const name = freshName()
    await createOld(place, name)
    expect(await place.write(name, "after")).toEqual(["before", "after"])
    expect(await other.write(name, "of the other")).toEqual(["of the other"])
    for (const { database, url } of [place, other]) await removePart(database, url, name)
  })

  it("begin anew where it cannot be told whose the old one is", async () => {
    const [place, other] = [await openPlace(), await openPlace()]
    const name = freshName()
    await createOld(place, name)
    const owner = { table: "owners", column: "id" }
    for (const { database } of [place, other]) {
      await sql`create table owners (id text not null)`.execute(database.kysely())
      await sql`insert into owners values (${name})`.execute(database.kysely())
    }
    for (const { database, url } of [place, other])
      expect(await writeInto(await partOf(database, url, name, owner), "anew")).toEqual(["anew"])
    for (const { database, url } of [place, other]) await removePart(database, url, name, owner)
    expect(await writeInto(oldUrl(name), "nobody's")).toEqual(["before", "nobody's"])
    await sql`drop schema ${sql.id(`ocean_${name.replaceAll("-", "_")}`)} cascade`.execute(
      place.database.kysely(),
    )
  })

  it("have the old names beside the schema public", async () => {
    const place = await openPlace(server)
    const name = freshName()
    await createOld(place, name)
    expect(await place.write(name, "after")).toEqual(["before", "after"])
    expect(await writeInto(oldUrl(name), "the same")).toEqual(["before", "after", "the same"])
    await removePart(place.database, place.url, name)
  })
})

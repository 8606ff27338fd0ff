import { afterEach, describe, expect, it } from "vitest"
import { type Database, openDatabase } from "../database/database.ts"
import { entityKey } from "../port/entity.ts"
import { openOriginStore } from "./origin-store-database.ts"

const postgres = process.env.TEST_POSTGRES_URL
const engines: [string, string][] = [["SQLite", ":memory:"]]
if (postgres) engines.push(["PostgreSQL", postgres])
const ref = { blueprint: "issue", identifier: "1-prod" }
const one = { ...ref, kind: "issue-tag", origin: { part: "shop", id: "1" } }

describe.each(engines)("remembered origins on %s", (_, url) => {
  let database: Database
  const open = async (integration = `test-${Math.random()}`) => {
    database = await openDatabase(url)
    return openOriginStore(database, integration)
  }
  afterEach(() => database.close())

  it("come back by entity, every object of it", async () => {
    const store = await open()
    await store.record([one, one, { ...one, origin: { part: "api", id: "2" } }])
    const found = await store.originsOf([ref, { ...ref, identifier: "other" }])
    expect(found.size).toBe(1)
    const ids = found.get(entityKey(ref.blueprint, ref.identifier))?.map(({ origin }) => origin.id)
    expect(ids?.sort()).toEqual(["1", "2"])
  })

  it("remember when an object first left its list, until it is back", async () => {
    const store = await open()
    await store.record([one])
    await store.markLeft([one], 1_000)
    await store.markLeft([one], 2_000)
    const leftAt = async () =>
      (await store.originsOf([ref])).get(entityKey(ref.blueprint, ref.identifier))?.[0]?.leftAt
    expect(await leftAt()).toBe(1_000)
    await store.record([one])
    expect(await leftAt()).toBeUndefined()
  })

  it("follow an object that moved to another part", async () => {
    const store = await open()
    await store.record([one])
    await store.record([{ ...one, origin: { part: "renamed", id: "1" } }])
    expect((await store.originsOf([ref])).get(entityKey(ref.blueprint, ref.identifier))).toEqual([
      { kind: "issue-tag", origin: { part: "renamed", id: "1" }, leftAt: undefined },
    ])
  })

  it("are forgotten one by one and with their entity", async () => {
    const store = await open()
    const second = { ...one, origin: { part: "shop", id: "2" } }
    await store.record([one, second])
    await store.forgetOrigins([one])
    expect(
      (await store.originsOf([ref]))
        .get(entityKey(ref.blueprint, ref.identifier))
        ?.map(({ origin }) => origin.id),
    ).toEqual(["2"])
    await store.forgetEntities([ref])
    expect((await store.originsOf([ref])).size).toBe(0)
  })

  it("of several integrations are kept apart", async () => {
    const store = await open("a")
    await store.record([one])
    const other = await openOriginStore(database, "b")
    expect((await other.originsOf([ref])).size).toBe(0)
  })
})

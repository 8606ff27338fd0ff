import { describe, expect, it, onTestFinished } from "vitest"
import { engines, openTestDatabase } from "../../test/support/engines.ts"
import { openScanState } from "./scan-state-database.ts"

const acme = { host: "https://sentry.example", organization: "acme" }
const day = 86_400_000
const production = { key: "environment", name: "production", value: "production", count: 3 }
const tags = { issue: "1", seen: "a", values: [production], readAt: 1_000_000 }

describe.each(engines)("what runs remember of issues, on %s", (engine) => {
  async function openDatabase() {
    const database = await openTestDatabase(engine)
    onTestFinished(() => database.close())
    return database
  }

  it("comes back by tag and issue, in the state it was last written", async () => {
    const state = await openScanState(await openDatabase(), acme, 0)
    await state.remember("environment", [tags, { ...tags, issue: "2", values: [] }])
    await state.remember("environment", [{ ...tags, seen: "b", readAt: 2_000_000 }])
    await state.remember("tier", [{ ...tags, values: [{ value: "gold" }] }])

    const found = await state.tagsOf("environment", ["1", "2", "3"])

    expect([...found.keys()].sort()).toEqual(["1", "2"])
    expect(found.get("1")).toEqual({ ...tags, seen: "b", readAt: 2_000_000 })
    expect(found.get("2")?.values).toEqual([])
    expect((await state.tagsOf("tier", ["1"])).get("1")?.values).toEqual([{ value: "gold" }])
  })

  it("is of one organization at one server", async () => {
    const database = await openDatabase()
    await (await openScanState(database, acme, 0)).remember("environment", [tags])

    for (const other of [
      { ...acme, organization: "other" },
      { ...acme, host: "https://other.example" },
    ]) {
      expect((await (await openScanState(database, other, 0)).tagsOf("environment", ["1"])).size).toBe(0)
    }
    expect((await (await openScanState(database, acme, 0)).tagsOf("environment", ["1"])).size).toBe(1)
  })

  it("is dropped when it is too old to be used", async () => {
    const database = await openDatabase()
    await (await openScanState(database, acme, 0)).remember("environment", [tags])

    const later = await openScanState(database, acme, tags.readAt + 3 * day)

    expect((await later.tagsOf("environment", ["1"])).size).toBe(0)
  })

  it("takes more rows than one statement holds", async () => {
    const state = await openScanState(await openDatabase(), acme, 0)
    const many = Array.from({ length: 1_201 }, (_, at) => ({ ...tags, issue: String(at) }))
    await state.remember("environment", many)

    const issues = many.map(({ issue }) => issue)
    expect((await state.tagsOf("environment", issues)).size).toBe(1_201)
  })
})

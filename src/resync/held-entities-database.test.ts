import { describe, expect, it, onTestFinished } from "vitest"
import { engines, openTestDatabase } from "../../test/support/engines.ts"
import { heldEntitiesOn, prepareHeldEntities } from "./held-entities-database.ts"

const one = { identifier: "1", digests: { shape: "abc" }, from: 1_000, to: 2_000 }

describe.each(engines)("what the catalog held, on %s", (engine) => {
  async function open(integration = `test-${Math.random()}`) {
    const database = await openTestDatabase(engine)
    onTestFinished(() => database.close())
    await prepareHeldEntities(database)
    return { database, held: heldEntitiesOn(database, integration) }
  }

  it("comes back by blueprint, as it was last noted", async () => {
    const { held } = await open()
    await held.note("issue", [one, { ...one, identifier: 'it\'s "two"' }])
    await held.note("issue", [{ ...one, digests: { shape: "new" }, from: 3_000.4, to: 4_000.6 }])
    await held.note("project", [{ ...one, digests: {} }])

    const { entities } = await held.of("issue")

    expect([...entities.keys()].sort()).toEqual(["1", 'it\'s "two"'])
    expect(entities.get("1")).toEqual({ ...one, digests: { shape: "new" }, from: 3_000, to: 4_001 })
    expect((await held.of("project")).entities.get("1")?.digests).toEqual({})
  })

  it("keeps what a later write has noted, whichever note comes last", async () => {
    const { held } = await open()
    await held.note("issue", [{ ...one, digests: { shape: "later" }, from: 5_000, to: 6_000 }])
    await held.note("issue", [one])
    expect((await held.of("issue")).entities.get("1")?.digests).toEqual({ shape: "later" })
  })

  it("is of one integration, and is forgotten entity by entity", async () => {
    const { database, held } = await open()
    await held.note("issue", [one, { ...one, identifier: "2" }])
    await held.forget("issue", ["1", "3"])
    expect([...(await held.of("issue")).entities.keys()]).toEqual(["2"])
    const other = heldEntitiesOn(database, `other-${Math.random()}`)
    expect((await other.of("issue")).entities.size).toBe(0)
  })

  it("knows when the blueprint was last read whole", async () => {
    const { held } = await open()
    expect((await held.of("issue")).readAt).toBeUndefined()
    await held.noteRead("issue", 1_000)
    await held.noteRead("issue", 2_000)
    expect((await held.of("issue")).readAt).toBe(2_000)
    expect((await held.of("project")).readAt).toBeUndefined()
  })
})

import { describe, expect, it, onTestFinished } from "vitest"
import { engines, openTestDatabase } from "../../../test/support/engines.ts"
import { systemClock } from "../../common/sleep.ts"
import type { Database } from "../../database/database.ts"
import { fencedDatabase } from "../fenced-database.ts"
import { checkCurrent, openSplitStore, splitStoreOn } from "./split-store.ts"

const startedAt = new Date("2026-03-02T10:00:00Z")
const config = { resources: [{ kind: "issue", text: "a \u0000 b" }] }
const run = {
  run: "r1",
  holder: "a",
  version: "1",
  atOnce: 2,
  processes: 3,
  trigger: "start",
  startedAt,
  config,
} as const

describe.each(engines)("what processes tell each other of a shared resync on %s", (engine) => {
  async function open(): Promise<{ database: Database; store: Awaited<ReturnType<typeof openSplitStore>> }> {
    const database = await openTestDatabase(engine)
    onTestFinished(() => database.close())
    const store = await openSplitStore(database, "acme")
    await store.begin(run)
    await store.publish("r1", [
      { number: 0, reading: "issues:", parts: ["web", "api"] },
      { number: 1, reading: "issues:", parts: ["shop"] },
    ])
    return { database, store }
  }

  it("hands over the run as its leader has it", async () => {
    const { store } = await open()
    expect(await store.current()).toEqual({ run: "r1", holder: "a", version: "1", atOnce: 2, processes: 3 })
    expect(await store.whole("r1")).toEqual(run)
    expect(await store.whole("r0")).toBeUndefined()
  })

  it("gives a part out until it is made, and its result until that is taken over", async () => {
    const { store } = await open()
    expect(await store.claim("r1", 0)).toEqual({ number: 0, reading: "issues:", parts: ["web", "api"] })
    expect(await store.open("r1")).toEqual([0, 1])
    await store.finish("r1", 0, '{"seen":"\\u0000"}')
    expect(await store.claim("r1", 0)).toBeUndefined()
    expect(await store.open("r1")).toEqual([1])
    const ended = { number: 0, reading: "issues:", parts: ["web", "api"], result: '{"seen":"\\u0000"}' }
    expect(await store.ended("r1")).toEqual([ended])
    await store.drop("r1", [0])
    expect(await store.ended("r1")).toEqual([])
  })

  it("ends a part that fails three times with the last reason, and one whose processes die with that", async () => {
    const { store } = await open()
    for (const reason of ["one", "two", "three"]) {
      expect(await store.claim("r1", 0)).toBeDefined()
      await store.fail("r1", 0, reason)
      expect(await store.claim("r1", 1)).toBeDefined()
    }
    expect(await store.claim("r1", 1)).toBeUndefined()
    expect(await store.ended("r1")).toEqual([
      { number: 0, reading: "issues:", parts: ["web", "api"], reason: "three" },
      {
        number: 1,
        reading: "issues:",
        parts: ["shop"],
        reason: "its process ended 3 times before it was through with it",
      },
    ])
  })

  it("counts no try that was given back", async () => {
    const { store } = await open()
    for (let tries = 0; tries < 5; tries++) {
      expect(await store.claim("r1", 0)).toBeDefined()
      await store.giveBack("r1", 0)
    }
    expect(await store.open("r1")).toContain(0)
  })

  it("refuses what is written of a run that is over", async () => {
    const { database, store } = await open()
    const guarded = splitStoreOn(
      fencedDatabase(database, (tx) => checkCurrent(database, tx, { integration: "acme", run: "r1" })),
      "acme",
    )
    await guarded.finish("r1", 0, "{}")
    await store.begin({ ...run, run: "r2" })
    await expect(guarded.finish("r1", 1, "{}")).rejects.toThrow("is over")
    expect(await store.ended("r1")).toEqual([])
    await store.clear()
    expect(await store.current()).toBeUndefined()
    await expect(guarded.claim("r1", 1)).rejects.toThrow("is over")
  })

  it("knows who would help, of the same version and not silent for too long", async () => {
    const { store } = await open()
    await store.helps("b", { version: "1", ttlMs: 60_000 })
    await store.helps("c", { version: "2", ttlMs: 60_000 })
    await store.helps("d", { version: "1", ttlMs: 1 })
    await systemClock.sleep(20)
    expect(await store.helpers("1")).toEqual(["b"])
    await store.helpsNoMore("b")
    expect(await store.helpers("1")).toEqual([])
  })
})

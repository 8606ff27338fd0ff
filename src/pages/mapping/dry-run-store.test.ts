import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { engines, openTestDatabase } from "../../../test/support/engines.ts"
import { steppedClock } from "../../../test/support/simulator.ts"
import type { Database } from "../../database/database.ts"
import { type DryRunStore, openDryRunStore } from "./dry-run-store.ts"

describe.each(engines)("dry runs on %s", (engine) => {
  let database: Database
  let one: DryRunStore
  let other: DryRunStore
  const clock = steppedClock("2026-03-02T10:00:00Z")
  const pass = (ms: number) => clock.set(new Date(clock.now() + ms).toISOString())
  const totals = { create: 1, update: 0, delete: 0, unchanged: 0, refused: 0, notDeleted: 0 }
  const plan = { totals, summary: { notes: ["é \u0000"] }, changes: [] }

  beforeEach(async () => {
    database = await openTestDatabase(engine)
    one = await openDryRunStore(database, "mine", clock)
    other = await openDryRunStore(database, "mine", clock)
  })
  afterEach(() => database.close())

  it("are one at a time, whoever asks, and another integration's beside it", async () => {
    const [first, second] = await Promise.all([one.begin("a"), other.begin("b")])
    expect([first.isNew, second.isNew].filter(Boolean)).toHaveLength(1)
    expect(first.run.id).toBe(second.run.id)
    const theirs = await openDryRunStore(database, "theirs", clock)
    expect((await theirs.begin("c")).isNew).toBe(true)
    expect(await theirs.all()).toMatchObject([{ id: "c" }])
  })

  it("tell each process how they get on, whether they are to end, and what they came to", async () => {
    await one.begin("a")
    expect(await one.goOn("a", 7)).toBe(false)
    expect(await other.find("a")).toMatchObject({ status: "running", readSoFar: 7 })
    expect(await other.askToCancel("a")).toBe(true)
    expect(await one.goOn("a", 8)).toBe(true)
    await one.end("a", { status: "done", readSoFar: 9, plan })
    expect(await other.find("a")).toMatchObject({ status: "done", readSoFar: 9, totals })
    expect(await other.plan("a")).toEqual(plan)
    expect(await other.askToCancel("a")).toBe(false)
  })

  it("have failed when their process is gone, and leave the way to the next one", async () => {
    await one.begin("a")
    pass(20_000)
    await one.goOn("a", 1)
    pass(20_000)
    expect((await other.begin("b")).isNew).toBe(false)
    pass(20_000)
    expect(await other.askToCancel("a")).toBe(false)
    expect(await other.find("a")).toMatchObject({
      status: "failed",
      message: "its process ended before it did",
    })
    expect((await other.begin("b")).isNew).toBe(true)
  })

  it("are kept for an hour, the last five of them", async () => {
    for (const id of ["a", "b", "c", "d", "e", "f"]) {
      await one.begin(id)
      pass(1_000)
      await one.end(id, { status: "done", readSoFar: 1, plan })
    }
    expect((await other.all()).map(({ id }) => id)).toEqual(["b", "c", "d", "e", "f"])
    pass(3_600_001)
    expect(await other.all()).toEqual([])
    expect(await other.find("f")).toBeUndefined()
    await other.begin("g")
    expect(await one.plan("f")).toBeUndefined()
  })
})

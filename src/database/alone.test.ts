import { describe, expect, it, onTestFinished } from "vitest"
import { engines, openTestDatabase } from "../../test/support/engines.ts"
import { silentLogger } from "../common/logger.ts"
import { systemClock } from "../common/sleep.ts"
import { createAlone } from "./alone.ts"
import { createLeader } from "./leader.ts"
import { openLeases } from "./leases.ts"

describe.each(engines)("work that is done alone, on %s", (engine) => {
  it("is done one at a time by all processes, and by the next one where it fails", async () => {
    const database = await openTestDatabase(engine)
    onTestFinished(() => database.close())
    const leases = await openLeases(database)
    const [one, other] = ["a", "b"].map((holder) => {
      const leader = createLeader({ leases, holder, ttlMs: 5_000, clock: systemClock, log: silentLogger })
      return createAlone(leader, "mapping x", "save")
    })
    if (!one || !other) throw new Error("there are two")
    let under = 0
    const most: number[] = []
    const work = async (fails: boolean) => {
      most.push(++under)
      await systemClock.sleep(20)
      under--
      if (fails) throw new Error("failed")
      return "done"
    }
    const all = [one, other, one, other].map((alone, at) => alone(() => work(at === 0)))
    const ends = await Promise.allSettled(all)
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "fulfilled"])
    expect(most).toEqual([1, 1, 1, 1])
  })

  it("is given up in a sentence where another process is at it for too long", async () => {
    const database = await openTestDatabase(engine)
    onTestFinished(() => database.close())
    const leases = await openLeases(database)
    const [one, other] = ["a", "b"].map((holder) => {
      const leader = createLeader({ leases, holder, ttlMs: 5_000, clock: systemClock, log: silentLogger })
      return createAlone(leader, "mapping x", "save", 200)
    })
    const over = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const hanging = one?.(() => {
      begun.resolve()
      return over.promise
    })
    await begun.promise
    let isDone = false
    const late = other?.(async () => {
      isDone = true
    })
    await expect(late).rejects.toMatchObject({
      code: "busy",
      message: "another process has been at this (save) for 0.2 seconds, so nothing was done",
    })
    expect(isDone).toBe(false)
    over.resolve()
    await hanging
  })
})

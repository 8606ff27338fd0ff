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
})

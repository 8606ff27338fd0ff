import { describe, expect, it, onTestFinished } from "vitest"
import { engines, openTestDatabase } from "../../test/support/engines.ts"
import { systemClock } from "../common/sleep.ts"
import { openResyncDuty } from "./resync-duty.ts"

describe.each(engines)("what processes tell each other of resyncs on %s", (engine) => {
  it("says whether one is owed: none since the process is there, or one that was cut short", async () => {
    const database = await openTestDatabase(engine)
    onTestFinished(() => database.close())
    const early = await openResyncDuty(database, "acme")
    expect(await early.isOwed()).toBe("none yet")
    await systemClock.sleep(5)
    await early.began()
    expect(await early.isOwed()).toBe("cut short")
    await systemClock.sleep(5)
    await early.ended()
    expect(await early.isOwed()).toBeUndefined()
    await systemClock.sleep(5)
    // One that starts now makes its own, as it does alone; one that was there before need not.
    expect(await (await openResyncDuty(database, "acme")).isOwed()).toBe("none yet")
    expect(await early.isOwed()).toBeUndefined()
    expect(await (await openResyncDuty(database, "globex")).isOwed()).toBe("none yet")
  })

  it("keeps that one was asked for until one begins", async () => {
    const database = await openTestDatabase(engine)
    onTestFinished(() => database.close())
    const [asking, making] = [await openResyncDuty(database, "acme"), await openResyncDuty(database, "acme")]
    expect(await making.askedAt()).toBeUndefined()
    await asking.ask()
    expect(await making.askedAt()).toBeGreaterThan(0)
    await making.began()
    expect(await making.askedAt()).toBeUndefined()
  })
})

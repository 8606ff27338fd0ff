import { describe, expect, it, onTestFinished } from "vitest"
import { engines, openTestDatabase } from "../../test/support/engines.ts"
import { silentLogger } from "../common/logger.ts"
import { systemClock } from "../common/sleep.ts"
import type { Database } from "./database.ts"
import { createLeader, type Hold, isHold } from "./leader.ts"
import { checkFence, LeaseLost, type Leases, openLeases } from "./leases.ts"

const ttlMs = 300

function leaderOf(leases: Leases, holder: string, lastsMs = ttlMs) {
  return createLeader({ leases, holder, ttlMs: lastsMs, clock: systemClock, log: silentLogger })
}

async function held(leases: Leases, holder: string, name = "resync x"): Promise<Hold> {
  const hold = await leaderOf(leases, holder).tryHold(name, "start")
  if (!isHold(hold)) throw new Error(`held by ${hold.holder}`)
  return hold
}

describe.each(engines)("a lease on %s", (engine) => {
  async function open(isGone?: (holder: string) => boolean): Promise<{ database: Database; leases: Leases }> {
    const database = await openTestDatabase(engine)
    onTestFinished(() => database.close())
    return { database, leases: await openLeases(database, isGone) }
  }

  it("has one holder at a time, for longer than it lasts by itself, and the next when it is given back", async () => {
    const { leases } = await open()
    const first = await leaderOf(leases, "a", 2_000).tryHold("resync x", "start")
    if (!isHold(first)) throw new Error("nobody else was there")
    await systemClock.sleep(2_500)
    const second = await leaderOf(leases, "b").tryHold("resync x", "request")
    expect(second).toMatchObject({ holder: "a", purpose: "start" })
    expect(first.lost.aborted).toBe(false)
    await first.release()
    const third = await held(leases, "b")
    expect(third.fence).toBeGreaterThan(first.fence)
    await third.release()
  })

  it("is taken once where many ask at the same time", async () => {
    const { leases } = await open()
    const asked = await Promise.all(
      Array.from({ length: 8 }, (_, at) => leaderOf(leases, `p${at}`).tryHold("resync x", "start")),
    )
    const holds = asked.filter((one) => isHold(one))
    expect(holds).toHaveLength(1)
    await holds[0]?.release()
  })

  it("goes to the next when its holder is silent, who cannot write any more and is told so", async () => {
    const { database, leases } = await open()
    // It believes that it renews, as a process that stands still would: nothing of it reaches the database.
    const frozen = await held({ ...leases, renew: () => new Promise(() => {}) }, "frozen")
    const write = (hold: Hold) =>
      database.transaction((tx) => checkFence(database, tx, hold).then(() => "written"))
    expect(await write(frozen)).toBe("written")
    const waiting = new AbortController()
    const next = await leaderOf(leases, "next").hold("resync x", "start", waiting.signal)
    expect(next.fence).toBe(frozen.fence + 1)
    await expect(write(frozen)).rejects.toThrow(LeaseLost)
    expect(await write(next)).toBe("written")
    expect(() => frozen.assertHeld()).toThrow(LeaseLost)
    expect(frozen.lost.aborted).toBe(true)
    await frozen.release() // of what is not its own any more
    expect(await leases.holderOf("resync x")).toMatchObject({ holder: "next" })
    await next.release()
    expect(await leases.holderOf("resync x")).toBeUndefined()
    await expect(write(next)).rejects.toThrow(LeaseLost)
  })

  it("is lost at the latest when it ends, where the database does not answer", async () => {
    const { leases } = await open()
    const hold = await held({ ...leases, renew: () => Promise.reject(new Error("gone")) }, "a")
    const lost = new Promise((resolve) => hold.lost.addEventListener("abort", resolve))
    await lost
    expect(() => hold.assertHeld()).toThrow(LeaseLost)
  })

  it("need not be waited for where its holder is known to be gone", async () => {
    const { leases } = await open((holder) => holder === "dead")
    await leases.take("resync x", { holder: "dead", purpose: "start", ttlMs: 60_000 })
    expect(await leases.holderOf("resync x")).toBeUndefined()
    const next = await held(leases, "next")
    await next.release()
  })

  it("lets work go on while it is held, again after it was lost, and not after the work's own end", async () => {
    const { database, leases } = await open()
    const leader = leaderOf(leases, "a")
    const terms: number[] = []
    const stop = new AbortController()
    await leader.whileHeld(
      { name: "lead", purpose: "lead" },
      async (signal) => {
        terms.push(terms.length)
        if (terms.length > 1) return
        // Somebody else takes it, as after a long silence.
        await database
          .kysely<{ leases: { fence: number; expires_at: number } }>()
          .updateTable("leases")
          .set((row) => ({ fence: row("fence", "+", 1), expires_at: 1 }))
          .execute()
        await new Promise((resolve) => signal.addEventListener("abort", resolve))
      },
      stop.signal,
    )
    expect(terms).toEqual([0, 1])
  })
})

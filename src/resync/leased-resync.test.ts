import { describe, expect, it, onTestFinished } from "vitest"
import { openTestDatabase } from "../../test/support/engines.ts"
import { silentLogger } from "../common/logger.ts"
import { systemClock } from "../common/sleep.ts"
import { createLeader } from "../database/leader.ts"
import { openLeases } from "../database/leases.ts"
import { createLeasedResyncs, isLeasedRun } from "./leased-resync.ts"
import { openResyncDuty, type ResyncDuty } from "./resync-duty.ts"
import { endRecord, startRecord } from "./run-record.ts"

const full = { trigger: "start", isPartial: false } as const
const made = endRecord(startRecord("1", "start", new Date(0)), new Date(1), false)
const { signal } = new AbortController()

describe("the lease of a resync", () => {
  async function open(failing: Partial<ResyncDuty>) {
    const database = await openTestDatabase("sqlite")
    onTestFinished(() => database.close())
    const leases = await openLeases(database)
    const leader = createLeader({ leases, holder: "a", ttlMs: 60_000, clock: systemClock, log: silentLogger })
    const duty = { ...(await openResyncDuty(database, "acme")), ...failing }
    const deps = { leader, duty, database, integration: "acme", log: silentLogger }
    return { leases, resyncs: createLeasedResyncs(deps) }
  }
  const fails = () => Promise.reject(new Error("the database is away"))

  it.each(["begin", "tryBegin"] as const)("is given back where the run cannot be noted (%s)", async (how) => {
    const { leases, resyncs } = await open({ began: fails })
    await expect(resyncs[how](full, signal)).rejects.toThrow("the database is away")
    expect(await leases.holderOf("resync acme")).toBeUndefined()
  })

  it("is given back where the end cannot be noted", async () => {
    const { leases, resyncs } = await open({ ended: fails })
    const run = await resyncs.tryBegin(full, signal)
    if (!isLeasedRun(run)) throw new Error("nobody else was there")
    await expect(run.end(made)).rejects.toThrow("the database is away")
    expect(await leases.holderOf("resync acme")).toBeUndefined()
  })
})

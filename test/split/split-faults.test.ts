// A shared resync where something goes wrong with a part, with a process, or with the run.
import { describe, expect, it } from "vitest"
import { silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import type { Database } from "../../src/database/database.ts"
import { createLeader, isHold } from "../../src/database/leader.ts"
import type { LeaseTables } from "../../src/database/leases.ts"
import type { ResyncDeps } from "../../src/resync/run-resync.ts"
import { partLease } from "../../src/resync/split/splitting.ts"
import { createMember } from "../support/crew.ts"
import { crewOf, openSplitWorld } from "../support/split-world.ts"

describe("a part of a shared resync", () => {
  it("that fails once is made by somebody else", async () => {
    const { world, organization } = await openSplitWorld()
    const tries: string[] = []
    const crew = await crewOf(world, 2, { depsOf: failingFor("project-030", tries, 1) })
    const record = await crew.lead.resync()
    expect(tries).toHaveLength(1)
    expect(record.openSources.map(({ part }) => part)).toEqual(["project-051"]) // the one that jq cannot map
    expect(Object.keys(await world.entities("issue"))).toHaveLength(organization.issues.size)
  })

  it("that fails again and again ends as failed after three tries, and nothing of it is deleted", async () => {
    const { world, organization } = await openSplitWorld()
    await world.resync()
    organization.removeProject("project-030") // in the failing part
    organization.removeProject("project-090")
    const tries: string[] = []
    const crew = await crewOf(world, 2, { depsOf: failingFor("project-031", tries) })
    const record = await crew.lead.resync()
    expect(record.status).toBe("failed")
    const failed = record.openSources.filter(
      ({ outcome }) => "reason" in outcome && outcome.reason === "out of luck",
    )
    expect(new Set(failed.map(({ part }) => part)).size).toBe(25)
    expect(new Set(failed.map(({ kind }) => kind))).toEqual(new Set(["project-tag", "issue", "issue-tag"]))
    expect(tries).toHaveLength(6) // of either reading
    const issues = Object.values(await world.entities("issue")).map(({ relations }) => relations.project)
    expect(issues).toContain("project-031")
    expect(issues).not.toContain("project-090")
  })

  it("is taken by another process where its own is stopped, and that is no failed try", async () => {
    const { world, simulator, organization } = await openSplitWorld()
    const crew = await crewOf(world, 2)
    const stopped = crew.allReadIssues.then(() => crew.helpers[0]?.stop())
    simulator.faults.add({ path: "/issues/", action: { until: stopped.then(() => undefined) } })
    const record = await crew.lead.resync()
    expect(Object.keys(await world.entities("issue"))).toHaveLength(organization.issues.size)
    expect(record.openSources.map(({ part }) => part)).toEqual(["project-051"])
  })

  it("is not written by who has lost it without knowing, as a process that stood still", async () => {
    const { world, simulator, organization } = await openSplitWorld()
    const crew = await crewOf(world, 2)
    const taken = crew.allReadIssues.then(() => takeLeasesOf(world.catalog.database, "b"))
    simulator.faults.add({ path: "/issues/", action: { until: taken.then(() => undefined) } })
    const record = await crew.lead.resync()
    expect(await taken).toBeGreaterThan(0)
    expect(record.resources.find(({ kind }) => kind === "issue")?.counts.read).toBe(organization.issues.size)
    expect(record.openSources.map(({ part }) => part)).toEqual(["project-051"])
    expect(crew.lost()).toContain("b")
  })

  it("is not for a process of another version", async () => {
    const { world } = await openSplitWorld()
    const crew = await crewOf(world, 2, { helpersVersion: "2" })
    await crew.lead.resync()
    expect(crew.workers()).toEqual([]) // the leader found nobody to share it with
  })
})

describe("a shared resync that is broken off", () => {
  it("leaves nothing to work at, and the next one begins when nobody is at a part any more", async () => {
    const { world, simulator } = await openSplitWorld()
    const crew = await crewOf(world, 2)
    const cancelled = new AbortController()
    const held = Promise.withResolvers<void>()
    const fault = simulator.faults.add({ path: "/issues/", action: { until: held.promise } })
    const running = crew.lead.resync(cancelled.signal)
    await crew.allReadIssues
    cancelled.abort()
    expect((await running).status).toBe("aborted")
    const { store } = crew.lead.splitting
    expect(await store.current()).toBeUndefined()
    fault()
    held.resolve()
    const record = await crew.lead.resync()
    expect(record.openSources.map(({ part }) => part)).toEqual(["project-051"])
  })

  it("is not followed by another one while a process may still write", async () => {
    const { world } = await openSplitWorld({ count: 5 })
    const { database } = world.catalog
    const member = await createMember({ name: "a", database, deps: world.deps })
    const { splitting } = member
    const leader = createLeader({
      leases: splitting.leases,
      holder: "z",
      ttlMs: 60_000,
      clock: systemClock,
      log: silentLogger,
    })
    const stale = await leader.tryHold(partLease(splitting, 3), "part")
    if (!isHold(stale)) throw new Error("nobody else was there")
    const order: string[] = []
    const running = member.resync().then(() => order.push("resync"))
    await systemClock.sleep(500)
    order.push("released")
    await stale.release()
    await running
    expect(order).toEqual(["released", "resync"])
  })
})

/** Somebody else has had them since, and given them back; how many. */
async function takeLeasesOf(database: Database, holder: string): Promise<number> {
  const { numUpdatedRows } = await database
    .kysely<LeaseTables>()
    .updateTable("leases")
    .set(({ eb }) => ({ holder: "z", fence: eb("fence", "+", 1), expires_at: 0 }))
    .where("holder", "=", holder)
    .where("name", "like", "resync part %")
    .where("expires_at", ">", 0)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Reading the part with this project fails so many times, whoever tries. */
function failingFor(slug: string, tries: string[], times = Number.POSITIVE_INFINITY) {
  return (deps: ResyncDeps, name: string): ResyncDeps => ({
    ...deps,
    openRun(how) {
      const run = deps.openRun(how)
      return {
        ...run,
        openParts(parts) {
          if (parts.includes(slug) && tries.length < times) {
            tries.push(name)
            throw new Error("out of luck")
          }
          const view = run.openParts?.(parts)
          if (!view) throw new Error("a run of this integration has parts")
          return view
        },
      }
    },
  })
}

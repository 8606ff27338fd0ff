// What no event tells, or what happened while nobody listened, is found by asking.
import { describe, expect, it } from "vitest"
import { silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { catchUp } from "../../src/live-events/catch-up.ts"
import { checkKnownObjects } from "../../src/live-events/known-check.ts"
import { openObjectStates } from "../../src/resync/object-states.ts"
import { sentryWebhooks } from "../../src/sentry/webhooks/protocol.ts"
import { type LiveWorld, useLiveEvents } from "../support/live.ts"
import { filledWorld, runUntilRight, type SmallWorld } from "../support/small-world.ts"

const protocol = sentryWebhooks({ secrets: [], toleranceMs: 0 })
const never = new AbortController().signal

async function checkOf(world: SmallWorld, live: LiveWorld) {
  const states = await openObjectStates(world.catalog.database, "my-sentry")
  const open = () => world.deps.openRun().objects
  const { origins } = world.deps
  const deps = { origins, states, log: live.log, protocol, open, logger: silentLogger, clock: systemClock }
  return () => checkKnownObjects(deps, never)
}

describe("the check of known issues", () => {
  it("finds what is deleted, merged and unassigned, at a request for a hundred issues", async () => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    const check = await checkOf(world, live)
    expect(await check()).toEqual({ checked: 5, changed: 0, unknown: 0 })
    expect(await check()).toEqual({ checked: 5, changed: 0, unknown: 0 })

    const [deleted, merged, kept] = ["api one", "api two", "web one"].map(world.idOf)
    world.organization.deleteIssue(deleted ?? "")
    world.organization.mergeIssue(merged ?? "", kept ?? "")
    world.organization.assign(world.idOf("web two"), { user: "ann@acme.example" })
    world.simulator.resetCounts()
    expect(await check()).toMatchObject({ checked: 5, changed: 3, unknown: 0 })
    expect(world.simulator.requests.filter(({ query }) => query.includes("group="))).toHaveLength(1)
    await live.settled()
    expect(await world.names("issue")).toEqual([kept, world.idOf("web two"), world.idOf("worker one")].sort())
    await runUntilRight(world)
  })

  it("finds a change again that could not be written down the first time", async () => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    const states = await openObjectStates(world.catalog.database, "my-sentry")
    const open = () => world.deps.openRun().objects
    const { origins } = world.deps
    const deps = { origins, states, protocol, open, logger: silentLogger, clock: systemClock }
    await checkKnownObjects({ ...deps, log: live.log }, never)
    world.organization.assign(world.idOf("web two"), { user: "ann@acme.example" })
    const append = () => Promise.reject(new Error("the disk is full"))
    await expect(checkKnownObjects({ ...deps, log: { append } }, never)).rejects.toThrow("the disk is full")
    expect(await checkKnownObjects({ ...deps, log: live.log }, never)).toMatchObject({ changed: 1 })
  })

  it("takes no one for gone while Sentry does not answer", async () => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    const check = await checkOf(world, live)
    world.organization.deleteIssue(world.idOf("api one"))
    world.simulator.faults.add({ path: /group=|\/issues\/\d+\//, action: { status: 503 } })
    expect(await check()).toEqual({ checked: 5, changed: 0, unknown: 5 })
    expect(await live.log.list({ limit: 10 })).toEqual([])
  })
})

describe("catching up", () => {
  it("reads what was active since, and nothing else", async () => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    world.wait(3_600_000)
    const since = new Date(world.clock.now())
    world.wait(600_000)
    const { id } = world.organization.addIssue("api", { title: "meanwhile", environment: "staging" })
    world.organization.addEvent(world.idOf("web one"), { environment: "staging" })
    const open = () => world.deps.openRun().objects
    const deps = { log: live.log, protocol, open, logger: silentLogger, clock: systemClock }
    expect(await catchUp(deps, since, never)).toEqual({ objects: 2, complete: true })
    await live.settled()
    expect(await world.names("issueEnvironment")).toEqual(
      expect.arrayContaining([`${id}-staging`, `${world.idOf("web one")}-staging`]),
    )
  })

  it("says so when not all could be listed", async () => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    world.simulator.faults.add({ path: "lastSeen", action: { status: 503 } })
    const open = () => world.deps.openRun().objects
    const deps = { log: live.log, protocol, open, logger: silentLogger, clock: systemClock }
    expect(await catchUp(deps, new Date(0), never)).toEqual({ objects: 0, complete: false })
  })
})

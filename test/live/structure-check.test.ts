// What no webhook tells: people, teams, projects and their environments, read again between resyncs.
import { describe, expect, it, onTestFinished } from "vitest"
import { type CheckDeps, checkStructure } from "../../src/cli/live-checks.ts"
import { silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { openHeartbeat } from "../../src/live-events/heartbeat.ts"
import { openObjectStates } from "../../src/resync/object-states.ts"
import { sentryWebhooks } from "../../src/sentry/webhooks/protocol.ts"
import { useLiveEvents } from "../support/live.ts"
import { everything, filledWorld, hour, mirrorOf, type SmallWorld } from "../support/small-world.ts"

describe("the check of people, teams and projects", () => {
  it("brings what is new and lets go of what is gone, without asking for an issue", async () => {
    const world = await filledWorld()
    world.organization.addMember({ email: "cy@acme.example" })
    world.organization.removeMember("bob@acme.example")
    world.organization.addTeam({ slug: "mobile", projects: ["api"], members: ["cy@acme.example"] })
    world.organization.removeTeam("frontend")
    world.organization.addProject({ slug: "shop", platform: "node" })
    const issues = await issuesOf(world)
    world.simulator.resetCounts()

    await checkOnce(world)

    const { user, team, project } = mirrorOf(world)
    expect(await everything(world)).toMatchObject({ user, team, project, ...issues })
    expect(world.simulator.requests.filter(({ path }) => /issues/.test(path))).toEqual([])
  })

  it("leaves issues alone though their project is gone, which is a resync's to settle", async () => {
    const world = await filledWorld()
    const issues = await issuesOf(world)
    world.organization.removeProject("worker")

    await checkOnce(world)

    expect(await world.names("project")).toEqual(["api", "web"])
    expect(await issuesOf(world)).toEqual(issues)
  })

  it("deletes nothing where Sentry does not let it read", async () => {
    const world = await filledWorld()
    const before = await everything(world)
    world.organization.removeMember("bob@acme.example")
    world.organization.removeTeam("frontend")
    world.simulator.tokens.revoke(world.simulator.token)

    await checkOnce(world)

    expect(await everything(world)).toEqual(before)
  })

  it("is passed over while a resync runs", async () => {
    const world = await filledWorld()
    world.simulator.resetCounts()
    await checkOnce(world, { isResyncing: () => true })
    expect(world.simulator.requests).toEqual([])
  })
})

async function issuesOf(world: SmallWorld) {
  const { issue, issueEnvironment } = await everything(world)
  return { issue, issueEnvironment }
}

/** One interval passes, and what is done then comes to its end. */
async function checkOnce(world: SmallWorld, more: Partial<CheckDeps> = {}): Promise<void> {
  world.wait(hour)
  const live = await useLiveEvents(world, { working: false })
  const end = new AbortController()
  onTestFinished(() => end.abort())
  let passed = 0
  await checkStructure(
    {
      resync: world.deps,
      log: live.log,
      protocol: sentryWebhooks({ secrets: [], toleranceMs: 0 }),
      heartbeat: openHeartbeat(world.catalog.database, "my-sentry"),
      states: await openObjectStates(world.catalog.database, "my-sentry"),
      isResyncing: () => false,
      logger: silentLogger,
      clock: {
        now: systemClock.now,
        async sleep() {
          if (passed++ > 0) end.abort()
        },
      },
      ...more,
    },
    60_000,
    end.signal,
  )
}

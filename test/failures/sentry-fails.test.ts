// Sentry has trouble: what passes by is tried again and leaves no trace; what stays is named, and nothing is lost.
import { describe, expect, it } from "vitest"
import type { FaultAction } from "../../src/simulator/faults.ts"
import {
  changeEverything,
  everything,
  filledWorld,
  mirrorOf,
  runUntilRight,
  wanting,
} from "../support/small-world.ts"

describe("a fault that passes", () => {
  const lists = ["/members/", "/teams/", "/organizations/acme/projects/", "/issues/?", "/tags/", "/users/"]
  const faults: [string, FaultAction][] = [
    ["500", { status: 500 }],
    ["502 with a page", { status: 502, body: "<html>Bad gateway</html>" }],
    ["429 without headers", { status: 429, body: { detail: "slow down" } }],
    ["429 with Retry-After", { status: 429, headers: { "retry-after": "3" } }],
    ["a reset connection", "reset"],
    ["half a body", "half-body"],
  ]
  it.each(faults)("leaves no trace when every list meets it once: %s", async (_, action) => {
    const world = await filledWorld()
    changeEverything(world)
    for (const path of lists) world.simulator.faults.add({ path, times: 1, action })
    await runUntilRight(world)
    expect(world.simulator.faults.struck().filter(({ times }) => times === 1).length).toBeGreaterThan(3)
  })

  it.each([1, 2, 3])("leaves no trace when 5 %% of all requests answer 500 (seed %i)", async (faultSeed) => {
    const world = await filledWorld({ simulator: { faultSeed }, tagSource: "exact" })
    for (let index = 0; index < 120; index++) {
      world.organization.addIssue("api", { title: `more ${index}`, environment: "production" })
    }
    world.simulator.faults.add({ path: /./, probability: 0.05, action: { status: 500 } })
    await runUntilRight(world)
    changeEverything(world)
    await runUntilRight(world)
    expect(world.simulator.faults.struck()[0]?.times).toBeGreaterThan(5)
  })

  it("leaves no trace when every third connection breaks, at once or in the middle of a body", async () => {
    const world = await filledWorld()
    changeEverything(world)
    world.simulator.faults.add({ path: /./, every: 3, action: "reset" })
    world.simulator.faults.add({ path: /./, every: 4, action: "half-body" })
    await runUntilRight(world)
  })

  it("leaves no trace where Sentry keeps the limits of sentry.io", async () => {
    const world = await filledWorld({ simulator: { limits: "sentry.io" } })
    for (let index = 0; index < 60; index++) {
      world.organization.addIssue("api", { title: `more ${index}`, environment: "production" })
    }
    await runUntilRight(world)
  })

  it("waits as long as Retry-After says", async () => {
    const world = await filledWorld()
    world.simulator.faults.add({
      path: "/organizations/acme/members/",
      times: 2,
      action: { status: 429, headers: { "retry-after": "20" } },
    })
    const before = world.clock.now()
    const record = await world.run()
    expect(wanting(record)).toEqual([])
    expect(world.clock.now() - before - 3_600_000).toBeGreaterThanOrEqual(40_000)
  })
})

describe("a fault that stays", () => {
  const faults: [string, FaultAction, string][] = [
    ["500", { status: 500 }, "answered 500"],
    ["429 to the end", { status: 429, headers: { "retry-after": "60" } }, "answered 429"],
    ["reset connections", "reset", "got no answer"],
    ["half bodies", "half-body", "got no answer"],
    ["a login page", "html", "not JSON"],
    ["JSON that is no list", { status: 200, body: { detail: "?" } }, "not a list"],
  ]
  it.each(faults)(
    "on one project's issues is named, and costs nobody an entity: %s",
    async (_, action, said) => {
      const world = await filledWorld()
      const before = await everything(world)
      const id = world.organization.projectOf("api")?.id
      const gone = world.idOf("api one")
      // The issue's own address too: its 404 would be proof.
      const path = new RegExp(`project=${id}(?!\\d)|/projects/acme/api/issues/|/issues/${gone}/`)
      world.simulator.faults.add({ path, action })
      // Another issue of the project is in its environment too, which its complete tag list goes on to show.
      world.organization.deleteIssue(gone)

      const record = await world.run()
      expect(record.status).toBe("failed")
      expect(record.openSources.map(({ kind, part }) => `${kind} ${part}`)).toContain("issue api")
      expect(wanting(record).join("\n")).toContain(said)
      expect(await everything(world)).toEqual(before)

      world.simulator.faults.clear()
      await runUntilRight(world)
    },
  )

  it.each(faults)("on the lists of people is named, and the rest goes on: %s", async (_, action, said) => {
    const world = await filledWorld()
    world.simulator.faults.add({ path: /\/(members|teams)\//, action })
    changeEverything(world)
    const record = await world.run()
    expect(record.openSources.map(({ kind }) => kind).sort()).toEqual(["team", "user"])
    expect(wanting(record).join("\n")).toContain(said)
    const now = await everything(world)
    expect(now.user).toContain("bob@acme.example")
    expect(now.team).toContain("frontend")
    const { user: _users, team: _teams, ...others } = now
    expect(mirrorOf(world)).toMatchObject(others)

    world.simulator.faults.clear()
    await runUntilRight(world)
  })

  it.each([{ remembers: true }, { remembers: false }])(
    "on the tags of one issue costs that issue nothing and the others no change ($remembers)",
    async ({ remembers }) => {
      // In another way it would not be asked for.
      const world = await filledWorld({ remembers, tagSource: "exact" })
      const id = world.idOf("api two")
      world.simulator.faults.add({ path: `/issues/${id}/tags/`, action: { status: 500 } })
      world.organization.addEvent(id, { environment: "development" })
      world.organization.addEvent(world.idOf("api one"), { environment: "development" })

      const record = await world.run()
      expect(record.status).toBe("failed")
      expect(record.openSources.map(({ kind, part }) => `${kind} ${part}`)).toEqual(["issue-tag api"])
      expect(wanting(record)[0]).toContain(id)
      const now = await world.names("issueEnvironment")
      expect(now).toEqual(expect.arrayContaining([`${id}-production`, `${id}-staging`]))
      expect(now).toContain(`${world.idOf("api one")}-development`)
      expect(now).not.toContain(`${id}-development`)

      world.simulator.faults.clear()
      await runUntilRight(world)
    },
  )

  it("while an issue that left its list is looked up keeps its entity as it was", async () => {
    const world = await filledWorld()
    const id = world.idOf("web one")
    world.organization.deleteIssue(id)
    world.simulator.faults.add({ path: /group=|\/issues\/\d+\/\?/, action: { status: 500 } })
    const record = await world.run()
    expect(await world.names("issue")).toContain(id)
    expect(record.refusedDeletes.map(({ identifier }) => identifier)).toEqual(
      expect.arrayContaining([id, `${id}-production`]),
    )
    expect(record.refusedDeletes[0]?.reason).toContain("answered 500")
    world.simulator.faults.clear()
    await runUntilRight(world)
  })
})

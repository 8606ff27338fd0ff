// From a webhook to the catalog: each event is a hint, and what is written is what Sentry says.
import { describe, expect, it } from "vitest"
import { issueBody, useLiveEvents } from "../support/live.ts"
import { everything, filledWorld, mirrorOf, runUntilRight } from "../support/small-world.ts"

describe("an issue event", () => {
  it.each(["created", "assigned", "unresolved", "resolved", "ignored", "archived"])(
    "%s brings the issue as Sentry has it, whatever the event says of it",
    async (action) => {
      const world = await filledWorld()
      const live = await useLiveEvents(world)
      const { id } = world.organization.addIssue("api", { title: "fresh", environment: "production" })
      const answer = await live.deliver(
        "issue",
        issueBody(action, id, { status: "resolved", title: "a lie" }),
      )
      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual({ status: "ok" })
      await live.settled()
      const { [id]: entity } = await world.entities("issue")
      expect(entity).toMatchObject({ title: "fresh", properties: { status: "unresolved" } })
      expect(await world.names("issueEnvironment")).toContain(`${id}-production`)
    },
  )

  it("of an issue that is resolved updates its status", async () => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    const id = world.idOf("web one")
    world.organization.resolve(id)
    await live.deliver("issue", issueBody("resolved", id))
    await live.settled()
    expect((await world.entities("issue"))[id]?.properties.status).toBe("resolved")
    expect(await live.log.list({ limit: 1 })).toMatchObject([{ state: "done", outcome: "read again" }])
  })

  it("comes to its end when Port is back", async () => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    const id = world.idOf("web one")
    world.organization.resolve(id)
    world.port.intercept = () => new Response("<html>", { status: 503 })
    expect((await live.deliver("issue", issueBody("resolved", id))).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    world.port.intercept = undefined
    await live.settled()
    expect((await world.entities("issue"))[id]?.properties.status).toBe("resolved")
  })

  it("comes to its end when Sentry is back, and deletes nothing before", async () => {
    const world = await filledWorld()
    const before = await everything(world)
    const live = await useLiveEvents(world)
    const id = world.idOf("api two")
    world.organization.deleteIssue(id)
    world.simulator.faults.add({ path: /./, action: { status: 503 } })
    await live.deliver("issue", issueBody("resolved", id))
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await everything(world)).toEqual(before)
    world.simulator.faults.clear()
    await live.settled()
    expect(await world.names("issue")).not.toContain(id)
    await runUntilRight(world)
  })

  it("of many issues at once costs a request a hundred", async () => {
    const world = await filledWorld()
    const live = await useLiveEvents(world, { working: false })
    const ids = Array.from(
      { length: 250 },
      (_, index) => world.organization.addIssue("api", { title: `n ${index}`, environment: "production" }).id,
    )
    await Promise.all(ids.map((id) => live.deliver("issue", issueBody("created", id))))
    const working = await useLiveEvents(world)
    world.simulator.resetCounts()
    await working.settled()
    expect(world.simulator.requests.filter(({ query }) => query.includes("group="))).toHaveLength(3)
    expect(await everything(world)).toEqual(mirrorOf(world))
  })

  it("in an environment new to its project brings the project's environment too", async () => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    const { id } = world.organization.addIssue("worker", { title: "new place", environment: "canary" })
    await live.deliver("issue", issueBody("created", id))
    await live.settled()
    expect(await everything(world)).toEqual(mirrorOf(world))
    expect(await world.names("environment")).toContain("worker-canary")
    expect((await world.entities("issueEnvironment"))[`${id}-canary`]?.relations.environment).toBe(
      "worker-canary",
    )
  })
})

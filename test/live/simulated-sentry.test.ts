// The simulated Sentry speaks, and the catalog follows: nobody delivers anything by hand here.
import { describe, expect, it } from "vitest"
import { createRandom } from "../../src/simulator/random.ts"
import { createNextChange } from "../../src/simulator/slow-changes.ts"
import { secret, useLiveEvents } from "../support/live.ts"
import { everything, filledWorld, mirrorOf } from "../support/small-world.ts"

async function start(clientSecret = secret) {
  const world = await filledWorld()
  const live = await useLiveEvents(world, { toleranceMs: Number.POSITIVE_INFINITY })
  const app = world.organization.addApp({
    name: "Software catalog",
    webhookUrl: `${live.url}/integration/webhook`,
    events: ["issue", "comment"],
    clientSecret,
  })
  const arrived = async () => {
    await world.simulator.webhooks.idle()
    await live.settled()
  }
  return { world, live, app, arrived }
}

describe("a change in the simulated Sentry", () => {
  it("of each sort is in the catalog when its webhook was worked on", async () => {
    const { world, app, arrived } = await start()
    const { organization } = world
    const id = world.idOf("web one")
    const statusOf = async () => (await world.entities("issue"))[id]?.properties.status
    organization.resolve(id, { inNextRelease: true })
    await arrived()
    expect(await statusOf()).toBe("resolved")
    organization.addEvent(id, { environment: "production" })
    await arrived()
    expect(await statusOf()).toBe("unresolved")
    organization.archive(id)
    await arrived()
    expect(await statusOf()).toBe("ignored")
    organization.unresolve(id)
    organization.addIssue("worker", { title: "Überraschung 🚀", environment: "preview" })
    await arrived()
    expect(await everything(world)).toEqual(mirrorOf(world))
    expect(app.requests.every(({ responseCode }) => responseCode === 200)).toBe(true)
  })

  it("that happens slowly, again and again, leaves the catalog as a resync would", async () => {
    const { world, arrived } = await start()
    const next = createNextChange(world.organization, createRandom(5))
    for (let round = 0; round < 18; round++) next()
    await arrived()
    const record = await world.run()
    const writes = record.resources.map(
      ({ counts: { created, updated, deleted } }) => created + updated + deleted,
    )
    expect(writes.length).toBeGreaterThan(3)
    expect(new Set(writes)).toEqual(new Set([0]))
  })

  it("is refused where the integration has another secret, and Sentry notes it", async () => {
    const { world, app, live, arrived } = await start("another-secret")
    world.organization.resolve(world.idOf("web one"))
    await arrived()
    expect(app.requests).toMatchObject([{ eventType: "issue.resolved", responseCode: 401 }])
    expect(await live.log.list({ limit: 1 })).toEqual([])
  })
})

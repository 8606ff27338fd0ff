// A resync and live events at the same time: neither overwrites the other with something older.
import { describe, expect, it } from "vitest"
import { silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { createLiveWatch } from "../../src/live-events/live-watch.ts"
import { runResync } from "../../src/resync/run-resync.ts"
import { sentryWebhooks } from "../../src/sentry/webhooks/protocol.ts"
import { issueBody, type LiveWorld, useLiveEvents } from "../support/live.ts"
import {
  blueprint,
  createSmallWorld,
  mappingOf,
  resource,
  resources,
  type SmallWorld,
  smallBlueprints,
  wanting,
} from "../support/small-world.ts"

function resyncBeside(world: SmallWorld, live: LiveWorld) {
  const watch = createLiveWatch({
    log: live.log,
    protocol: sentryWebhooks({ secrets: [], toleranceMs: 0 }),
    clock: systemClock,
  })
  const clock = systemClock // the log's clock: what came when is compared
  return runResync(
    { ...world.deps, clock, log: silentLogger, live: watch },
    "once",
    new AbortController().signal,
  )
}

describe("an event in the middle of a resync", () => {
  it("is not undone by a page that was read before it", async () => {
    const world = await createSmallWorld({
      // The environments first: what they wait for comes between the list and the writing of the issues.
      mapping: mappingOf([resources.issueEnvironment, issueWithAssignee]),
      blueprints: [...smallBlueprints.filter(({ identifier }) => identifier !== "issue"), assignable],
    })
    await world.run()
    const live = await useLiveEvents(world)
    const id = world.idOf("web one")
    world.organization.assign(id, { user: "ann@acme.example" })
    world.simulator.faults.add({
      path: /tags\/environment|environment=|\/events\//,
      times: 1,
      action: { delayMs: 800 },
    })
    world.port.sent.length = 0
    const running = resyncBeside(world, live)
    await untilSent(world, "/organizations/acme/issues/")
    world.organization.resolve(id)
    await live.deliver("issue", issueBody("resolved", id))
    await live.settled()
    const record = await running
    expect(wanting(record)).toEqual([])
    await live.settled()
    expect((await world.entities("issue"))[id]?.properties.status).toBe("resolved")
    expect(statusesSent(world, id)).not.toContain("unresolved")
    expect((await live.log.list({ limit: 1 }))[0]).toMatchObject({ name: "issue.check", state: "done" })
  })
})

/** So that the page which the run read differs from what the catalog holds: it would be written. */
const issueWithAssignee = resource("issue", {
  identifier: ".id",
  title: ".title",
  blueprint: '"issue"',
  properties: { status: ".status", assignee: ".assignedTo.email" },
})
const assignable = blueprint("issue", { status: { type: "string" }, assignee: { type: "string" } })

/** The status of each write of the issue, in order. */
function statusesSent({ port }: SmallWorld, id: string): unknown[] {
  const bodies = port.sentTo("POST", /\/blueprints\/issue\/entities\/bulk$/).map(({ body }) => body)
  // Bulks of our own client.
  const entities = bodies.flatMap(
    (body) => (body as { entities: { identifier: string; properties: { status: string } }[] }).entities,
  )
  return entities.filter(({ identifier }) => identifier === id).map(({ properties }) => properties.status)
}

async function untilSent(world: SmallWorld, path: string): Promise<void> {
  world.simulator.resetCounts()
  for (let tries = 0; tries < 200; tries++) {
    if (world.simulator.requests.some((request) => request.path.includes(path))) return
    await systemClock.sleep(5)
  }
  throw new Error(`nobody asked for ${path}`)
}

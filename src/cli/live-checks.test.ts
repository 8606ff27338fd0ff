import { describe, expect, it, onTestFinished } from "vitest"
import { useLiveEvents } from "../../test/support/live.ts"
import { filledWorld } from "../../test/support/small-world.ts"
import { silentLogger } from "../common/logger.ts"
import { systemClock } from "../common/sleep.ts"
import { openObjectStates } from "../resync/object-states.ts"
import { sentryWebhooks } from "../sentry/webhooks/protocol.ts"
import { catchUpAtStart } from "./live-checks.ts"

describe("catching up at the start", () => {
  it("is still owed where Sentry could not list what happened, and is done when it can", async () => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    world.organization.addEvent(world.idOf("web one"), { environment: "production" })
    const start = world.clock.now()
    let last = start - 600_000
    const beats: number[] = []
    const end = new AbortController()
    onTestFinished(() => end.abort())
    const healed = world.simulator.faults.add({ path: "lastSeen", action: { status: 503 } })

    await catchUpAtStart(
      {
        resync: world.deps,
        log: live.log,
        protocol: sentryWebhooks({ secrets: [], toleranceMs: 0 }),
        heartbeat: {
          last: async () => last,
          async beat(at) {
            last = at
            beats.push(at)
          },
        },
        states: await openObjectStates(world.catalog.database, "my-sentry"),
        isResyncing: () => false,
        logger: silentLogger,
        // Ten seconds pass in an instant.
        clock: { now: world.clock.now, sleep: (_, signal) => systemClock.sleep(20, signal) },
      },
      end.signal,
    )
    expect(beats).toEqual([])
    expect(await live.log.list({ limit: 10 })).toEqual([])

    healed()
    await expect.poll(() => beats.length, { timeout: 10_000 }).toBeGreaterThan(0)
    expect((await live.log.list({ limit: 10 })).map(({ name }) => name)).toContain("issue.check")
  })
})

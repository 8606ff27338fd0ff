import { tmpdir } from "node:os"
import { describe, expect, it } from "vitest"
import { silentLogger } from "../common/logger.ts"
import { createResyncRequests } from "../listeners/resync-requests.ts"
import { endRecord, startRecord, type Trigger } from "../resync/run-record.ts"
import { type ServeDeps, serve } from "./serve.ts"
import { readSettings } from "./settings-sources.ts"

/** Serves until nothing more happens; time passes only in sleeps, and the first trigger of the timer ends it. */
async function serveBriefly(
  listener: Record<string, unknown>,
): Promise<{ slept: number[]; triggers: Trigger[] }> {
  const { settings } = readSettings({
    flags: {},
    environment: { OCEAN__EVENT_LISTENER: JSON.stringify(listener), OCEAN__SCHEDULED_RESYNC_INTERVAL: "30" },
    folder: `${tmpdir()}/no-such-folder`,
  })
  const slept: number[] = []
  const triggers: Trigger[] = []
  const stop = new AbortController()
  let now = 0
  const clock: ServeDeps["clock"] = {
    now: () => now,
    async sleep(ms) {
      slept.push(ms)
      now += ms
    },
  }
  const app = {
    async run(trigger: Trigger) {
      triggers.push(trigger)
      if (trigger === "schedule") stop.abort()
      return endRecord(startRecord("1", trigger, new Date(0)), new Date(0), false)
    },
    health: { notReady: undefined },
    resyncRequests: createResyncRequests(clock),
    help: undefined,
    live: undefined,
    leading: undefined,
    runs: undefined,
    // No listener of this test speaks to Port.
    port: {} as ServeDeps["app"]["port"],
  }
  setTimeout(() => stop.abort(), 100)
  await serve({ app, settings, clock, log: silentLogger }, stop.signal)
  return { slept: slept.filter((ms) => ms >= 60_000), triggers }
}

describe("the timer beside a listener", () => {
  it("is not set under WEBHOOKS_ONLY, nor where the switch keeps resyncs off", async () => {
    for (const listener of [{ type: "WEBHOOKS_ONLY" }, { type: "KAFKA", shouldResync: false }]) {
      expect(await serveBriefly(listener)).toEqual({ slept: [], triggers: [] })
    }
  })

  it("resyncs first after its interval", async () => {
    const { slept, triggers } = await serveBriefly({ type: "WEBHOOKS_ONLY", shouldResync: true })
    expect(slept[0]).toBe(30 * 60_000)
    expect(triggers[0]).toBe("schedule")
  })
})

// The calls of each start, beside what is written down in the tables of this folder. `npx vitest run --project unit
// test/start-up/calls.test.ts --update` writes them anew; the difference is then for a person to judge.
import { describe, expect, it } from "vitest"
import { serve } from "../../src/cli/serve.ts"
import { type Clock, systemClock } from "../../src/common/sleep.ts"
import { presets } from "../../src/sentry/defaults/presets.ts"
import { callTable } from "../support/call-table.ts"
import { createPlace, identifier, type StartPlace, start } from "../support/start-up.ts"

const [preset] = presets

describe("a start against Port", () => {
  it("makes the integration, its mapping and its blueprints in an empty organization, and nothing at the second start", async () => {
    const place = await createPlace()

    const { app } = await start(place)
    await expectTable(place, "empty.txt")
    await app.close()

    await start(place)
    await expectTable(place, "second.txt")
    expect(writesIn(place)).toEqual([])
  })

  it("makes the integration and its mapping, and no blueprint, where the defaults are switched off", async () => {
    const place = await createPlace()

    await start(place, { OCEAN__INITIALIZE_PORT_RESOURCES: "false" })

    await expectTable(place, "without-resources.txt")
    await expectSilentSecondStart(place, { OCEAN__INITIALIZE_PORT_RESOURCES: "false" })
  })

  it("makes an integration without resources for the origin Empty", async () => {
    const place = await createPlace()

    await start(place, { OCEAN__CREATE_PORT_RESOURCES_ORIGIN: "Empty" })

    await expectTable(place, "empty-origin.txt")
    await expectSilentSecondStart(place, { OCEAN__CREATE_PORT_RESOURCES_ORIGIN: "Empty" })
    await expectSilentSecondStart(place, {})
  })

  it("waits for Port's own mapping where Port provisions the integration", async () => {
    const place = await createPlace({
      organization: { featureFlags: ["USE_PROVISIONED_DEFAULTS"] },
      provisionedTypes: ["sentry"],
    })
    const waits: number[] = []

    await start(place, {}, { clock: waitingClock(waits, async () => waits.length === 3 && provision(place)) })

    await expectTable(place, "provisioned.txt")
    expect(waits).toEqual([3_000, 4_650, 7_208])
    await expectSilentSecondStart(place, {})
  })

  it("brings an existing integration up to date where it differs, and fills an empty mapping", async () => {
    const place = await createPlace()
    await place.catalog.request("POST", "/v1/integration", {
      installationId: identifier,
      installationAppType: "sentry",
      version: "0.3.153",
      changelogDestination: { type: "KAFKA" },
      processingMode: "dsp",
      config: {},
    })

    await start(place)

    await expectTable(place, "upgraded.txt")
    await expectSilentSecondStart(place, {})
  })
})

describe("a running process that asks Port for requests", () => {
  it("gives up its resync for a newer request, and says so", async () => {
    const place = await createPlace()
    const stop = new AbortController()
    const polls = gate()
    const clock: Clock = {
      now: systemClock.now,
      sleep: (ms, signal) => (ms === 60_000 ? polls.wait(signal) : systemClock.sleep(ms, signal)),
    }
    const { app, settings, log } = await start(place, { OCEAN__EVENT_LISTENER__TYPE: "POLLING" }, { clock })
    place.port.sent.length = 0
    let held = 0
    place.port.intercept = async ({ method, path, body }) => {
      if (path.endsWith("/resync-state") && JSON.stringify(body).includes('"completed"')) stop.abort()
      if (method !== "POST" || !path.endsWith("/entities/bulk") || held++ > 0) return undefined
      // The first run stands still here until it is given up.
      await place.catalog.request("PATCH", `/v1/integration/${identifier}`, {})
      polls.open()
      return "hang-up"
    }

    await serve({ app, settings, clock, log }, stop.signal)

    expect(held).toBeGreaterThan(1)
    const frame = place.port.sent.filter(({ path }) => /^\/integration\/[^/]+(\/resync-\w+)?$/.test(path))
    await expect(callTable(frame)).toMatchFileSnapshot("superseded.txt")
  })
})

async function expectTable({ port }: StartPlace, name: string): Promise<void> {
  await expect(callTable(port.sent)).toMatchFileSnapshot(name)
  if (name !== "second.txt") port.sent.length = 0
}

async function expectSilentSecondStart(place: StartPlace, variables: Record<string, string>): Promise<void> {
  place.port.sent.length = 0
  await start(place, variables)
  expect(writesIn(place)).toEqual([])
}

/** All but reading and signing in. */
function writesIn({ port }: StartPlace) {
  return port.sent.filter(({ method, path }) => method !== "GET" && path !== "/auth/access_token")
}

/** What Port does in the background when it was asked to create an integration with its resources. */
async function provision({ catalog }: StartPlace): Promise<void> {
  await catalog.request("PATCH", `/v1/integration/${identifier}/config`, { config: preset.mapping })
  await catalog.request("PATCH", `/v1/integration/${identifier}`, { arePortResourcesInitialized: true })
}

/** Time that passes only while somebody sleeps, and what happens meanwhile. */
function waitingClock(waits: number[], meanwhile: () => Promise<unknown>): Clock {
  return {
    now: systemClock.now,
    async sleep(ms) {
      waits.push(Math.round(ms))
      await meanwhile()
    },
  }
}

/** Lets one wait end at each `open`; a wait that comes later than it ends at once. */
function gate() {
  const waiting: (() => void)[] = []
  let credit = 0
  return {
    open() {
      const next = waiting.shift()
      if (next) next()
      else credit++
    },
    async wait(signal?: AbortSignal): Promise<void> {
      if (credit > 0) {
        credit--
        return
      }
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        signal?.addEventListener("abort", () => resolve(), { once: true })
      })
    },
  }
}

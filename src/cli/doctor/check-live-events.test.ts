import { describe, expect, it } from "vitest"
import { checkLiveEvents, type LiveEventsInput } from "./check-live-events.ts"

const address = "https://ocean.acme.example"
const target = `${address}/integration/webhook`

function told(set: { baseUrl?: string; secret?: string }, more: Partial<LiveEventsInput> = {}): string[] {
  const integration = {
    identifier: "i",
    type: "sentry",
    config: { sentryHost: "https://sentry.io", sentryWebhookSecret: set.secret },
    incrementalSyncEnabled: false,
    incrementalSyncInterval: 15,
  }
  const settings = { baseUrl: set.baseUrl, pathPrefix: undefined, integration }
  const input = { settings, once: false, demo: false, off: false, webhookUrls: [target], ...more }
  return checkLiveEvents(input).map(({ level, what }) => `${level}: ${what}`)
}

describe("what is said of live events", () => {
  it("names which of base URL and webhook secret is missing, and what follows", () => {
    expect(told({})).toEqual([expect.stringMatching(/^note: Neither .* next check or resync/)])
    expect(told({ secret: "s" })).toEqual([expect.stringMatching(/^note: .* no base URL/)])
    expect(told({ baseUrl: address })).toEqual([
      expect.stringMatching(/^note: .* no webhook secret: anyone may send events/),
      expect.stringMatching(/^fine: .*sends its events to/),
    ])
    expect(told({ baseUrl: address, secret: "s" })).toEqual([
      "fine: Base URL and webhook secret are set: signatures are checked.",
      `fine: Sentry has an integration that sends its events to ${target}.`,
    ])
  })

  it("tells where nothing sends events here, and where it cannot be known", () => {
    const set = { baseUrl: address, secret: "s" }
    expect(told(set, { webhookUrls: ["https://elsewhere.example/hook"] })[1]).toMatch(/^note: No integration/)
    expect(told(set, { webhookUrls: undefined })[1]).toMatch(/^fine: Sentry does not tell/)
  })

  it("tells of an address that only this machine knows", () => {
    expect(told({ baseUrl: "http://localhost:8000", secret: "s" })[1]).toMatch(/^note: .*cannot reach it/)
  })

  it("has nothing to ask for in the demo, in a single run, and where events are switched off", () => {
    expect(told({}, { demo: true })).toEqual([expect.stringMatching(/^fine: The simulated organization/)])
    expect(told({}, { once: true })).toEqual([expect.stringContaining("A single run takes no events")])
    expect(told({ baseUrl: address }, { off: true })).toEqual([expect.stringMatching(/^fine: Switched off/)])
  })
})

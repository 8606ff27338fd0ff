// The self-test of the webhook: what it says of each way in which a delivery may not arrive.
import { describe, expect, it, onTestFinished } from "vitest"
import { createHttpClient } from "../../src/common/http-client.ts"
import { createDispatcher } from "../../src/common/http-dispatcher.ts"
import { silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import type { EventLog } from "../../src/live-events/event-log.ts"
import { sentryRetryPolicy } from "../../src/sentry/retry-policy.ts"
import { unreachableBySentry, webhookAddress } from "../../src/sentry/webhooks/address.ts"
import { type SelfTestDeps, selfTest } from "../../src/sentry/webhooks/self-test.ts"
import { secret, useLiveEvents } from "../support/live.ts"
import { type Receiver, useReceiver } from "../support/receiver.ts"
import { createSmallWorld } from "../support/small-world.ts"

function test(deps: Partial<SelfTestDeps> & { url: string }) {
  const dispatcher = createDispatcher({ connections: 2, verifyTls: true, extraCertificates: [], proxy: {} })
  onTestFinished(() => dispatcher.close())
  const http = createHttpClient({
    peer: "ourselves",
    dispatcher,
    retry: sentryRetryPolicy({ retries: 0 }),
    timeoutMs: 5_000,
    log: silentLogger,
  })
  const quick = { now: systemClock.now, sleep: async () => undefined }
  return selfTest(
    { sentryHost: "https://sentry.example", secret, http, clock: quick, ...deps },
    new AbortController().signal,
  )
}

function arrivedIn(log: EventLog) {
  return async (requestId: string) =>
    (await log.list({ limit: 50 })).some((event) => event.requestId === requestId)
}

describe("the self-test", () => {
  it("is content where deliveries arrive in our log, and wrongly signed ones are refused", async () => {
    const live = await useLiveEvents(await createSmallWorld())
    const findings = await test({ url: webhookAddress(live.url), arrived: arrivedIn(live.log) })
    expect(findings.map(({ ok }) => ok)).toEqual([true, true, true])
    await live.settled()
    expect(await live.log.list({ limit: 5 })).toMatchObject([{ name: "self-test.sent", state: "done" }])
  })

  it("says that the process has another secret", async () => {
    const live = await useLiveEvents(await createSmallWorld(), { secrets: ["another"] })
    expect(await test({ url: webhookAddress(live.url) })).toMatchObject([
      { ok: false, what: expect.stringContaining("401"), hint: expect.stringContaining("same secret") },
    ])
  })

  it("says that the process checks no signatures", async () => {
    const live = await useLiveEvents(await createSmallWorld(), { secrets: [] })
    const findings = await test({ url: webhookAddress(live.url), arrived: arrivedIn(live.log) })
    expect(findings.map(({ ok }) => ok)).toEqual([true, true, false])
    expect(findings.at(-1)?.what).toContain("200 instead of 401")
  })

  it("says what follows from having no secret at all", async () => {
    const live = await useLiveEvents(await createSmallWorld(), { secrets: [] })
    const [finding] = await test({ url: webhookAddress(live.url), secret: undefined })
    expect(finding).toMatchObject({ ok: false, what: expect.stringContaining("only hints") })
  })

  it("says that somebody else's database has the event", async () => {
    const world = await createSmallWorld()
    const [here, there] = [await useLiveEvents(await createSmallWorld()), await useLiveEvents(world)]
    const findings = await test({ url: webhookAddress(there.url), arrived: arrivedIn(here.log) })
    expect(findings.map(({ ok }) => ok)).toEqual([true, false, true])
  })

  it.each<[string, Receiver["answer"], string]>([
    [
      "a redirect",
      { status: 301, headers: { location: "https://elsewhere.example/" } },
      "https://elsewhere.example/",
    ],
    ["a login page", { status: 200, text: "<html>" }, "not by this program"],
    ["no such route", { status: 404 }, "no webhook route"],
    ["a full log", { status: 503, text: '{"message":"the event log is full"}' }, "the event log is full"],
  ])("tells of %s", async (_, answer, words) => {
    const receiver = await useReceiver()
    receiver.answer = answer
    const findings = await test({ url: webhookAddress(receiver.url) })
    expect(findings).toMatchObject([
      { ok: false, what: expect.stringContaining(words), hint: expect.any(String) },
    ])
  })

  it("tells of nobody, and of an answer that Sentry would not have waited for", async () => {
    expect(await test({ url: "http://127.0.0.1:9/integration/webhook" })).toMatchObject([
      { ok: false, what: expect.stringContaining("Nobody answers") },
    ])
    const receiver = await useReceiver()
    let now = 0
    const slow = { now: () => (now += 1_200), sleep: async () => undefined }
    const findings = await test({ url: webhookAddress(receiver.url), clock: slow })
    expect(findings[1]).toMatchObject({ ok: false, what: expect.stringContaining("Sentry waits 1000 ms") })
  })
})

describe("the address", () => {
  it.each([
    ["https://a.example", undefined, "https://a.example/integration/webhook"],
    ["https://a.example/", "/ocean", "https://a.example/ocean/integration/webhook"],
    ["https://a.example/ocean/", "/ocean/", "https://a.example/ocean/integration/webhook"],
  ])("of %s with the prefix %s is %s", (base, prefix, address) => {
    expect(webhookAddress(base, prefix)).toBe(address)
  })

  it.each([
    ["http://localhost:8000/", true],
    ["http://10.1.2.3/", true],
    ["http://172.20.0.1/", true],
    ["http://[::1]/", true],
    ["http://catalog.tools.svc/", true],
    ["http://catalog/", true],
    ["https://172.64.0.1/", false],
    ["https://catalog.example.com/", false],
  ])("%s cannot be reached by sentry.io: %s", (url, isSo) => {
    expect(unreachableBySentry(url, "https://us.sentry.io") !== undefined).toBe(isSo)
    expect(unreachableBySentry(url, "https://sentry.acme.example")).toBeUndefined()
  })
})

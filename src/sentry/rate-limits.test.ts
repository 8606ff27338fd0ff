import { describe, expect, it } from "vitest"
import { fakeClock, fixtureText } from "../../test/support/fake-sentry.ts"
import { concurrencyAllowed, createRateLimits, pauseAfter } from "./rate-limits.ts"

interface HeaderFixture {
  name: string
  headers: Record<string, string>
}
const fixtures = JSON.parse(fixtureText("sentry/headers/rate-limit.json")) as HeaderFixture[] // written in this form
const now = Date.parse("2026-11-20T10:15:00Z")
/** The server's clock is an hour ahead of ours, which must make no difference. */
const serverNow = now + 3_600_000
const inSeconds = (seconds: number) => String(serverNow / 1_000 + seconds)

describe("the headers of the fixtures", () => {
  it.each([
    ["sentry.io default group", undefined, 8],
    ["exhausted", 6_050, 8],
    ["self-hosted", undefined, undefined],
    ["tag values, integration token", undefined, 4],
  ])("%s: a pause of %s ms, %s at once", (name, pause, atOnce) => {
    const fixture = fixtures.find((one) => one.name === name)
    const headers = new Headers({ ...fixture?.headers, date: new Date(1_795_169_720_000).toUTCString() })

    expect(fixture).toBeDefined()
    expect(pauseAfter(200, headers, now)).toBe(pause)
    expect(concurrencyAllowed(headers)).toBe(atOnce)
  })
})

it.each([
  ["25", 1, 8],
  ["25", 4, 6],
  ["5", 2, 2],
  ["5", 4, 1],
  ["2", 4, 1],
])("of %s at once that Sentry allows, each of %i processes takes %i", (limit, processes, atOnce) => {
  const headers = new Headers({ "x-sentry-rate-limit-concurrentlimit": limit })
  expect(concurrencyAllowed(headers, processes)).toBe(atOnce)
})

describe("pauseAfter", () => {
  it.each([
    ["nothing asked", 200, {}, undefined],
    ["much left", 200, { remaining: "12", reset: inSeconds(20) }, undefined],
    ["one left", 200, { remaining: "1", reset: inSeconds(20) }, 20_050],
    ["none left, window over", 200, { remaining: "0", reset: inSeconds(-3) }, undefined],
    ["none left, a year to wait", 200, { remaining: "0", reset: inSeconds(31_536_000) }, 60_000],
    ["refused without headers", 429, {}, 1_000],
    ["refused, window over", 429, { remaining: "0", reset: inSeconds(-3) }, 1_000],
    ["refused until the reset", 429, { remaining: "0", reset: inSeconds(7) }, 7_000],
    ["refused, the proxy asks for more", 429, { reset: inSeconds(2), retry: "9" }, 9_000],
    ["refused until a date", 429, { retry: new Date(serverNow + 12_000).toUTCString() }, 12_000],
    ["refused for very long", 429, { retry: "3600" }, 60_000],
    ["the text None", 200, { remaining: "None", reset: "None" }, undefined],
  ])("%s", (_, status, { remaining, reset, retry }: Record<string, string>, pause) => {
    const headers = new Headers({ date: new Date(serverNow).toUTCString() })
    if (remaining) headers.set("x-sentry-rate-limit-remaining", remaining)
    if (reset) headers.set("x-sentry-rate-limit-reset", reset)
    if (retry) headers.set("retry-after", retry)

    expect(pauseAfter(status, headers, now)).toBe(pause)
  })

  it.each([
    [5, 4, undefined],
    [4, 4, 20_050],
    [2, 7, 20_050],
    [2, 0, undefined],
  ])("leaves what is left, %i, to the %i that are on their way", (remaining, others, pause) => {
    const headers = new Headers({
      date: new Date(serverNow).toUTCString(),
      "x-sentry-rate-limit-remaining": String(remaining),
      "x-sentry-rate-limit-reset": inSeconds(20),
    })
    expect(pauseAfter(200, headers, now, others)).toBe(pause)
  })
})

describe("concurrencyAllowed", () => {
  it.each([
    ["25", 8],
    ["5", 4],
    ["1", 1],
    ["None", undefined],
  ])("leaves one of %s to others", (limit, allowed) => {
    const headers = new Headers({ "x-sentry-rate-limit-concurrentlimit": limit })

    expect(concurrencyAllowed(headers)).toBe(allowed)
  })
})

describe("createRateLimits", () => {
  it("counts each endpoint of each host on its own", () => {
    const limits = createRateLimits()

    const limiter = limits.limiterFor("sentry.io", "projects/", "GET")
    expect(limits.limiterFor("sentry.io", "projects/", "GET")).toBe(limiter)
    expect(limits.limiterFor("de.sentry.io", "projects/", "GET")).not.toBe(limiter)
    expect(limits.limiterFor("sentry.io", "organizations/{org}/", "GET")).not.toBe(limiter)
  })

  it("holds back the request that was already waiting when the last one used up the window", async () => {
    const clock = fakeClock(now)
    const limits = createRateLimits({ clock })
    const limiter = limits.limiterFor("sentry.io", "projects/", "GET")
    limiter.limitTo(1)
    const headers = new Headers({
      date: new Date(now).toUTCString(),
      "x-sentry-rate-limit-remaining": "0",
      "x-sentry-rate-limit-reset": String(now / 1_000 + 5),
    })
    const startedAt: number[] = []
    const ask = async () => {
      startedAt.push(clock.now())
      return { status: 200, headers }
    }

    await Promise.all([limiter.run(ask), limiter.run(ask)])

    expect(startedAt.map((time) => time - now)).toEqual([0, 5_050])
    expect(limits.waitedMs()).toBe(5_050)
  })

  it("has four in flight until the server says how many it allows", async () => {
    const limiter = createRateLimits().limiterFor("sentry.io", "projects/", "GET")
    let running = 0
    let most = 0
    const ask = async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      return { status: 200, headers: new Headers() }
    }

    await Promise.all(Array.from({ length: 20 }, () => limiter.run(ask)))

    expect(most).toBe(4)
  })
})

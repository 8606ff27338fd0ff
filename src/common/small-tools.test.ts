import { describe, expect, it } from "vitest"
import { digestOf } from "./digest.ts"
import { formatDuration, parseDuration } from "./duration.ts"
import { AppError, errorText, InvalidInput } from "./errors.ts"
import { jsonEqual, parseJson, stableStringify } from "./json.ts"
import { createLogger } from "./logger.ts"
import { createMask } from "./mask.ts"
import { nearest } from "./nearest.ts"
import { onceEach } from "./once-per.ts"
import { systemClock } from "./sleep.ts"

describe("durations", () => {
  it.each([
    ["30d", 2_592_000_000],
    ["1h30m", 5_400_000],
    ["250ms", 250],
    ["0", 0],
    [" 15M ", 900_000],
    ["15", undefined],
    ["m", undefined],
    ["1h 30m", undefined],
    ["", undefined],
  ])("%j is %s ms", (text, expected) => {
    expect(parseDuration(text)).toBe(expected)
  })

  it.each([
    [240, "240 ms"],
    [3_210, "3.2 s"],
    [250_000, "4 m 10 s"],
    [7_500_000, "2 h 5 m"],
  ])("%i ms reads %j", (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected)
  })
})

describe("JSON values", () => {
  it("are equal whatever the order of their keys", () => {
    expect(jsonEqual({ a: 1, b: [null, { c: 2, d: 3 }] }, { b: [null, { d: 3, c: 2 }], a: 1 })).toBe(true)
    expect(jsonEqual({ a: [1, 2] }, { a: [2, 1] })).toBe(false)
    expect(digestOf({ a: 1, b: 2 })).toBe(digestOf({ b: 2, a: 1 }))
    expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: "1" }))
  })

  it("that cannot be parsed are undefined, not an error", () => {
    expect(parseJson("{")).toBeUndefined()
    expect(parseJson("null")).toBeNull()
    expect(stableStringify({ b: 1, a: "é" })).toBe('{"a":"é","b":1}')
  })
})

describe("nearest", () => {
  const known = ["sentryToken", "sentryHost", "sentryOrganization"]
  it.each([
    ["sentry_tokn", "sentryToken"],
    ["SENTRYHOST", "sentryHost"],
    ["completelyDifferent", undefined],
  ])("finds for %j %s", (name, expected) => {
    expect(nearest(name, known)).toBe(expected)
  })
})

describe("errors for people", () => {
  it("name every problem with its place and its remedy", () => {
    const error = new InvalidInput("settings", [
      { where: "OCEAN__PORT", what: "not a number" },
      { where: "config.yaml:3:1", what: "unknown key", hint: "did you mean x?" },
    ])
    expect(error.message).toBe(
      "settings: OCEAN__PORT: not a number; config.yaml:3:1: unknown key (did you mean x?)",
    )
  })

  it("say their cause, once", () => {
    expect(errorText(new AppError("x", "cannot open", { cause: new Error("no such file") }))).toBe(
      "cannot open: no such file",
    )
    expect(errorText(new Error("a: b", { cause: new Error("b") }))).toBe("a: b")
    expect(errorText("just text")).toBe("just text")
  })
})

describe("the clock", () => {
  it("sleeps on through spans that one timer of Node cannot hold, until it is woken", async () => {
    const stop = new AbortController()
    const slept = systemClock.sleep(60 * 86_400_000, stop.signal)
    setTimeout(() => stop.abort(), 20)
    await expect(slept).rejects.toMatchObject({ name: "AbortError" })
  })
})

describe("onceEach", () => {
  it("shares one fetch among callers and forgets a failure", async () => {
    let calls = 0
    const fetch = onceEach(async (key: string) => {
      calls++
      if (calls === 1) throw new Error("first fails")
      return key.toUpperCase()
    })
    await expect(fetch("a")).rejects.toThrow("first fails")
    expect(await Promise.all([fetch("a"), fetch("a")])).toEqual(["A", "A"])
    expect(calls).toBe(2)
  })
})

describe("logs", () => {
  const secret = 'to"k\\en-ü'

  it.each(["json", "text"] as const)("as %s hold no secret in any field", (format) => {
    const lines: string[] = []
    const log = createLogger({
      level: "debug",
      format,
      secrets: [secret, ""],
      write: (line) => void lines.push(line),
    })
    log.info(
      { url: `https://x/${secret}`, nested: { list: [secret] }, authorization: "Bearer other" },
      `saw ${secret}`,
    )
    log.child({ run: secret }).error({ error: new Error(secret).message }, "failed")
    expect(lines).toHaveLength(2)
    for (const line of lines) {
      expect(line).not.toContain("k\\en")
      expect(line).not.toContain("Bearer other")
      expect(line).toContain("[REDACTED]")
    }
  })

  it("never mask with an empty value", () => {
    expect(createMask([""])("None of it")).toBe("None of it")
  })

  it("write one line a record for people", () => {
    const lines: string[] = []
    const log = createLogger({
      level: "info",
      format: "text",
      secrets: [],
      write: (line) => void lines.push(line),
    })
    log.debug("hidden")
    log.warn({ kind: "issue", count: 3 }, "Kind loaded")
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \| WARNING {2}\| Kind loaded {2}kind=issue count=3\n$/,
    )
  })
})

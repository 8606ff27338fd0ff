import { describe, expect, it } from "vitest"
import { normaliseHost, SentrySettings } from "./settings.ts"

describe("normaliseHost", () => {
  it.each([
    ["https://sentry.io", "https://sentry.io"],
    ["https://sentry.io/", "https://sentry.io"],
    ["sentry.io", "https://sentry.io"],
    ["https://sentry.io/api/0/", "https://sentry.io"],
    ["https://sentry.io/api/0", "https://sentry.io"],
    ["https://acme.sentry.io/", "https://acme.sentry.io"],
    ["https://tools.example.com/sentry//", "https://tools.example.com/sentry"],
    ["https://tools.example.com/sentry/api/0/", "https://tools.example.com/sentry"],
    [" http://127.0.0.1:9000 ", "http://127.0.0.1:9000"],
    ["HTTPS://Sentry.Example.com:443", "https://sentry.example.com"],
  ])("reads %s as %s", (text, host) => {
    expect(normaliseHost(text)).toBe(host)
  })

  it.each(["", "ftp://sentry.io", "https://user:pw@sentry.io", "https://sentry.io/?x=1", "https://"])(
    "does not take %j for an address",
    (text) => {
      expect(normaliseHost(text)).toBeUndefined()
    },
  )
})

describe("SentrySettings", () => {
  it("asks sentry.io where no host is set", () => {
    expect(SentrySettings.parse({ token: " sntryi_1 ", organization: "acme" })).toEqual({
      host: "https://sentry.io",
      token: "sntryi_1",
      organization: "acme",
    })
  })

  it.each([
    [{ token: "", organization: "acme" }, "the Sentry token is empty"],
    [{ token: "sntrys_x", organization: "acme" }, "organization token"],
    [{ token: "t", organization: "a/../b" }, "expected the slug"],
    [{ token: "t", organization: "acme", host: "ftp://x" }, "expected an http or https address"],
    [{ organization: "acme" }, "expected a Sentry token"],
  ])("refuses %j", (value, message) => {
    const result = SentrySettings.safeParse(value)

    expect(result.error?.issues.map((issue) => issue.message).join("; ")).toContain(message)
  })
})

import { describe, expect, it } from "vitest"
import { createMask } from "./mask.ts"

describe("a mask", () => {
  it("hides every given secret, also as JSON writes it, the longer of two first", () => {
    const mask = createMask(["abc", "abcdef", 'to"k\\en'])
    expect(mask("abcdef, abc")).toBe("[REDACTED], [REDACTED]")
    expect(mask(JSON.stringify({ token: 'to"k\\en' }))).toBe('{"token":"[REDACTED]"}')
  })

  it.each([
    ["a web token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", ""],
    ["a bearer token", "Bearer 0123456789abcdef", "Bearer "],
    ["the password of an address", "postgres://app:hunter2@db:5432/x", "postgres://app:"],
    ["a token that says whose it is", `sntrys_${"a1b2".repeat(8)}`, ""],
    ["another one", `ghp_${"a1b2".repeat(9)}`, ""],
    ["an AWS key", "AKIAIOSFODNN7EXAMPLE", ""],
  ])("hides %s that nobody declared, and leaves JSON whole", (_, text, before) => {
    const masked = createMask([])(JSON.stringify({ text, next: 1 }))
    const parsed = JSON.parse(masked)
    expect(parsed.text.startsWith(`${before}[REDACTED]`)).toBe(true)
    expect(parsed.next).toBe(1)
    expect(masked).not.toContain(text)
  })

  it("leaves plain text alone", () => {
    const text =
      "GET https://sentry.io/api/0/organizations/acme/issues/?cursor=0:0:0 answered 200 to the bearer of it"
    expect(createMask([])(text)).toBe(text)
  })
})

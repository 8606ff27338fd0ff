import { describe, expect, it } from "vitest"
import { followable } from "./redirects.ts"

const own = "https://sentry.example.com"
const from = `${own}/api/0/projects/acme/old/issues/?query=`

describe("followable", () => {
  it.each([
    ["/api/0/projects/acme/new/issues/", `${own}/api/0/projects/acme/new/issues/`],
    [`${own}/x`, `${own}/x`],
    ["https://de.sentry.io/api/0/x/", "https://de.sentry.io/api/0/x/"],
    ["https://sentry.io/api/0/x/", "https://sentry.io/api/0/x/"],
  ])("follows %s", (location, url) => {
    expect(followable(from, location, own)).toEqual({ url })
  })

  it.each([
    "https://evil.example.com/",
    "https://evilsentry.io/",
    "https://sentry.io.evil.example/",
    "http://de.sentry.io/",
    "https://de.sentry.io:8443/",
    "http://sentry.example.com/x",
    "//evil.example.com/x",
  ])("does not hand the token to %s", (location) => {
    expect(followable(from, location, own)).toHaveProperty("refused")
  })

  it("does not follow a redirect to nowhere", () => {
    expect(followable(from, null, own)).toHaveProperty("refused")
  })
})

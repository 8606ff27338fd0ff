import { describe, expect, it } from "vitest"
import { tokenKind } from "./token-kind.ts"

describe("tokenKind", () => {
  it("refuses an organization token and says what to use instead", () => {
    const kind = tokenKind("sntrys_eyJpYXQiOjE3MDB9_secret")

    expect(kind).toMatchObject({ usable: false })
    expect(kind.usable ? "" : kind.hint).toContain("internal integration")
  })

  it.each([
    ["sntryu_0123", "user"],
    ["sntryi_0123", "integration"],
    ["sntrya_0123", "application"],
    ["0123456789abcdef".repeat(4), "unmarked"],
  ])("takes %s as a token of kind %s", (token, kind) => {
    expect(tokenKind(token)).toEqual({ usable: true, kind })
  })
})

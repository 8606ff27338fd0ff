import { describe, expect, it } from "vitest"
import { createKeyring, parseKey } from "./secrets.ts"

const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]

describe("a sealed secret", () => {
  it("is opened by its own key for what it was sealed for, and shows nothing", () => {
    const ring = createKeyring(first)
    const sealed = ring.seal("sntryu_välue", "acme sentry.token")
    expect(sealed).not.toContain("sntryu")
    expect(ring.seal("sntryu_välue", "acme sentry.token")).not.toBe(sealed)
    expect(ring.open(sealed, "acme sentry.token")).toBe("sntryu_välue")
    expect(() => ring.open(sealed, "globex sentry.token")).toThrow(/acme|globex.*belongs elsewhere/)
    // The first letter of what was sealed: of the last one some bits mean nothing.
    const changed = sealed.replace(/(?<=:)[^:](?=[^:]*$)/, (letter) => (letter === "A" ? "B" : "A"))
    expect(changed).not.toBe(sealed)
    expect(() => ring.open(changed, "acme sentry.token")).toThrow(/cannot be read/)
  })

  it("is opened with the previous key, and no other", () => {
    const sealed = createKeyring(first).seal("x", "a")
    const ring = createKeyring(second, first)
    expect(ring.isCurrent(sealed)).toBe(false)
    expect(ring.open(sealed, "a")).toBe("x")
    expect(ring.isCurrent(ring.seal("x", "a"))).toBe(true)
    expect(() => createKeyring(second).open(sealed, "a")).toThrow(/which is not given/)
  })

  it("needs a key of 32 bytes", () => {
    expect(parseKey("ab".repeat(32))).toHaveLength(32)
    expect(parseKey(`${Buffer.alloc(32, 7).toString("base64")}\n`)).toHaveLength(32)
    for (const text of ["", "ab", "ab".repeat(31), "not a key"]) expect(parseKey(text)).toBeUndefined()
  })
})

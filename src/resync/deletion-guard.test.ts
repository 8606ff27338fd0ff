import { describe, expect, it } from "vitest"
import { mayDelete } from "./deletion-guard.ts"

describe("mayDelete", () => {
  it.each([
    [{ deleting: 9, owned: 10, threshold: 0.9 }, true],
    [{ deleting: 10, owned: 10, threshold: 0.9 }, false],
    [{ deleting: 10, owned: 10, threshold: 1 }, true],
    [{ deleting: 1, owned: 10, threshold: 0 }, false],
    [{ deleting: 0, owned: 0, threshold: 0 }, true],
    [{ deleting: 3, owned: 0, threshold: 0.9 }, false],
  ])("%j is allowed: %s", (counts, allowed) => {
    expect(mayDelete(counts).allowed).toBe(allowed)
  })

  it("says how many would go and what the limit is", () => {
    expect(mayDelete({ deleting: 95, owned: 100, threshold: 0.9 })).toEqual({
      allowed: false,
      reason: "95 of 100 would go (95 %), more than entityDeletionThreshold allows (90 %)",
    })
  })
})

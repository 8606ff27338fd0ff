import { describe, expect, it } from "vitest"
import { entityBatches } from "./entity-batches.ts"

function entities(count: number, size = 1) {
  return Array.from({ length: count }, (_, at) => ({
    identifier: `e${at}`,
    blueprint: "b",
    title: "x".repeat(size),
  }))
}

describe("entityBatches", () => {
  it("keeps the order and the greatest length", () => {
    const groups = entityBatches(entities(45), { maxLength: 20, maxBytes: 1_000_000 })
    expect(groups.map((group) => group.length)).toEqual([20, 20, 5])
    expect(groups.flat().map(({ identifier }) => identifier)).toEqual(
      entities(45).map(({ identifier }) => identifier),
    )
  })

  it("keeps every request below its size, counted in bytes", () => {
    const maxBytes = 5_000
    const groups = entityBatches(
      entities(30, 500).map((entity) => ({ ...entity, title: "ü".repeat(500) })),
      { maxLength: 20, maxBytes },
    )
    expect(groups.length).toBeGreaterThan(5)
    for (const group of groups)
      expect(Buffer.byteLength(JSON.stringify({ entities: group }))).toBeLessThanOrEqual(maxBytes)
  })

  it("gives an entity that is too big alone a request alone", () => {
    const groups = entityBatches([...entities(2), ...entities(1, 9_000), ...entities(1)], {
      maxLength: 20,
      maxBytes: 5_000,
    })
    expect(groups.map((group) => group.length)).toEqual([2, 1, 1])
  })
})

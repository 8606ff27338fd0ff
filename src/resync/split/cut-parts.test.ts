import { describe, expect, it } from "vitest"
import { cutParts, isWorthSharing, piecesAtOnce } from "./cut-parts.ts"

const names = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`)
const of = (wanted: number, others = 0) => ({
  wanted: names(wanted),
  others: names(others).map((one) => `o-${one}`),
})
const named = { reading: "issues:", from: 7 }

describe("the parts of a reading", () => {
  it("are shared where they are more than two lists, and somebody is there to share them", () => {
    expect(isWorthSharing(of(51), 2)).toBe(true)
    expect(isWorthSharing(of(50, 1_000), 2)).toBe(false)
    expect(isWorthSharing(of(5_000), 1)).toBe(false)
  })

  it("are cut into pieces of one list, numbered on, with all of them in one piece each", () => {
    const pieces = cutParts(of(60, 3), named)
    expect(pieces.map(({ number, parts }) => [number, parts.length])).toEqual([
      [7, 25],
      [8, 25],
      [9, 13],
    ])
    expect(pieces.flatMap(({ parts }) => parts)).toEqual([...of(60, 3).wanted, ...of(60, 3).others])
  })

  it.each([
    [10_000, 400, 25],
    [10_001, 201, 50],
    [40_000, 400, 100],
  ])("of %i are %i pieces of %i, so that there are never too many", (count, pieces, size) => {
    const cut = cutParts(of(count), named)
    expect(cut).toHaveLength(pieces)
    expect(cut[0]?.parts).toHaveLength(size)
  })

  it.each([
    [3, 4, 1],
    [5, 4, 1],
    [9, 4, 2],
    [100, 4, 3],
    [3, 2, 1],
  ])("%i among %i processes are %i at once, so that each gets its share", (pieces, processes, atOnce) =>
    expect(piecesAtOnce(pieces, processes)).toBe(atOnce),
  )
})

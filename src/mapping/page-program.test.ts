import { describe, expect, it } from "vitest"
import { buildPageProgram, readPage, splitPrograms } from "./page-program.ts"

describe("a page program", () => {
  it("makes the environment a literal, whatever the values hold", () => {
    const text = buildPageProgram(["."], { environment: { A: '\\(1) "x"' } })
    expect(text).toContain('def env: {"A":"\\\\(1) \\"x\\""}; {"A":"\\\\(1) \\"x\\""} as $ENV |')
  })

  it("is split so that every part stays below jq's limit, in order", () => {
    const programs = Array.from({ length: 300 }, (_, index) => `.a${index}`)
    const groups = splitPrograms([...programs, "x".repeat(40_000), ".last"])
    expect(groups.flat()).toEqual([...programs, "x".repeat(40_000), ".last"])
    expect(groups.length).toBe(4)
    for (const group of groups.filter(({ length }) => length > 1)) {
      expect(buildPageProgram(group, { environment: {} }).length).toBeLessThan(33_000)
    }
  })
})

describe("a page's output", () => {
  it("becomes cells", () => {
    expect(readPage('[[[1],[],{"e":"no"},[null]]]', 1)).toEqual([
      [
        { kind: "value", value: 1 },
        { kind: "none" },
        { kind: "error", message: "no" },
        { kind: "value", value: null },
      ],
    ])
  })

  it.each(["", "[", "{}", "[[[1]]]\n[[[2]]]", "[[[1]],[[2]]]"])(
    "is nothing where it is not a row per object: %j",
    (text) => {
      expect(readPage(text, 1)).toBeUndefined()
    },
  )
})

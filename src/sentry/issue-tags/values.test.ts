import { describe, expect, it } from "vitest"
import { asListed, inOrder, readNumbers, tagValue } from "./values.ts"

const early = "2026-11-20T10:15:00Z"
const late = "2026-11-20T10:15:01Z"

describe("a value of a tag", () => {
  it("has the form of Sentry's own list of values", () => {
    const numbers = readNumbers("production", {
      count: "7",
      firstSeen: "2026-11-20T10:15:00.123000Z",
      lastSeen: "2026-11-20T12:15:01+02:00",
    })
    expect(numbers && tagValue("environment", numbers)).toEqual({
      key: "environment",
      name: "production",
      value: "production",
      count: 7,
      firstSeen: early,
      lastSeen: late,
    })
  })

  it.each([
    [{ count: null, firstSeen: early, lastSeen: late }],
    [{ count: "", firstSeen: early, lastSeen: late }],
    [{ count: "many", firstSeen: early, lastSeen: late }],
    [{ count: 1, firstSeen: null, lastSeen: late }],
    [{ count: 1, firstSeen: early, lastSeen: undefined }],
  ])("is none where a number is missing: %j", (row) => {
    expect(readNumbers("production", row)).toBeUndefined()
  })
})

describe("values in order", () => {
  const valuesOf = (values: { value: string; firstSeen?: string }[]) =>
    inOrder(values).map(({ value }) => value)

  it("have the latest to be seen first, as Sentry sorts them", () => {
    const values = [
      { value: "a", firstSeen: early },
      { value: "b", firstSeen: late },
    ]
    expect(valuesOf(values)).toEqual(["b", "a"])
    expect(valuesOf(values.toReversed())).toEqual(["b", "a"])
  })

  it("of the same second are sorted by value, so that no two runs differ", () => {
    const values = ["b", "a", "c"].map((value) => ({ value, firstSeen: early }))
    expect(valuesOf(values)).toEqual(["a", "b", "c"])
  })

  it("stay as they came where one has no time", () => {
    expect(
      valuesOf([{ value: "a", firstSeen: early }, { value: "b" }, { value: "c", firstSeen: late }]),
    ).toEqual(["a", "b", "c"])
  })

  it("of a server's own list keep its order, but for those of the same second", () => {
    const listed = (values: { value: string; firstSeen?: string }[]) =>
      asListed(values).map(({ value }) => value)
    const [late1, late2] = [
      { value: "b", firstSeen: late },
      { value: "a", firstSeen: late },
    ]
    const first = { value: "0", firstSeen: early }

    expect(listed([late1, late2, first])).toEqual(["a", "b", "0"])
    expect(listed([first, late1, late2])).toEqual(["0", "b", "a"])
    expect(listed([{ value: "b" }, { value: "a" }])).toEqual(["b", "a"])
  })
})

import { describe, expect, it } from "vitest"
import type { MappedBatch, NullField } from "./map-batch.ts"
import { describeField, gatherMappingProblems } from "./mapping-problems.ts"

function batch(entities: number, nulls: NullField[], reasons: string[] = []): MappedBatch {
  return {
    entities: Array.from({ length: entities }, (_, index) => ({
      entity: { identifier: "x", blueprint: "b" },
      index,
    })),
    filteredOut: [],
    empty: [],
    failures: reasons.map((reason, index) => ({ index, reason })),
    nulls,
  }
}
const assigned = { path: "relations.assignedTo", expression: ".assignedTo.email" }
const typo = { path: "properties.link", expression: ".permalnk" }

describe("the problems of a run", () => {
  it("are one note per field over all batches, fields that are always null first", () => {
    const problems = gatherMappingProblems()
    problems.add(
      batch(300, [
        { ...assigned, count: 212, of: 300, example: "4605173695" },
        { ...typo, count: 300, of: 300, example: "1" },
      ]),
    )
    problems.add(batch(0, []))
    problems.add(
      batch(200, [
        { ...typo, count: 200, of: 200, example: "301" },
        { ...assigned, count: 200, of: 200, example: "9", error: "late", quarantined: true },
      ]),
    )
    expect(problems.fields()).toEqual([
      { ...typo, count: 500, of: 500, example: "1", always: true },
      {
        ...assigned,
        count: 412,
        of: 500,
        example: "4605173695",
        error: "late",
        quarantined: true,
        always: false,
      },
    ])
    expect(problems.fields().map(describeField)).toEqual([
      "properties.link (.permalnk) always null (500), for example 1",
      "relations.assignedTo (.assignedTo.email) null in 412 of 500, for example 4605173695: late",
    ])
  })

  it("count a batch that has no null of a field", () => {
    const problems = gatherMappingProblems()
    problems.add(batch(1, [{ ...typo, count: 1, of: 1 }]))
    problems.add(batch(9, []))
    expect(problems.fields().map(describeField)).toEqual(["properties.link (.permalnk) null in 1 of 10"])
  })

  it("count failures by reason, and do not grow with the number of objects", () => {
    const problems = gatherMappingProblems()
    problems.add(batch(0, [], ["a", "b", "b"]), (index) => `issue ${index + 7}`)
    problems.add(
      batch(
        0,
        [],
        Array.from({ length: 1_000 }, (_, index) => `reason ${index}`),
      ),
    )
    const failures = problems.failures()
    expect(failures.length).toBe(101)
    expect(failures.slice(0, 2)).toEqual([
      { reason: "other reasons", count: 902 },
      { reason: "b", count: 2, example: "issue 8" },
    ])
    expect(failures.reduce((sum, { count }) => sum + count, 0)).toBe(1_003)
  })
})

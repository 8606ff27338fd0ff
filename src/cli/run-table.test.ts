import { describe, expect, it } from "vitest"
import { endRecord, type RunRecord, startRecord } from "../resync/run-record.ts"
import { describeRun } from "./run-table.ts"

function recordOf(parts: Partial<RunRecord> = {}): RunRecord {
  const record = { ...startRecord("run-1", "once", new Date(1_000)), ...parts }
  return endRecord(record, new Date(3_500), false)
}

function sectionsOf(record: RunRecord): string[] {
  return describeRun(record, { strict: false, explain: false }).split("\n\n").slice(2)
}

describe("the report of a run", () => {
  it("is nothing but its status and its table where all went well", () => {
    expect(describeRun(recordOf(), { strict: false, explain: false })).toBe(
      "Resync completed in 2.5 s\n\nThe mapping has no resources: nothing was read.",
    )
  })

  it("tells beside each matter only what belongs to it", () => {
    const record = recordOf({ kept: { issue: 3 }, notMade: { _user: 12 }, notes: ["an unknown key"] })
    expect(sectionsOf(record)).toEqual([
      "Left their list, kept for now:\n  3 of issue",
      "Not created:\n  12 of _user: only those that exist are updated (createSystemEntities)",
      "Worth a look:\n  an unknown key",
    ])
  })

  it("counts what is more than a few lines of one matter", () => {
    const notes = Array.from({ length: 8 }, (_, at) => `note ${at}`)
    const [section = ""] = sectionsOf(recordOf({ notes }))
    expect(section.split("\n")).toHaveLength(7)
    expect(section).toMatch(/\n {2}… and 3 more$/)
  })

  it("puts deletes that were refused for one reason into one line, with the names of three", () => {
    const refusedDeletes = ["a", "b", "c", "d"].map((identifier) => ({
      blueprint: "service",
      identifier,
      kind: "project",
      reason: "above the threshold",
    }))
    expect(sectionsOf(recordOf({ refusedDeletes }))).toEqual([
      "Not deleted:\n  4 of service (a, b, c, …): above the threshold",
    ])
  })

  it("tells how Sentry was read only when asked to", () => {
    const record = recordOf({ plan: ["12 requests to Sentry"] })
    expect(sectionsOf(record)).toEqual([])
    expect(describeRun(record, { strict: false, explain: true })).toMatch(
      /How Sentry was read:\n {2}12 requests to Sentry$/,
    )
  })
})

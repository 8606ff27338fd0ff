import { describe, expect, it } from "vitest"
import {
  countsByKind,
  emptyCounts,
  endRecord,
  type RunRecord,
  shortcomings,
  startRecord,
} from "./run-record.ts"

const lenient = { strict: false }

function record(changes: Partial<RunRecord> = {}): RunRecord {
  return { ...startRecord("id", "once", new Date(0)), ...changes }
}

const refused = { kind: "issue", blueprint: "b", identifier: "1", status: 422, message: "bad", lost: false }

describe("a run", () => {
  it("is a success when nothing is wanting", () => {
    expect(shortcomings(record(), lenient)).toEqual([])
    expect(endRecord(record(), new Date(1), false).status).toBe("completed")
  })

  it.each<[string, Partial<RunRecord>, string]>([
    [
      "a denied source",
      {
        openSources: [
          { kind: "issue", part: "shop", outcome: { state: "denied", reason: "403", hint: "event:read" } },
        ],
      },
      "issue of shop: denied: 403 (event:read)",
    ],
    [
      "an entity that could not be delivered",
      { refusedEntities: [{ ...refused, lost: true }] },
      "1 entity could not be written, for example b 1: bad",
    ],
    ["a failure", { failures: ["mapping: broken"] }, "mapping: broken"],
  ])("with %s is none, and says why", (_, changes, sentence) => {
    expect(shortcomings(record(changes), lenient)).toEqual([sentence])
    expect(endRecord(record(changes), new Date(1), false).status).toBe("failed")
  })

  it("whose entities Port refuses is one all the same, but not with strict", () => {
    const run = record({ refusedEntities: [refused] })
    expect(shortcomings(run, lenient)).toEqual([])
    expect(shortcomings(run, { strict: true })).toEqual(["1 entity refused by Port, for example b 1: bad"])
  })

  it("adds up the resources of a kind", () => {
    const line = (index: number, created: number) => ({
      index,
      kind: "user",
      blueprint: '"u"',
      counts: { ...emptyCounts(), created },
      pages: 1,
      durationMs: 1,
    })
    expect(countsByKind(record({ resources: [line(0, 2), line(1, 3)] })).get("user")?.created).toBe(5)
  })
})

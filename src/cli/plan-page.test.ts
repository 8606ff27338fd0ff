import { describe, expect, it } from "vitest"
import { planJson } from "../resync/plan/plan-report.ts"
import type { Plan, PlannedChange } from "../resync/plan.ts"
import { emptyCounts, endRecord, startRecord } from "../resync/run-record.ts"
import { planPage } from "./plan-page.ts"

const began = new Date("2026-03-02T10:00:00Z")

function change(
  what: PlannedChange["what"],
  identifier: string,
  more: Partial<PlannedChange> = {},
): PlannedChange {
  const title = undefined
  return {
    what,
    kind: "issue",
    blueprint: "sentryIssue",
    identifier,
    title,
    fields: [],
    because: undefined,
    ...more,
  }
}

function planOf(changes: PlannedChange[]): Plan {
  const record = startRecord("r", "plan", began)
  record.resources.push({
    index: 0,
    kind: "issue",
    blueprint: '"sentryIssue"',
    counts: { ...emptyCounts(), unchanged: 7 },
    pages: 1,
    durationMs: 1,
  })
  return { record: endRecord(record, began, false), changes, installs: [] }
}

function pageOf(plan: Plan, options: { all?: boolean } = {}): string {
  return planPage(plan, { strict: false, all: false, ...options })
}

describe("the page of a plan", () => {
  it("counts by kind and blueprint, and names each change with its fields and its reason", () => {
    const page = pageOf(
      planOf([
        change("update", "1", {
          title: "Broken",
          fields: [
            { field: "properties.status", from: "unresolved", to: "resolved" },
            { field: "relations.assignee", from: null, to: "ann@acme.example" },
          ],
        }),
        change("update", "2"),
        change("delete", "3", { because: "issue 3 is gone" }),
      ]),
    )

    expect(page).toMatch(/issue {2}sentryIssue {7}0 {7}2 {7}1 {10}7 /)
    expect(page).toContain('    ~ 1 "Broken"\n        status: "unresolved" → "resolved"\n')
    expect(page).toContain('        assignee: nothing → "ann@acme.example"\n')
    expect(page).toContain("    ~ 2: same values; it becomes this integration's entity\n")
    expect(page).toContain("    - 3: issue 3 is gone\n")
    expect(page).toContain("A run now would create 0, change 2 and delete 1. Nothing was written.")
  })

  it("shows five of a group and the fields of the first new one; --all shows every one, and values in full", () => {
    const long = "x".repeat(100)
    const fields = [{ field: "title", from: null, to: long }]
    const plan = planOf(Array.from({ length: 8 }, (_, at) => change("create", `n${at}`, { fields })))

    const page = pageOf(plan)
    expect(page).toContain("… and 3 more (--all lists them)")
    expect(page.match(/title: /g)).toHaveLength(1)
    expect(page).not.toContain(long)

    const whole = pageOf(plan, { all: true })
    expect(whole).not.toContain("more (--all")
    expect(whole.match(new RegExp(long, "g"))).toHaveLength(8)
  })

  it("says what would keep the run from being a success, and its exit code", () => {
    const plan = planOf([])
    plan.record.refusedDeletes.push({
      kind: "issue",
      blueprint: "sentryIssue",
      identifier: "9",
      reason: "no proof",
    })
    plan.record.failures.push("the mapping is broken")

    const page = pageOf(plan)

    expect(page).toContain("Not deleted, though nothing made them:\n  1 of sentryIssue (9): no proof")
    expect(page).toContain("The run would not be a success:\n  the mapping is broken")
    expect(page).toContain("exit code 4")
    expect(planJson(plan, { strict: false })).toMatchObject({
      wouldSucceed: false,
      notDeleted: [{ identifier: "9", reason: "no proof" }],
      shortcomings: ["the mapping is broken"],
    })
  })
})

// Pure: a plan as a table of counts, and as JSON.
import { constantText } from "../../port/constant-text.ts"
import type { Plan, PlannedChange } from "../plan.ts"
import { shortcomings } from "../run-record.ts"

/** What a plan comes to for one kind and blueprint. */
export interface PlanRow {
  kind: string
  blueprint: string
  create: number
  update: number
  delete: number
  unchanged: number
  refused: number
  notDeleted: number
}

/** In the order of the mapping; what no resource makes comes last. */
export function planRows({ record, changes }: Plan): PlanRow[] {
  const rows = new Map<string, PlanRow>()
  const row = (kind: string, blueprint: string): PlanRow => {
    const key = `${kind}\u0000${blueprint}`
    const known = rows.get(key) ?? { kind, blueprint, ...none }
    rows.set(key, known)
    return known
  }
  for (const { kind, blueprint, counts, index } of record.resources)
    if (index >= 0) row(kind, constantText(blueprint) ?? blueprint).unchanged += counts.unchanged
  for (const change of changes) row(kindName(change), change.blueprint)[change.what]++
  for (const { kind, blueprint } of record.refusedEntities) row(kind, blueprint).refused++
  for (const { kind, blueprint } of record.refusedDeletes) row(kind, blueprint).notDeleted++
  return [...rows.values()]
}

export function kindName({ kind }: Pick<PlannedChange, "kind">): string {
  return kind ?? "(none)"
}

const none = { create: 0, update: 0, delete: 0, unchanged: 0, refused: 0, notDeleted: 0 }

/** For programs: everything, uncut. */
export function planJson(plan: Plan, options: { strict: boolean }): object {
  const { record, changes, installs } = plan
  const failing = shortcomings(record, options)
  const of = (what: PlannedChange["what"]) =>
    changes.filter((change) => change.what === what).map(({ what: _, ...rest }) => rest)
  return {
    wouldSucceed: failing.length === 0,
    wouldInstall: installs,
    counts: planRows(plan),
    create: of("create"),
    update: of("update"),
    delete: of("delete"),
    refused: record.refusedEntities,
    notDeleted: record.refusedDeletes,
    keptForNow: record.kept,
    notCreated: record.notMade,
    shortcomings: failing,
    notes: record.notes,
  }
}

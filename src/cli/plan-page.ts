// A plan as a page for people: counts first, then what would happen, one matter after the other.
import type { JsonValue } from "../common/json.ts"
import { kindName, planRows } from "../resync/plan/plan-report.ts"
import type { FieldChange } from "../resync/plan/planned-write.ts"
import type { Plan, PlannedChange } from "../resync/plan.ts"
import { shortcomings } from "../resync/run-record.ts"
import { keptLines, notDeletedLines, notMadeLines } from "./run-lines.ts"
import { textTable } from "./text-table.ts"

export interface PlanPageOptions {
  strict: boolean
  /** List every entity, and values in full. */
  all: boolean
}

const listed = 5
const valueWidth = 60

export function planPage(plan: Plan, options: PlanPageOptions): string {
  const { record, installs } = plan
  const failing = shortcomings(record, options)
  return [
    ...countTable(plan),
    ...section("A first start would install", installs, options),
    ...changesOf(plan, "create", "Create", options),
    ...changesOf(plan, "update", "Change", options),
    ...changesOf(plan, "delete", "Delete", options),
    ...section("Left their list, kept for now", keptLines(record), options),
    ...section("Port would refuse", refusedLines(plan), options),
    ...section("Not deleted, though nothing made them", notDeletedLines(record), options),
    ...section("Not created", notMadeLines(record), options),
    ...section("Worth a look", record.notes, options),
    ...section("The run would not be a success", failing, options),
    "",
    closing(plan, failing.length),
  ].join("\n")
}

function countTable(plan: Plan): string[] {
  const rows = planRows(plan)
  if (rows.length === 0) return ["The mapping has no resources: a run would read and write nothing."]
  const header = ["kind", "blueprint", "create", "change", "delete", "unchanged", "refused", "not deleted"]
  const numbers = rows.map((row) =>
    [row.create, row.update, row.delete, row.unchanged, row.refused, row.notDeleted].map(String),
  )
  return textTable([header, ...rows.map((row, at) => [row.kind, row.blueprint, ...(numbers[at] ?? [])])], 2)
}

function changesOf(
  { changes }: Plan,
  what: PlannedChange["what"],
  title: string,
  options: PlanPageOptions,
): string[] {
  const wanted = changes.filter((change) => change.what === what)
  if (wanted.length === 0) return []
  const groups = Map.groupBy(wanted, (change) => `${change.blueprint} (${kindName(change)})`)
  const lines = [...groups].flatMap(([name, group]) => {
    const shown = options.all ? group : group.slice(0, listed)
    const rest = group.length - shown.length
    return [
      `  ${name}: ${group.length}`,
      ...shown.flatMap((change, at) => entityLines(change, { ...options, isFirst: at === 0 })),
      ...(rest > 0 ? [`    … and ${rest} more (--all lists them)`] : []),
    ]
  })
  return ["", `${title}:`, ...lines]
}

const signs = { create: "+", update: "~", delete: "-" }

/** A new entity's fields are shown of the first of a kind only: the others look alike. */
function entityLines(change: PlannedChange, options: PlanPageOptions & { isFirst: boolean }): string[] {
  const { what, identifier, title, because } = change
  const name = `${signs[what]} ${identifier}${title === undefined ? "" : ` ${JSON.stringify(cut(title, options))}`}`
  const showsFields = what === "update" || (what === "create" && (options.isFirst || options.all))
  const fields = showsFields
    ? change.fields.map((field) => `        ${fieldLine(change, field, options)}`)
    : []
  const takenOver =
    what === "update" && change.fields.length === 0 && because === undefined
      ? ": same values; it becomes this integration's entity"
      : ""
  return [`    ${name}${because === undefined ? takenOver : `: ${because}`}`, ...fields]
}

function fieldLine(
  { what }: PlannedChange,
  { field, from, to }: FieldChange,
  options: PlanPageOptions,
): string {
  const name = field.replace(/^(properties|relations)\./, "")
  const arrow = field.startsWith("relations.") ? "→ " : ""
  if (what === "create") return `${name}: ${arrow}${valueText(to, options)}`
  return `${name}: ${valueText(from, options)} → ${valueText(to, options)}`
}

function valueText(value: JsonValue, options: PlanPageOptions): string {
  return value === null ? "nothing" : cut(JSON.stringify(value), options)
}

function cut(text: string, { all }: PlanPageOptions): string {
  return all || text.length <= valueWidth ? text : `${text.slice(0, valueWidth - 1)}…`
}

function refusedLines({ record }: Plan): string[] {
  return record.refusedEntities.map(
    ({ blueprint, identifier, status, message }) => `${blueprint} ${identifier}: ${status ?? "?"} ${message}`,
  )
}

function section(title: string, lines: readonly string[], { all }: PlanPageOptions): string[] {
  if (lines.length === 0) return []
  const told = (all ? lines : lines.slice(0, 2 * listed)).map((line) => `  ${line}`)
  const rest = lines.length - told.length
  return ["", `${title}:`, ...told, ...(rest > 0 ? [`  … and ${rest} more (--all lists them)`] : [])]
}

function closing({ changes }: Plan, wanting: number): string {
  const count = (what: PlannedChange["what"]) => changes.filter((change) => change.what === what).length
  const would =
    changes.length === 0
      ? "A run now would change no entity."
      : `A run now would create ${count("create")}, change ${count("update")} and delete ${count("delete")}.`
  return `${would} Nothing was written.${wanting > 0 ? " A single run would end with exit code 4." : ""}`
}

// The closing words of a run: a row per kind, and what needs a person.
import { formatDuration } from "../common/duration.ts"
import { countsByKind, type ResourceCounts, type RunRecord, shortcomings } from "../resync/run-record.ts"
import { keptLines, notDeletedLines, notMadeLines } from "./run-lines.ts"
import { textTable } from "./text-table.ts"

const columns: readonly (keyof ResourceCounts)[] = [
  "read",
  "mapped",
  "created",
  "updated",
  "unchanged",
  "deleted",
  "refused",
  "failed",
]

/** Lines that are told of one matter; the rest is counted. */
const linesOfOneMatter = 5

/** Plain text, ready to print; the same on a terminal and in a log. */
export function describeRun(record: RunRecord, options: { strict: boolean; explain: boolean }): string {
  const took = record.endedAt ? record.endedAt.getTime() - record.startedAt.getTime() : 0
  const failing = shortcomings(record, options)
  return [
    `Resync ${record.status} in ${formatDuration(took)}`,
    "",
    ...tableOf(record),
    ...section("Left their list, kept for now", keptLines(record)),
    ...section("Not a success", failing),
    ...section("Refused by Port", refusedLines(record)),
    ...section("Not deleted", notDeletedLines(record)),
    ...section("Not created", notMadeLines(record)),
    ...section("Worth a look", record.notes),
    ...(options.explain ? section("How Sentry was read", record.plan) : []),
  ].join("\n")
}

function tableOf(record: RunRecord): string[] {
  const rows = [...countsByKind(record)].map(([kind, counts]) => [
    kind,
    ...columns.map((name) => String(counts[name])),
  ])
  if (rows.length === 0) return ["The mapping has no resources: nothing was read."]
  return textTable([["kind", ...columns], ...rows])
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const told = lines.slice(0, linesOfOneMatter).map((line) => `  ${line}`)
  const rest = lines.length - told.length
  return ["", `${title}:`, ...told, ...(rest > 0 ? [`  … and ${rest} more`] : [])]
}

function refusedLines(record: RunRecord): string[] {
  return record.refusedEntities
    .filter((entity) => !entity.lost)
    .map(
      ({ blueprint, identifier, status, message }) =>
        `${blueprint} ${identifier}: ${status ?? "?"} ${message}`,
    )
}

// Pure: what became of a run, in one sentence.
import type { ResourceCounts, RunStatus } from "../run-record.ts"

export function headlineOf({
  status,
  totals,
  wanting,
  refusedDeletes,
}: {
  status: RunStatus | "interrupted"
  totals: ResourceCounts
  /** Why it is not a success. */
  wanting: readonly string[]
  refusedDeletes: number
}): string {
  const changed = [
    ...told(totals.created, "created"),
    ...told(totals.updated, "updated"),
    ...told(totals.deleted, "deleted"),
  ]
  const done = changed.length > 0 ? changed.join(", ") : "nothing changed"
  if (status === "running")
    return totals.read > 0 ? `${totals.read} read so far, ${done}` : "reading the mapping"
  if (status === "aborted") return `Cancelled: ${done}`
  if (status === "interrupted") return "Its process ended before the run did"
  if (status === "failed") {
    const [first = "something went wrong"] = wanting
    return wanting.length > 1 ? `${first}, and ${wanting.length - 1} more` : first
  }
  const kept = refusedDeletes > 0 ? `; ${refusedDeletes} kept, since nothing proved them gone` : ""
  return `${capital(done)}, ${totals.unchanged} unchanged${kept}`
}

function told(count: number, what: string): string[] {
  return count > 0 ? [`${count} ${what}`] : []
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

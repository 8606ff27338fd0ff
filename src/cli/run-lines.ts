// What the report of a run and the page of a plan say alike: what stays, and what is not made.
import type { RunRecord } from "../resync/run-record.ts"

export function keptLines({ kept }: RunRecord): string[] {
  return Object.entries(kept).map(([kind, count]) => `${count} of ${kind}`)
}

export function notMadeLines({ notMade }: RunRecord): string[] {
  return Object.entries(notMade).map(
    ([blueprint, count]) =>
      `${count} of ${blueprint}: only those that exist are updated (createSystemEntities)`,
  )
}

/** Deletes refused for one reason are one line. */
export function notDeletedLines({ refusedDeletes }: RunRecord): string[] {
  const byReason = Map.groupBy(refusedDeletes, ({ blueprint, reason }) => `${blueprint}\u0000${reason}`)
  return [...byReason.values()].map((group) => {
    const names = group.slice(0, 3).map(({ identifier }) => identifier)
    return `${group.length} of ${group[0]?.blueprint} (${names.join(", ")}${group.length > 3 ? ", …" : ""}): ${group[0]?.reason}`
  })
}

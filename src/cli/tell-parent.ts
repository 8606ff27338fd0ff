// What a process that a host started for one of its installations tells it: where to reach it, and how its run went.
import type { RunTold } from "../host/run-store.ts"
import { headlineOf } from "../resync/history/headline.ts"
import { type RunRecord, shortcomings, totalsOf } from "../resync/run-record.ts"

const mostWanting = 3

export function tellParent(told: { listening: string } | { ran: RunTold }): void {
  if (process.connected) process.send?.(told)
}

export function ranOf(record: RunRecord, options: { strict: boolean }): RunTold {
  const { status, refusedDeletes } = record
  const totals = totalsOf(record)
  const { read, created, updated, unchanged, deleted, refused, failed } = totals
  const wanting = shortcomings(record, options)
  return {
    headline: headlineOf({ status, totals, wanting, refusedDeletes: refusedDeletes.length }),
    counts: { read, created, updated, unchanged, deleted, refused, failed },
    wanting: wanting.slice(0, mostWanting),
  }
}

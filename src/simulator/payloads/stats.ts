// The sparkline of an issue: events per hour or day, as pairs of bucket start (epoch seconds) and number.
import type { JsonValue } from "../../common/json.ts"

export type StatsPeriod = "24h" | "14d" | "30d"

const shapes = {
  "24h": { buckets: 24, seconds: 3_600 },
  "14d": { buckets: 14, seconds: 86_400 },
  "30d": { buckets: 30, seconds: 86_400 },
} as const

interface Counted {
  count: number
  firstSeen: number
  lastSeen: number
}

export function issueStats(issue: Counted, period: StatsPeriod, now: number): JsonValue[] {
  const { buckets, seconds } = shapes[period]
  const start = firstBucket(now, buckets, seconds)
  return Array.from({ length: buckets }, (_, index) => {
    const from = start + index * seconds
    return [from, eventsBetween(issue, from * 1000, (from + seconds) * 1000)]
  })
}

/** The same as JSON text; lists write thousands of these, and nearly all buckets are empty. */
export function issueStatsText(issue: Counted, period: StatsPeriod, now: number): string {
  const { buckets, seconds } = shapes[period]
  const start = firstBucket(now, buckets, seconds)
  if (issue.lastSeen < start * 1000) return emptyText(start, buckets, seconds)
  return JSON.stringify(issueStats(issue, period, now))
}

function emptyText(start: number, buckets: number, seconds: number): string {
  const pairs = Array.from({ length: buckets }, (_, index) => `[${start + index * seconds},0]`)
  return `[${pairs.join(",")}]`
}

function firstBucket(now: number, buckets: number, seconds: number): number {
  return (Math.floor(now / 1000 / seconds) - buckets + 1) * seconds
}

/** Events are taken as spread evenly over the issue's life, and the last one as having happened when it was seen. */
function eventsBetween(issue: Counted, from: number, to: number): number {
  const overlap = Math.min(issue.lastSeen, to) - Math.max(issue.firstSeen, from)
  const life = Math.max(1, issue.lastSeen - issue.firstSeen)
  const last = issue.lastSeen >= from && issue.lastSeen < to ? 1 : 0
  return (overlap > 0 ? Math.floor(((issue.count - 1) * overlap) / life) : 0) + last
}

// Pure: values of a tag in the form in which Sentry's own list of them (`…/values/`) has them.
import type { RawObject } from "../../resync/kind.ts"

export interface TagNumbers {
  value: string
  count: number
  /** Milliseconds since the epoch. */
  firstSeen: number
  lastSeen: number
}

/** For tags whose values have no other name: all but `user`, and `release` on some servers. */
export function tagValue(key: string, { value, count, firstSeen, lastSeen }: TagNumbers): RawObject {
  return { key, name: value, value, count, lastSeen: toSecond(lastSeen), firstSeen: toSecond(firstSeen) }
}

/** The latest to be seen first, as Sentry sorts them, and by value where that is the same second. */
export function inOrder(values: readonly RawObject[]): RawObject[] {
  const dated = values.map((value) => ({ value, at: Date.parse(String(value.firstSeen)) }))
  // What has no time has no place in such an order; it stays as the server gave it.
  if (dated.some(({ at }) => Number.isNaN(at))) return [...values]
  return dated
    .sort((left, right) => right.at - left.at || compare(String(left.value.value), String(right.value.value)))
    .map(({ value }) => value)
}

/**
 * A server's own list: as it is, but for values first seen in the same second, which it may give in any order. Where it
 * is sorted by something else, nothing is moved.
 */
export function asListed(values: readonly RawObject[]): RawObject[] {
  const times = values.map(({ firstSeen }) => Date.parse(String(firstSeen)))
  const isSorted = times.every((time, at) => at === 0 || time <= (times[at - 1] ?? time))
  return isSorted ? inOrder(values) : [...values]
}

/** Numbers of a row, whose count may be a text; undefined where one of them is missing. */
export function readNumbers(
  value: string,
  row: { count: unknown; firstSeen: unknown; lastSeen: unknown },
): TagNumbers | undefined {
  const count = typeof row.count === "string" && row.count.trim() !== "" ? Number(row.count) : row.count
  const [firstSeen, lastSeen] = [Date.parse(String(row.firstSeen)), Date.parse(String(row.lastSeen))]
  if (typeof count !== "number" || !Number.isFinite(count + firstSeen + lastSeen)) return undefined
  return { value, count, firstSeen, lastSeen }
}

/** `2026-11-20T10:15:00Z`: the store of events knows whole seconds only. */
function toSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

// What runs remember of the issues they read, so that the next one asks only about those that changed.
import type { RawObject } from "../resync/kind.ts"

export interface KnownTags {
  issue: string
  /** `seenMark` of the issue when its tags were read. */
  seen: string
  /** All values of the tag, as Sentry's own list has them. */
  values: RawObject[]
  /** When they were read, in milliseconds since the epoch on Sentry's clock. */
  readAt: number
}

export interface ScanState {
  /** What is remembered of a tag of these issues, by issue id. */
  tagsOf(key: string, issues: readonly string[]): Promise<Map<string, KnownTags>>
  remember(key: string, tags: readonly KnownTags[]): Promise<void>
}

/** For runs without a database: every tag is asked for. */
export const noScanState: ScanState = {
  tagsOf: async () => new Map(),
  remember: async () => {},
}

/** For those that must leave no trace: what is known is used, and nothing is added to it. */
export function unchanging({ tagsOf }: ScanState): ScanState {
  return { tagsOf, remember: async () => {} }
}

/** Values of tags shrink by age alone, which moves nothing of the issue: older ones are read again. */
export const tagsAreFreshMs = 24 * 3_600_000

/** What became visible later than this after it happened is not counted on: an issue that is so fresh is asked again. */
export const settleMs = 5 * 60_000

/**
 * The same as long as an issue's tags are: an event raises count or last seen, and a merge, a reprocessing or a
 * deletion of events changes count or first seen. The status is there so that an issue that left its list is read anew.
 * Undefined where one of them is not told.
 */
export function seenMark({ lastSeen, firstSeen, count, status }: RawObject): string | undefined {
  if (typeof lastSeen !== "string" || typeof firstSeen !== "string") return undefined
  if (typeof count !== "string" && typeof count !== "number") return undefined
  return JSON.stringify([lastSeen, firstSeen, String(count), status ?? null])
}

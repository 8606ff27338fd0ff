// How an installation stands, in a word; and its settings in short.
import type { Installation } from "../api/installations.ts"

/** As `Status` shows it. */
export function stateOf({ enabled, isRunning, attention }: Installation): string {
  if (isRunning) return "running"
  if (!enabled) return "paused"
  return attention.length > 0 ? "needs you" : "on"
}

/** An address without what all of them have. */
export function shortAddress(url: string): string {
  return url.replace(/^https?:\/\//, "")
}

// Raw objects to try a mapping on: the first page of a list.
import type { RawItem, Reading } from "../kind.ts"

export interface Samples {
  items: RawItem[]
  /** Why there may be fewer than there should be. */
  unread: string[]
}

/** Reads no further than the first page that has objects. */
export async function firstPage(reading: Reading, limit: number, signal: AbortSignal): Promise<Samples> {
  const unread: string[] = []
  for await (const event of reading.read(signal)) {
    if (event.type === "page" && event.items.length > 0) return { items: event.items.slice(0, limit), unread }
    if (event.type !== "end" || event.outcome.state === "complete") continue
    const { reason, hint } = event.outcome
    unread.push(hint === undefined ? reason : `${reason} (${hint})`)
  }
  return { items: [], unread }
}

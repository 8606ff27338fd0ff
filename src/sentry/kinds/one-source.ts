// Kinds that are one list of the organization: a page each, one end for the whole.
import {
  everyPart,
  type RawItem,
  type RawObject,
  type ReadEvent,
  type Reading,
  type Verdict,
} from "../../resync/kind.ts"
import type { Answer } from "../answers.ts"

/** The rows of a list as a reading with the single part "". */
export function readWhole(
  key: string,
  pages: (signal: AbortSignal) => AsyncIterable<Answer<RawObject[]>>,
): Reading {
  return { key, read: (signal) => readPages(pages(signal)) }
}

async function* readPages(pages: AsyncIterable<Answer<RawObject[]>>): AsyncGenerator<ReadEvent> {
  const seen = new Set<string>()
  for await (const page of pages) {
    if (!page.ok) {
      // Of a list that broke off, something was read; of one that never began, nothing is known of any part.
      const begun = seen.size > 0
      const outcome = begun ? { ...page.outcome, state: "partial" as const } : page.outcome
      yield { type: "end", part: begun ? "" : everyPart, outcome }
      return
    }
    const items = page.value.map(wholeItem).filter(({ origin }) => !seen.has(origin.id))
    for (const { origin } of items) seen.add(origin.id)
    yield { type: "page", items }
  }
  yield { type: "end", part: "", outcome: { state: "complete" } }
}

function wholeItem(raw: RawObject): RawItem {
  return { raw, origin: { part: "", id: String(raw.id) } }
}

/** Of lists that hold every object there is, nothing need be asked about an absent one. */
export const listTells = {
  async lookUp(origins: { part: string; id: string }[]): Promise<Verdict[]> {
    return origins.map((origin) => ({
      origin,
      state: "unknown",
      reason: "only the whole list tells whether this one is gone",
    }))
  },
  idsIn: () => [],
  withId: (raw: RawObject, id: string) => ({ ...raw, id }),
  idsInFindAll: true,
  listIsProof: true,
}

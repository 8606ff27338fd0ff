// Sentry's pages: a cursor in the Link header, put on the address we sent ourselves.
import type { RawObject } from "../resync/kind.ts"
import { type Answer, failure, type Got, rowsOf } from "./answers.ts"

export interface LinkEntry {
  url: string
  /** `rel`, `results`, `cursor` and what else there is, in no fixed order. */
  attributes: ReadonlyMap<string, string>
}

/** The entries of a Link header. Addresses may hold commas, semicolons and quotes, so nothing is split on those. */
export function parseLink(header: string): LinkEntry[] {
  const entries: LinkEntry[] = []
  for (const [, url = "", tail = ""] of header.matchAll(/<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*"[^"]*")*)/g)) {
    const attributes = new Map<string, string>()
    for (const [, name = "", value = ""] of tail.matchAll(/([\w-]+)\s*=\s*"([^"]*)"/g)) {
      attributes.set(name.toLowerCase(), value)
    }
    entries.push({ url, attributes })
  }
  return entries
}

/** The cursor of the next (or previous) page; undefined where there is none, or where it would hold nothing. */
export function linkCursor(header: string | null, rel: "next" | "previous"): string | undefined {
  if (header === null) return undefined
  const entry = parseLink(header).find(({ attributes }) => attributes.get("rel") === rel)
  if (entry?.attributes.get("results") !== "true") return undefined
  return entry.attributes.get("cursor") || undefined
}

/** Sentry filters some lists after it has cut the pages, so empty ones come up; this many in a row do not. */
const emptyPagesInARow = 100

/**
 * All pages of a list, each as its rows. Empty pages are passed over, since they are not the end. A page that could
 * not be read is yielded as a failure, and is the last.
 */
export async function* paginate(
  getPage: (cursor: string | undefined) => Promise<Answer<Got>>,
): AsyncGenerator<Answer<RawObject[]>> {
  const seen = new Set<string>()
  let cursor: string | undefined
  for (let empty = 0; empty <= emptyPagesInARow; ) {
    const answer = await getPage(cursor)
    if (!answer.ok) {
      yield answer
      return
    }
    const rows = rowsOf(answer.value)
    if (!rows.ok || rows.value.length > 0) yield rows
    if (!rows.ok) return
    cursor = linkCursor(answer.value.link, "next")
    if (cursor === undefined) return
    if (seen.has(cursor)) {
      yield failure("shape", `${answer.value.what} gave the cursor ${cursor} twice: its pages go in a circle`)
      return
    }
    seen.add(cursor)
    empty = rows.value.length === 0 ? empty + 1 : 0
  }
  yield failure(
    "shape",
    `a list announced more and more pages, but sent ${emptyPagesInARow} empty ones in a row`,
  )
}

/** All rows of a list at once; a failure where any page could not be read. */
export async function collectPages(pages: AsyncIterable<Answer<RawObject[]>>): Promise<Answer<RawObject[]>> {
  const rows: RawObject[] = []
  for await (const page of pages) {
    if (!page.ok) return page
    rows.push(...page.value)
  }
  return { ok: true, value: rows }
}

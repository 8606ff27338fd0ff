// The tag values of error issues from grouped rows of their events, up to fifty issues in a question.
import pLimit from "p-limit"
import { batches } from "../../common/concurrency.ts"
import type { RawItem, RawObject } from "../../resync/kind.ts"
import type { Failure } from "../answers.ts"
import type { SentryClient } from "../client.ts"
import { exploreField, issuesPerQuestion } from "./plan.ts"
import { readNumbers, type TagNumbers } from "./values.ts"

const questionsAtOnce = 8

/** What a way found out of one issue. */
export interface FoundValues {
  values: TagNumbers[]
  /** It has events without the tag, which some servers count as a value "". */
  nameless: TagNumbers | undefined
}

export interface ExploreRows {
  /** Issues that the way does not speak of are absent, and to be asked in another. */
  found: Map<string, FoundValues>
  /** The last question that was not answered. */
  failed: Failure | undefined
}

/** Issues that are no errors have no rows here. */
export function isError({ raw }: RawItem): boolean {
  return raw.issueCategory === undefined || raw.issueCategory === "error"
}

export async function readExploreRows(
  client: SentryClient,
  key: string,
  issues: readonly RawItem[],
  signal: AbortSignal,
): Promise<ExploreRows> {
  const limit = pLimit(questionsAtOnce)
  const field = exploreField(key)
  const found = new Map<string, FoundValues>()
  let failed: Failure | undefined
  const ids = issues.filter(isError).map(({ origin }) => origin.id)
  await Promise.all(batches(ids, issuesPerQuestion).map((group) => limit(() => askFor(group))))
  return { found, failed }

  /** More rows than a page are asked for in halves: pages by row number may shift while events arrive. */
  async function askFor(group: readonly string[]): Promise<void> {
    const answer = await client.issueRows({ ids: group, field }, signal)
    if (!answer.ok) {
      failed = answer
      return
    }
    const { rows, cut } = answer.value
    if (!cut) take(rows, new Set(group))
    else if (group.length > 1) {
      for (const half of batches(group, Math.ceil(group.length / 2))) await askFor(half)
    }
  }

  function take(rows: readonly RawObject[], asked: ReadonlySet<string>): void {
    const unclear = new Set<string>()
    for (const row of rows) {
      const id = String(row["issue.id"])
      if (!asked.has(id)) continue
      const value = row[field] ?? ""
      const numbers =
        typeof value === "string"
          ? readNumbers(value, {
              count: row["count()"],
              firstSeen: row["first_seen()"],
              lastSeen: row["last_seen()"],
            })
          : undefined
      if (!numbers) unclear.add(id)
      else add(found, id, numbers)
    }
    for (const id of unclear) found.delete(id)
  }
}

export function add(found: Map<string, FoundValues>, id: string, numbers: TagNumbers): void {
  const known = found.get(id) ?? { values: [], nameless: undefined }
  if (numbers.value === "") known.nameless = numbers
  else known.values.push(numbers)
  found.set(id, known)
}

// Whether the list that a selector's `issueQuery` asks for would show an issue: told by the issue itself where the
// search is of its status, by Sentry where it is more than that.
import { batches } from "../../common/concurrency.ts"
import type { Listed, RawItem } from "../../resync/kind.ts"
import type { Window } from "../api/issues.ts"
import type { RunContext } from "../run-context.ts"
import { justAhead } from "./issue-scan.ts"
import { type IssueSelection, isOfProjects, windowOf } from "./selection.ts"

/** Short ids of one search; keeps the address below 4 kB. */
const shortIdsPerRequest = 50

export async function listedIssues(
  context: RunContext,
  selection: IssueSelection,
  items: RawItem[],
  signal: AbortSignal,
): Promise<Listed> {
  const window = windowOf(selection, justAhead(context.client))
  const mayBe = items.filter((item) => isOfProjects(selection, item))
  const test = ownTest(selection, window)
  if (test) return { ids: new Set(mayBe.filter(test).map(({ origin }) => origin.id)), unknown: undefined }
  const { query, environments } = selection
  const ids = new Set<string>()
  for (const group of batches(mayBe, shortIdsPerRequest)) {
    const shortIds = group.map(({ raw }) => String(raw.shortId))
    const list = {
      projects: ["-1"],
      query: `${query} issue:[${shortIds.join(",")}]`.trim(),
      window,
      ...(environments.length > 0 ? { environments } : {}),
    }
    for await (const page of context.client.organizationIssues(list, signal)) {
      if (!page.ok) return { ids, unknown: page.outcome.reason }
      for (const row of page.value) ids.add(String(row.id))
    }
  }
  return { ids, unknown: undefined }
}

const statuses: Record<string, string> = {
  "is:unresolved": "unresolved",
  "is:resolved": "resolved",
  "is:ignored": "ignored",
  "is:archived": "ignored",
}

/** Undefined where only Sentry can tell: which environments an issue is in, and when its events before the last were. */
function ownTest({ query, window: asked, environments }: IssueSelection, window: Window) {
  const status = statusTest(query)
  if (!status || environments.length > 0 || (asked && "end" in asked && asked.end)) return undefined
  if (!asked) return status
  return (item: RawItem) => status(item) && Date.parse(String(item.raw.lastSeen)) >= window.start.getTime()
}

/** Undefined where the search asks for more than one status. */
function statusTest(query: string): ((item: RawItem) => boolean) | undefined {
  if (query === "") return () => true
  const status = statuses[query]
  return status === undefined ? undefined : ({ raw }) => raw.status === status
}

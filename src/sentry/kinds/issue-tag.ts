// Issues with all values of a tag under `__tags`: by default their environments.
import type { Enriched, OpenKind, RawItem } from "../../resync/kind.ts"
import type { ReadIssueTags } from "../issue-tags/exact.ts"
import { tagReads } from "../issue-tags/plan.ts"
import { createTagReader } from "../issue-tags/read-tags.ts"
import type { RunContext } from "../run-context.ts"
import { defineKind } from "./define-kind.ts"
import { openIssues } from "./issue.ts"
import { IssueTagSelector } from "./selectors.ts"

export const issueTagKind = defineKind({
  name: "issue-tag",
  selector: IssueTagSelector,
  open: (context: RunContext, selector, reads): OpenKind => {
    const source = selector.tagSource ?? context.tagSource
    const readIssueTags = createTagReader(context, { source, reads: tagReads(reads) })
    return {
      ...openIssues(context, selector),
      enrich: (items, signal) => addTags(readIssueTags, items, selector.tag, signal),
    }
  },
})

/** An issue without a value of the tag stays, with an empty list. */
async function addTags(
  readIssueTags: ReadIssueTags,
  items: RawItem[],
  key: string,
  signal: AbortSignal,
): Promise<Enriched> {
  const tags = await readIssueTags(items, key, signal)
  const enriched: Enriched = { items: [], without: 0, unread: [] }
  for (const item of items) {
    const answer = tags.get(item.origin.id)
    if (answer?.ok) enriched.items.push({ ...item, raw: { ...item.raw, __tags: answer.value } })
    else {
      const outcome = answer?.outcome ?? { state: "failed", reason: "its tag values were not read" }
      enriched.unread.push({ origin: item.origin, outcome })
    }
  }
  return enriched
}

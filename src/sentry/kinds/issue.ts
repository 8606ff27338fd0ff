// The issues that the selector asks for: by default the unresolved ones of all projects.
import { parseDuration } from "../../common/duration.ts"
import type { OpenKind } from "../../resync/kind.ts"
import { listedIssues } from "../issues/listed.ts"
import { issueIdsIn, lookUpIssues } from "../issues/look-up.ts"
import { issueReading } from "../issues/reading.ts"
import { changedOnly, selectionOf } from "../issues/selection.ts"
import type { RunContext } from "../run-context.ts"
import { addNothing, defineKind } from "./define-kind.ts"
import { IssueSelector } from "./selectors.ts"

export const issueKind = defineKind({
  name: "issue",
  selector: IssueSelector,
  open: (context: RunContext, selector): OpenKind => openIssues(context, selector),
})

/** Shared with `issue-tag`, which only adds to each issue. */
export function openIssues(context: RunContext, selector: IssueSelector): OpenKind {
  const selection = selectionOf(selector)
  const keepMs = parseDuration(String(selector.keepResolvedFor ?? "")) ?? context.keepResolvedForMs
  const excluded = (raw: { status?: unknown }) => !selector.includeArchived && raw.status === "ignored"
  return {
    reading: issueReading(context, changedOnly(selection, context.changedSince)),
    enrich: addNothing,
    admits: (raw) => !excluded(raw),
    lookUp: (origins, signal) => lookUpIssues(context, origins, signal),
    listed: (items, signal) => listedIssues(context, selection, items, signal),
    standing: (raw) => (excluded(raw) ? { state: "excluded" } : { state: "left", keepMs }),
    idsIn: issueIdsIn,
    withId: (raw, id) => ({ ...raw, id }),
    idsInFindAll: false,
    listIsProof: false,
  }
}

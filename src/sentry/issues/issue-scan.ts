// The state of one reading of all issues: its window, what it has shown, what it learned about the server.
import type { RawItem, RawObject, ReadEvent, SourceOutcome } from "../../resync/kind.ts"
import type { Window } from "../api/issues.ts"
import type { Project } from "../api/projects.ts"
import type { SentryClient } from "../client.ts"
import type { ProjectList, RunContext } from "../run-context.ts"
import { issueItem } from "./issue-item.ts"
import { type IssueSelection, selectionKey, windowOf } from "./selection.ts"

export interface IssueScan {
  client: SentryClient
  projects: ProjectList
  selection: IssueSelection
  window: Window
  /** The items of a page that were not shown yet, or only in an older state. `unreadable` rows are no issues. */
  take(rows: RawObject[]): { items: RawItem[]; unreadable: number }
  /** The list of these projects has so many issues. */
  noteSize(projects: readonly Project[], issues: number): void
  end(project: Project, outcome: SourceOutcome): ReadEvent
  /** Whether the token may list the issues of any project; asked once, when a slice was refused. */
  mayListAnything(signal: AbortSignal): Promise<boolean>
  /** Counts an error of the server's; false when there were too many to go on splitting. */
  worthSplitting(): boolean
}

/**
 * All that Sentry keeps, up to what happens this moment: windows are told in whole seconds, and one that ended now would
 * leave out an issue that an event just spoke of.
 */
export function windowToNow(client: Pick<SentryClient, "serverNow">): Window {
  return windowOf({ window: undefined }, justAhead(client))
}

/** Later than anything that has happened by now, in whole seconds. */
export function justAhead(client: Pick<SentryClient, "serverNow">): number {
  return client.serverNow() + 60_000
}

/** One project that breaks the server costs this many errors to be found among twenty-five, and a few to spare. */
const mostServerErrors = 8

export function createIssueScan(
  context: RunContext,
  projects: ProjectList,
  selection: IssueSelection,
): IssueScan {
  const { client } = context
  const shown = new Map<string, string>()
  const window = windowOf(selection, client.serverNow())
  let serverErrors = 0
  let anything: Promise<boolean> | undefined

  async function askForAnything(signal: AbortSignal): Promise<boolean> {
    for await (const page of client.organizationIssues(
      { projects: ["-1"], query: selection.query, window, limit: 1 },
      signal,
    )) {
      return page.ok || page.why !== "forbidden"
    }
    return true
  }

  return {
    client,
    projects,
    selection,
    window,
    take(rows) {
      const items: RawItem[] = []
      let unreadable = 0
      for (const row of rows) {
        const item = issueItem(row, projects)
        if (!item) unreadable++
        else if (isNews(item)) items.push(item)
      }
      return { items, unreadable }
    },
    noteSize(projects, issues) {
      context.issueListSizes.set(JSON.stringify([selectionKey(selection), projects[0]?.id]), issues)
    },
    end(project, outcome) {
      const known = context.issueParts.get(project.slug)
      if (known?.state !== "complete") context.issueParts.set(project.slug, outcome)
      return { type: "end", part: project.slug, outcome }
    },
    mayListAnything(signal) {
      anything ??= askForAnything(signal)
      return anything
    },
    worthSplitting: () => ++serverErrors <= mostServerErrors,
  }

  /** A slice that is read again in halves shows its issues again; so does a list that moves while it is paged. */
  function isNews({ raw, origin }: RawItem): boolean {
    const lastSeen = typeof raw.lastSeen === "string" ? raw.lastSeen : ""
    const known = shown.get(origin.id)
    if (known !== undefined && !isLater(lastSeen, known)) return false
    shown.set(origin.id, lastSeen)
    return true
  }
}

/** As instants: Sentry writes 0, 3 or 6 fraction digits. */
function isLater(left: string, right: string): boolean {
  return left !== right && Date.parse(left) > Date.parse(right)
}

/** Rows that are no issues hide which ones they were. */
export function endOf(unreadable: number): SourceOutcome {
  if (unreadable === 0) return { state: "complete" }
  return {
    state: "partial",
    reason: `Sentry answered ${unreadable} issues without an id or project as text`,
  }
}

// All issues through each project's own list: for servers without the organization's.
import { mergeAsync } from "../../common/concurrency.ts"
import type { ReadEvent } from "../../resync/kind.ts"
import type { Project } from "../api/projects.ts"
import { endOf, type IssueScan } from "./issue-scan.ts"

const projectsAtOnce = 6

export function readProjectLists(
  scan: IssueScan,
  projects: readonly Project[],
  signal: AbortSignal,
): AsyncGenerator<ReadEvent> {
  return mergeAsync(
    projects.map((project) => () => readProjectList(scan, project, signal)),
    { concurrency: projectsAtOnce },
  )
}

export async function* readProjectList(
  scan: IssueScan,
  project: Project,
  signal: AbortSignal,
): AsyncGenerator<ReadEvent> {
  const query = searchInstead(scan)
  if (query === undefined) {
    yield scan.end(project, { state: "failed", reason: beyondProjectLists })
    return
  }
  let unreadable = 0
  for await (const page of scan.client.projectIssues(project.slug, query, signal)) {
    if (!page.ok) {
      yield scan.end(project, page.outcome)
      return
    }
    const taken = scan.take(page.value)
    unreadable += taken.unreadable
    if (taken.items.length > 0) yield { type: "page", items: taken.items }
  }
  yield scan.end(project, endOf(unreadable))
}

const beyondProjectLists =
  "only the organization's list of issues, which cannot be read here, takes selector.environments and selector.end"

/** A project's list has no window of its own; what was seen since an instant is a matter of the search. */
function searchInstead({ selection, window }: IssueScan): string | undefined {
  if (selection.environments.length > 0) return undefined
  if (!selection.window) return selection.query
  if ("end" in selection.window && selection.window.end) return undefined
  return `${selection.query} lastSeen:>=${window.start.toISOString().slice(0, 19)}`.trim()
}

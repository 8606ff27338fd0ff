// All issues through the organization's list, in slices of projects; a slice that is refused is split.
import { batches, mergeAsync } from "../../common/concurrency.ts"
import type { RawObject, ReadEvent } from "../../resync/kind.ts"
import { type Answer, type Failure, refusesSeveralProjects } from "../answers.ts"
import type { IssueList } from "../api/issues.ts"
import type { Project } from "../api/projects.ts"
import { endOf, type IssueScan } from "./issue-scan.ts"
import { readProjectList, readProjectLists } from "./project-lists.ts"

/** Few enough for one slow project not to hold up many. */
const mostPerSlice = 25
/** Enough for small projects to share pages. */
const leastPerSlice = 10
const slicesAtOnce = 6

/** `areSome`: others of the organization are read elsewhere at the same time, so that these need not be spread. */
export function readSlices(
  scan: IssueScan,
  projects: readonly Project[],
  { areSome, signal }: { areSome: boolean; signal: AbortSignal },
): AsyncGenerator<ReadEvent> {
  // A slice is read page after page: of few projects each has its share, so that all of them take equally long.
  const share = Math.max(leastPerSlice, Math.ceil(projects.length / slicesAtOnce))
  const perSlice = areSome ? mostPerSlice : Math.min(mostPerSlice, share)
  return mergeAsync(
    batches(projects, perSlice).map((slice) => () => readSlice(scan, slice, signal)),
    { concurrency: slicesAtOnce },
  )
}

async function* readSlice(
  scan: IssueScan,
  projects: readonly Project[],
  signal: AbortSignal,
): AsyncGenerator<ReadEvent> {
  const list = {
    projects: projects.map(({ id }) => id),
    query: scan.selection.query,
    window: scan.window,
    ...(isLimited(scan) ? { environments: scan.selection.environments } : {}),
    onSize: (issues: number) => scan.noteSize(projects, issues),
  }
  let unreadable = 0
  for await (const page of wholePages(scan, list, signal)) {
    if (!page.ok) {
      yield* readOtherwise(scan, projects, page, signal)
      return
    }
    const taken = scan.take(page.value)
    unreadable += taken.unreadable
    if (taken.items.length > 0) yield { type: "page", items: taken.items }
  }
  for (const project of projects) yield scan.end(project, endOf(unreadable))
}

function isLimited({ selection }: IssueScan): boolean {
  return selection.environments.length > 0
}

/**
 * The numbers of a list of environments are those of their events alone, so that its issues are read again by their ids:
 * an issue is the same object however it was found.
 */
async function* wholePages(
  scan: IssueScan,
  list: IssueList,
  signal: AbortSignal,
): AsyncGenerator<Answer<RawObject[]>> {
  for await (const page of scan.client.organizationIssues(list, signal)) {
    const ids = page.ok && isLimited(scan) ? page.value.map(({ id }) => String(id)) : []
    yield ids.length > 0 ? await scan.client.issuesById(ids, signal, list.projects) : page
  }
}

/** After a page that could not be read: the same projects in another way, or their ends with the reason. */
async function* readOtherwise(
  scan: IssueScan,
  projects: readonly Project[],
  failed: Failure,
  signal: AbortSignal,
): AsyncGenerator<ReadEvent> {
  const [first] = projects
  if (failed.why === "route-off") {
    yield* readProjectLists(scan, projects, signal)
    return
  }
  if (first && projects.length === 1) {
    // One refused project may still be readable by its own list, on plans where the organization's is a feature.
    if (failed.why === "forbidden") yield* readProjectList(scan, first, signal)
    else yield scan.end(first, failed.outcome)
    return
  }
  if (refusesSeveralProjects(failed)) {
    yield* readEach(scan, batches(projects, 1), signal)
    return
  }
  if (failed.why === "forbidden") {
    // Where nothing at all may be listed, splitting finds out nothing; each project's own list says it in one request.
    if (await scan.mayListAnything(signal)) yield* readHalves(scan, projects, signal)
    else yield* readProjectLists(scan, projects, signal)
    return
  }
  if (failed.why === "server" && scan.worthSplitting()) {
    yield* readHalves(scan, projects, signal)
    return
  }
  for (const project of projects) yield scan.end(project, failed.outcome)
}

function readHalves(
  scan: IssueScan,
  projects: readonly Project[],
  signal: AbortSignal,
): AsyncGenerator<ReadEvent> {
  return readEach(scan, batches(projects, Math.ceil(projects.length / 2)), signal)
}

async function* readEach(
  scan: IssueScan,
  slices: readonly (readonly Project[])[],
  signal: AbortSignal,
): AsyncGenerator<ReadEvent> {
  for (const slice of slices) yield* readSlice(scan, slice, signal)
}

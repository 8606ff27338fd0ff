// Issues: the organization's list, the projects' lists for servers without it, issues by id, and their tag values.
import type { RetryPolicy } from "../../common/http-retry.ts"
import type { Logger } from "../../common/logger.ts"
import type { RawObject } from "../../resync/kind.ts"
import { type Answer, failure, type Got } from "../answers.ts"
import { type Calls, type Query, withCursor } from "../calls.ts"
import { paginate } from "../pagination.ts"
import { routes } from "../routes.ts"
import { createIssuePaths } from "./issue-paths.ts"

export interface IssueList {
  /** Project ids; `-1` is every project the token may read. */
  projects: readonly string[]
  /** Sentry's search; "" is every status. Always sent: left out, the server puts its own in. */
  query: string
  window: Window
  /** Rows a page, at most 100. */
  limit?: number
  /** Only issues with events of these environments; each row then has its id and the numbers of those events, no more. */
  environments?: readonly string[]
  /** Told at each page how many issues the list has; Sentry counts to a thousand. */
  onSize?: (issues: number) => void
}

/** The same instants on every page of a scan: a window that slides while it is read loses issues at its edge. */
export interface Window {
  start: Date
  end: Date
}

export interface IssuesApi {
  /**
   * The organization's list. On a server without one (Sentry 9), every page is a failure `route-off`: use
   * `projectIssues`. The first call finds out; it is made alone.
   */
  organizationIssues(list: IssueList, signal: AbortSignal): AsyncIterable<Answer<RawObject[]>>
  projectIssues(
    slug: string,
    query: string,
    signal: AbortSignal,
    limit?: number,
  ): AsyncIterable<Answer<RawObject[]>>
  /** Those of at most 100 issues that are there, of any status and age; unknown and unreadable ones are left out. */
  issuesById(
    ids: readonly string[],
    signal: AbortSignal,
    projects?: readonly string[],
  ): Promise<Answer<RawObject[]>>
  /** One issue. A merged one answers as the issue it was merged into: compare the id. */
  issue(id: string, signal: AbortSignal): Promise<Answer<RawObject>>
  /** A tag of an issue with its most frequent values; `missing` where the issue has no such tag. */
  issueTag(id: string, key: string, signal: AbortSignal): Promise<Answer<RawObject>>
  /** All values of a tag of an issue; `missing` where the issue has no such tag. */
  issueTagValues(id: string, key: string, signal: AbortSignal): Promise<Answer<RawObject[]>>
}

/** `probeRetry` is for the first call of the organization's list, which may be one that never answers. */
export function issuesApi(deps: {
  calls: Calls
  org: string
  probeRetry: RetryPolicy
  log: Logger
}): IssuesApi {
  const { calls, org, probeRetry, log } = deps

  const paths = createIssuePaths(calls, org)
  let served: "unknown" | "yes" | "no" = "unknown"
  let probing: Promise<Answer<Got>> | undefined

  async function organizationPage(query: Query, signal: AbortSignal): Promise<Answer<Got>> {
    // Only the first call's own caller is told how it went; the others wait to learn which list to use.
    while (served === "unknown" && probing) await Promise.allSettled([probing])
    if (served === "no") return notServed()
    if (served === "yes") return calls.page(routes.organizationIssues({ org }), query, signal)
    const probe = probeOrganizationList(query, signal)
    probing = probe
    try {
      return await probe
    } finally {
      probing = undefined
    }
  }

  /** Old servers answer 500 here, always. Two in a row tell; six tries with growing waits would tell no more. */
  async function probeOrganizationList(query: Query, signal: AbortSignal): Promise<Answer<Got>> {
    const route = routes.organizationIssues({ org })
    const answer = await calls.page(route, query, signal, probeRetry)
    if (!answer.ok && (answer.status === 500 || answer.why === "route-off")) {
      served = "no"
      log.info(
        { reason: answer.outcome.reason },
        "No issue list of the organization here; projects are read one by one",
      )
      return notServed()
    }
    served = "yes"
    const passing = !answer.ok && (answer.why === "server" || answer.why === "no-answer")
    return passing ? calls.page(route, query, signal) : answer
  }

  function notServed(): Answer<Got> {
    return failure("route-off", "this server does not serve the organization's issue list")
  }

  return {
    organizationIssues: (list, signal) =>
      paginate(async (cursor) => {
        const page = await organizationPage(withCursor(listQuery(list), cursor), signal)
        if (page.ok && page.value.hits !== undefined) list.onSize?.(page.value.hits)
        return page
      }),
    projectIssues: (slug, query, signal, limit = 100) =>
      calls.pages(
        routes.projectIssues({ org, project: slug }),
        [
          ["query", query],
          ["limit", String(limit)],
        ],
        signal,
      ),
    async issuesById(ids, signal, projects = ["-1"]) {
      const query: Query = [
        ...projects.map((id) => ["project", id] as const),
        ["limit", "100"],
        ["collapse", "filtered"],
        ...ids.map((id) => ["group", id] as const),
      ]
      const rows: RawObject[] = []
      for await (const page of paginate((cursor) => organizationPage(withCursor(query, cursor), signal))) {
        if (!page.ok) return page
        rows.push(...page.value)
      }
      return { ok: true, value: rows }
    },
    issue: paths.issue,
    issueTag: paths.tag,
    issueTagValues: paths.tagValues,
  }
}

function listQuery(list: IssueList): Query {
  return [
    ...list.projects.map((id) => ["project", id] as const),
    ["query", list.query],
    ["sort", "new"],
    ["limit", String(list.limit ?? 100)],
    ["start", instant(list.window.start)],
    ["end", instant(list.window.end)],
    ["collapse", "filtered"],
    ...(list.environments === undefined ? [] : onlyNumbersOf(list.environments)),
  ]
}

/**
 * `lifetime` is left out: there the server puts the whole issue's count and not that of the environment. The numbers
 * of the window are those of the environment's events.
 */
function onlyNumbersOf(environments: readonly string[]): Query {
  return [
    ...environments.map((name) => ["environment", name] as const),
    ["collapse", "base"],
    ["collapse", "lifetime"],
    ["groupStatsPeriod", ""],
  ]
}

/** `2026-11-20T10:15:00`: UTC without a zone, as Sentry reads it. */
function instant(date: Date): string {
  return date.toISOString().slice(0, 19)
}

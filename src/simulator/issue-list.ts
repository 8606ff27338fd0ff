// Which issues a list shows, in which order, and how a row of it is written.
import type { JsonObject } from "../common/json.ts"
import { badRequest } from "./answers.ts"
import type { Call } from "./endpoint.ts"
import type { Issue } from "./model.ts"
import type { Organization } from "./organization.ts"
import { type Counters, countersBody, issueBody, legacyIssue, openText } from "./payloads/issue.ts"
import { issueStatsText, type StatsPeriod } from "./payloads/stats.ts"
import { parseIssueQuery } from "./search.ts"
import { retentionWindow } from "./window.ts"

/** Events from `start` (included) to `end`, in milliseconds. */
export interface Window {
  start: number
  end: number
}

export type IssueSort = "date" | "new" | "freq" | "user"

export interface Listing {
  projectIds: ReadonlySet<string>
  query: string
  sort: IssueSort
  window: Window
  /** Only events of these environments count; undefined: all events do. */
  environments: readonly string[] | undefined
}

export interface RowShape {
  collapse: ReadonlySet<string>
  /** "" for no sparkline. */
  statsPeriod: StatsPeriod | ""
  /**
   * The organization's list has what the project's has not: numbers for the life of the issue beside the window's. As
   * on the real server its count is the whole issue's, whatever environment is asked for.
   */
  lifetime: boolean
}

/** Computed once per state of the organization and listing, since every page of it is cut from the same list. */
export function listIssues(call: Call, listing: Listing): Issue[] {
  const { organization, legacy } = call
  const key = JSON.stringify([legacy, { ...listing, projectIds: [...listing.projectIds] }])
  return organization.memo(key, () => {
    const test = parseIssueQuery(listing.query, organization, legacy)
    const found = inOrder(organization, listing.sort).filter(
      (issue) =>
        listing.projectIds.has(issue.projectId) && test(issue) && isActive(organization, issue, listing),
    )
    if (listing.sort === "freq") found.sort((left, right) => right.count - left.count)
    if (listing.sort === "user") found.sort((left, right) => right.userCount - left.userCount)
    return found
  })
}

export function sortKey(sort: IssueSort): (issue: Issue) => number {
  if (sort === "new") return (issue) => issue.firstSeen
  if (sort === "freq") return (issue) => issue.count
  if (sort === "user") return (issue) => issue.userCount
  return (issue) => issue.lastSeen
}

export function askedSort(call: Call): IssueSort {
  const sort = call.query.get("sort") ?? "date"
  if (sort === "date" || sort === "new" || sort === "freq" || sort === "user") return sort
  throw badRequest(`Invalid sort: '${sort}' is not one the simulated server has`)
}

/** No `query` means unresolved issues; an empty one means all. */
export function askedQuery(call: Call): string {
  return call.query.get("query") ?? "is:unresolved"
}

/** One row of a list as JSON text. An issue that came as a payload is that payload. */
export function issueRow(
  call: Call,
  issue: Issue,
  listing: Omit<Listing, "query" | "sort">,
  shape: RowShape,
): string {
  const { organization } = call
  const { collapse } = shape
  if (call.legacy) return legacyRow(call, issue, shape)
  if (issue.payload && !collapse.has("base")) return JSON.stringify(issue.payload)
  const life = lifeCounters(issue, listing.environments)
  const numbers =
    shape.lifetime && !organization.ageless ? windowCounters(life, windowOf(organization, listing)) : life
  const open = collapse.has("base")
    ? `{"id":"${issue.id}"`
    : `${openText(organization, issue)}${collapse.has("unhandled") ? "" : `,"isUnhandled":${issue.isUnhandled}`}`
  if (collapse.has("stats")) return `${open}}`
  const now = organization.clock.now()
  const stats = shape.statsPeriod
    ? `,"stats":{"${shape.statsPeriod}":${issueStatsText(numbers, shape.statsPeriod, now)}}`
    : ""
  const withStats = shape.statsPeriod ? { stats: null } : {}
  const lifetime =
    shape.lifetime && !collapse.has("lifetime")
      ? `,"lifetime":${JSON.stringify({ ...countersBody({ ...life, count: issue.count }), ...withStats })}`
      : ""
  const filtered = shape.lifetime && !collapse.has("filtered") ? `,"filtered":null` : ""
  return `${open},${JSON.stringify(countersBody(numbers)).slice(1, -1)}${stats}${lifetime}${filtered}}`
}

function legacyRow(call: Call, issue: Issue, shape: RowShape): string {
  const { organization } = call
  const body: JsonObject = legacyIssue(issue.payload ?? issueBody(organization, issue))
  const open = JSON.stringify(body).slice(0, -1)
  const period = shape.statsPeriod
  if (!period || issue.payload) return `${open}}`
  return `${open},"stats":{"${period}":${issueStatsText(issue, period, organization.clock.now())}}}`
}

function inOrder(organization: Organization, sort: IssueSort): Issue[] {
  return organization.issuesBy(sort === "new" ? "firstSeen" : "lastSeen")
}

/** Whether the issue has an event in the window, in one of the environments. */
function isActive(organization: Organization, issue: Issue, { environments, window }: Listing): boolean {
  const inside = ({ firstSeen, lastSeen }: { firstSeen: number; lastSeen: number }) =>
    organization.ageless || (lastSeen >= window.start && firstSeen <= window.end)
  if (!environments) return inside(issue)
  return (issue.tags.get("environment") ?? []).some((tag) => environments.includes(tag.value) && inside(tag))
}

function lifeCounters(issue: Issue, environments: readonly string[] | undefined): Counters {
  if (!environments) return issue
  const tags = (issue.tags.get("environment") ?? []).filter(({ value }) => environments.includes(value))
  const count = tags.reduce((total, tag) => total + tag.count, 0)
  return {
    count,
    // Who was hit where is not kept: users are taken as spread like the events.
    userCount: Math.min(issue.userCount, Math.ceil((issue.userCount * count) / Math.max(1, issue.count))),
    firstSeen: Math.min(...tags.map(({ firstSeen }) => firstSeen)),
    lastSeen: Math.max(...tags.map(({ lastSeen }) => lastSeen)),
  }
}

/** A value of a tag is kept with the numbers of what the retention has left of its events, so that nothing is cut off there. */
function windowOf(
  organization: Organization,
  { environments, window }: Pick<Listing, "environments" | "window">,
): Window {
  const coversAll = window.start < retentionWindow(organization).start + 120_000
  return environments && coversAll ? { ...window, start: 0 } : window
}

/** Single events are not kept: they are taken as spread evenly over the issue's life. */
function windowCounters(life: Counters, window: Window): Counters {
  if (life.firstSeen >= window.start && life.lastSeen <= window.end) return life
  const firstSeen = Math.max(life.firstSeen, window.start)
  const lastSeen = Math.min(life.lastSeen, window.end)
  const share = (lastSeen - firstSeen) / Math.max(1, life.lastSeen - life.firstSeen)
  return {
    count: Math.max(1, Math.round(life.count * share)),
    userCount: Math.round(life.userCount * share),
    firstSeen,
    lastSeen,
  }
}

// Which issues a selector asks for, as far as Sentry can be asked: search, window, environments, projects.
import { parseDuration } from "../../common/duration.ts"
import type { RawItem } from "../../resync/kind.ts"
import type { Window } from "../api/issues.ts"
import type { Project } from "../api/projects.ts"
import type { IssueSelector } from "../kinds/selectors.ts"
import type { ProjectList } from "../run-context.ts"

export interface IssueSelection {
  /** Sentry's search. */
  query: string
  /** Issues with an event in it; undefined: in all that Sentry keeps. */
  window: { periodMs: number } | { start: Date; end: Date | undefined } | undefined
  /** Issues with an event in one of them; empty: in any or none. */
  environments: readonly string[]
  /** Slugs or ids; empty: all. */
  projects: readonly string[]
}

export function selectionOf(selector: IssueSelector): IssueSelection {
  const { issueQuery: query, statsPeriod, start, end, environments = [], projects = [] } = selector
  const periodMs = statsPeriod === undefined ? undefined : parseDuration(statsPeriod)
  const window =
    periodMs !== undefined
      ? { periodMs }
      : start === undefined
        ? undefined
        : { start: new Date(start), end: end === undefined ? undefined : new Date(end) }
  return {
    query,
    window,
    environments: [...new Set(environments)].sort(),
    projects: [...new Set(projects)].sort(),
  }
}

/** The same for selections that ask for the same; the search alone where it is all. */
export function selectionKey({ query, ...more }: IssueSelection): string {
  const isPlain = !more.window && more.environments.length === 0 && more.projects.length === 0
  return isPlain ? query : JSON.stringify([query, more.window, more.environments, more.projects])
}

/** Sentry cuts the window to the plan's retention, which is at most this. */
const retentionMs = 90 * 86_400_000

/** `now` on Sentry's clock. */
export function windowOf({ window }: Pick<IssueSelection, "window">, now: number): Window {
  if (!window) return { start: new Date(now - retentionMs), end: new Date(now) }
  if ("periodMs" in window) return { start: new Date(now - window.periodMs), end: new Date(now) }
  return { start: window.start, end: window.end ?? new Date(now) }
}

/** `missing`: names of the selector that no project of the list has. */
export function chosenProjects(
  { projects }: Pick<IssueSelection, "projects">,
  listed: ProjectList,
): { chosen: readonly Project[]; missing: readonly string[] } {
  if (projects.length === 0) return { chosen: listed.all, missing: [] }
  const named = new Set(projects)
  const missing = projects.filter((name) => !listed.bySlug.has(name) && !listed.byId.has(name))
  return { chosen: listed.all.filter(({ id, slug }) => named.has(id) || named.has(slug)), missing }
}

/** Whether an issue is of a project that the selection names. */
export function isOfProjects(
  { projects }: Pick<IssueSelection, "projects">,
  { raw, origin }: RawItem,
): boolean {
  if (projects.length === 0) return true
  const id =
    raw.project && typeof raw.project === "object" && "id" in raw.project ? String(raw.project.id) : ""
  return projects.includes(origin.part) || projects.includes(id)
}

/** Those of them with an event since then: what moves nothing but a status is not among them. */
export function changedOnly(selection: IssueSelection, since: Date | undefined): IssueSelection {
  if (!since) return selection
  return { ...selection, query: `${selection.query} lastSeen:>=${since.toISOString().slice(0, 19)}`.trim() }
}

// Pure: the cheapest exact way to the tag values of issues, from what is known of them, the tag and the server.
import { anyItem, mayRead, type ReadPaths } from "../../mapping/jq-paths.ts"

/**
 * - `nothing`: no expression reads the tags, so they are not asked for;
 * - `exact`: the original's call, all values of each issue (`…/tags/KEY/values/`);
 * - `single`: one call an issue that is allowed four times as often (`…/tags/KEY/`), and the former where it is not all;
 * - `explore`: grouped rows of error events for up to fifty issues at once; other issues singly;
 * - `environments`: one list of issues for each environment, joined by id.
 */
export type TagWay = "nothing" | "exact" | "single" | "explore" | "environments"

export type TagSource = "auto" | "exact"

export interface TagSituation {
  source: TagSource
  key: string
  reads: TagReads
  /** Issues to be asked now. */
  issues: number
  /** Of these, issues of error events, the only ones that explore knows. */
  errors: number
  /** Issues that will have to be asked later in this run, at least. */
  toCome: number
  /** Requests that the lists of all environments take, at a guess; 0 once they are read; undefined where they are not to be had. */
  listRequests: number | undefined
  /** Whether the server has explore, as far as is known. */
  explore: boolean
}

/** What of `__tags` a mapping may read. */
export interface TagReads {
  any: boolean
  /** A value's `name`, which is not its `value` for every tag. */
  names: boolean
}

export interface TagPlan {
  way: TagWay
  /** Requests for the issues of now and those to come, at a guess. */
  requests: number
  /** A clause for a person. */
  why: string
}

/** To learn what else the server has would cost as much. */
export const fewIssues = 4

/** Issues in one question to explore: with two values each, their rows fit a page. */
export const issuesPerQuestion = 50

export function planTags(situation: TagSituation): TagPlan {
  const { source, key, reads, issues, toCome } = situation
  const all = issues + toCome
  if (!reads.any) return { way: "nothing", requests: 0, why: "the mapping does not read them" }
  if (source === "exact") return { way: "exact", requests: all, why: "tagSource is exact" }
  const form = formOf(key, reads)
  if (form === "own") return { way: "exact", requests: all, why: `values of ${key} have a form of their own` }
  if (all <= fewIssues && situation.listRequests !== 0) {
    return { way: "single", requests: all, why: "so few that no other way pays" }
  }
  const costs: [way: TagWay, requests: number][] = [["single", all]]
  if (form === "plain" && situation.explore) costs.push(["explore", exploreCost(situation)])
  if (key === "environment" && situation.listRequests !== undefined) {
    costs.push(["environments", situation.listRequests])
  }
  const [way, requests] = costs.reduce((best, one) => (one[1] < best[1] ? one : best))
  return { way, requests, why: because(costs) }
}

/** The reads of a mapping, from its paths into an issue. */
export function tagReads(reads: ReadPaths): TagReads {
  return { any: mayRead(reads, ["__tags"]), names: mayRead(reads, ["__tags", anyItem, "name"]) }
}

/** The field of explore that groups by a tag. */
export function exploreField(key: string): string {
  return key === "environment" || key === "release" ? key : `tags[${key}]`
}

/**
 * `own`: values look different in Sentry's list of them. `named`: their names are made by rules that differ between
 * servers, or explore knows them by another name. `plain`: name and value are the same.
 */
function formOf(key: string, reads: TagReads): "own" | "named" | "plain" {
  if (key === "user") return "own"
  if (key === "release") return reads.names ? "named" : "plain"
  return unlikeTags.has(key) || !/^[\w.:-]+$/.test(key) ? "named" : "plain"
}

/** Kept under other names in the store of events, or not as tags. */
const unlikeTags = new Set([
  "dist",
  "filename",
  "function",
  "device.class",
  "error.handled",
  "error.main_thread",
  "error.unhandled",
  "stack.in_app",
])

function exploreCost({ issues, errors, toCome }: TagSituation): number {
  const all = issues + toCome
  const known = issues === 0 ? all : Math.round((all * errors) / issues)
  return Math.ceil(known / issuesPerQuestion) + all - known
}

function because(costs: readonly [way: TagWay, requests: number][]): string {
  if (costs.length === 1) return "this server or tag allows no other way"
  const told = costs.map(([way, requests]) => `${wayNames[way]} ${requests}`)
  return `fewest requests: ${told.join(", ")}`
}

export const wayNames: Readonly<Record<TagWay, string>> = {
  nothing: "not asked",
  exact: "all values of each issue",
  single: "each issue",
  explore: "rows of events",
  environments: "a list per environment",
}

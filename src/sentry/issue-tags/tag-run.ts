// What one run has learned of the tags of issues and of the ways to them, shared by all resources of the mapping.
import type { JsonValue } from "../../common/json.ts"
import type { RawObject } from "../../resync/kind.ts"
import type { Answer, Failure } from "../answers.ts"
import type { EnvironmentLists } from "./environment-lists.ts"
import type { TagWay } from "./plan.ts"
import type { SingleTrust } from "./single.ts"

/** How a server lists events without the tag, among the values of an issue. */
export type Nameless = { state: "listed"; name: JsonValue } | { state: "left-out" }

export interface TagRun {
  /** Answers of this run, by issue object: two resources that want the same tag ask once. */
  answers: WeakMap<RawObject, Map<string, Answer<RawObject[]>>>
  /** Ways that this server or token does not have, and why. */
  off: Map<TagWay, string>
  /** Asked once, when it may pay; for all projects, also where a view of a run is of some. */
  environments: { names: Promise<string[] | undefined> | undefined }
  environmentLists: Promise<{ ok: true; value: EnvironmentLists } | Failure> | undefined
  /** Whether they have been read: then they cost nothing more. */
  listsAreRead: boolean
  /** By tag key and way. */
  nameless: Map<string, Nameless>
  singleTrust: SingleTrust
  /** By tag key. */
  tallies: Map<string, TagTally>
}

/** What was done for one tag, for the plan in the report. */
export interface TagTally {
  /** Issues by the way that answered. */
  issues: Map<TagWay, number>
  /** Issues whose values were known from an earlier run. */
  known: number
  /** Why, of the first choice that was made. */
  why: string | undefined
}

export function createTagRun(): TagRun {
  return {
    answers: new WeakMap(),
    off: new Map(),
    environments: { names: undefined },
    environmentLists: undefined,
    listsAreRead: false,
    nameless: new Map(),
    singleTrust: { missing: "unknown", misses: 0 },
    tallies: new Map(),
  }
}

export function tallyOf(run: TagRun, key: string): TagTally {
  const known = run.tallies.get(key) ?? { issues: new Map(), known: 0, why: undefined }
  run.tallies.set(key, known)
  return known
}

export function countIssues(tally: TagTally, way: TagWay, issues: number): void {
  if (issues > 0) tally.issues.set(way, (tally.issues.get(way) ?? 0) + issues)
}

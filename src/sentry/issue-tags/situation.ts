// What is known of issues to be asked, the tag and the server: what a plan is made from.
import type { RawItem } from "../../resync/kind.ts"
import { listedIssues, type RunContext } from "../run-context.ts"
import { environmentNames } from "./environment-lists.ts"
import { isError } from "./explore-rows.ts"
import { fewIssues, planTags, type TagPlan, type TagReads, type TagSource, type TagWay } from "./plan.ts"
import { tallyOf } from "./tag-run.ts"

/** Most issues have one environment, some have more. */
const rowsPerIssue = 1.5

export interface TagChoice {
  source: TagSource
  reads: TagReads
  key: string
  issues: readonly RawItem[]
  /** Ways that have been tried on these issues. */
  tried: ReadonlySet<TagWay>
}

export async function chooseWay(
  context: RunContext,
  choice: TagChoice,
  signal: AbortSignal,
): Promise<TagPlan> {
  const { source, reads, key, issues, tried } = choice
  const { tags } = context
  const isOpen = (way: TagWay) => !tried.has(way) && !tags.off.has(way)
  const later = tried.size > 0 ? 0 : toCome(context, key, issues.length)
  const mayBeLists = key === "environment" && isOpen("environments")
  const situation = {
    source,
    reads,
    key,
    issues: issues.length,
    errors: issues.filter(isError).length,
    // Those left over by another way are few and known; more of them are not to be expected.
    toCome: later,
    explore: issues.length + later > fewIssues && isOpen("explore") && (await hasExplore(context, signal)),
    listRequests: mayBeLists && tags.listsAreRead ? 0 : undefined,
  }
  const plan = planTags(situation)
  if (!mayBeLists || tags.listsAreRead || plan.requests <= fewIssues) return plan
  if (plan.way !== "single" && plan.way !== "explore") return plan
  return planTags({ ...situation, listRequests: await requestsForLists(context, key, signal) })
}

/** What the lists have told of their sizes, less what was asked so far. */
function toCome(context: RunContext, key: string, now: number): number {
  const { asked, known } = askedSoFar(context, key)
  const missing = Math.max(0, listedIssues(context) - asked - known - now)
  // Where most are known already, most of those to come will be.
  return asked + now === 0 ? missing : Math.round((missing * (asked + now)) / (asked + now + known))
}

function askedSoFar({ tags }: RunContext, key: string): { asked: number; known: number } {
  const { issues, known } = tallyOf(tags, key)
  return { asked: [...issues.values()].reduce((sum, count) => sum + count, 0), known }
}

/** They hold every issue there is, not only those in question. Where no list of issues was read, nobody knows how many. */
async function requestsForLists(
  context: RunContext,
  key: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { tags } = context
  const { asked, known } = askedSoFar(context, key)
  const issues = Math.max(listedIssues(context), asked + known)
  if (context.issueListSizes.size === 0) return undefined
  tags.environments.names ??= environmentNames(context, signal)
  const names = await tags.environments.names
  if (!names) tags.off.set("environments", "the list of environments cannot be read")
  return names && names.length + 1 + Math.ceil((rowsPerIssue * issues) / 100)
}

/** Both features are told by the organization, which is read once for the projects anyway. */
async function hasExplore({ client }: RunContext, signal: AbortSignal): Promise<boolean> {
  const organization = await client.organization(signal)
  const features = organization.ok ? organization.value.features : undefined
  return Array.isArray(features) && features.includes("discover-basic") && features.includes("global-views")
}

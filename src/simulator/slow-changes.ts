// An organization that lives: every so often one plausible thing happens in it.
import { isAbort } from "../common/errors.ts"
import { type Clock, systemClock } from "../common/sleep.ts"
import { errorIssue } from "./generate-issues.ts"
import type { Issue, Project } from "./model.ts"
import type { Organization } from "./organization.ts"
import { createRandom, type Random } from "./random.ts"

export interface SlowChangesOptions {
  /** Milliseconds between two changes. */
  everyMs: number
  /** The same number gives the same changes to the same organization. Default 1. */
  seed?: number
  clock?: Clock
  /** Told what happened, in a sentence. */
  onChange?: (sentence: string) => void
}

/** Goes on until the signal fires. */
export async function keepChanging(
  organization: Organization,
  options: SlowChangesOptions,
  signal: AbortSignal,
): Promise<void> {
  const clock = options.clock ?? systemClock
  const next = createNextChange(organization, createRandom(options.seed ?? 1))
  try {
    for (;;) {
      await clock.sleep(options.everyMs, signal)
      options.onChange?.(next())
    }
  } catch (error) {
    if (!isAbort(error)) throw error
  }
}

/** Each call makes one change, in a round of six sorts, and says what happened. */
export function createNextChange(organization: Organization, random: Random): () => string {
  const sorts = [newIssue, assigned, resolved, commented, regressed, newEnvironment]
  let at = 0
  return () => {
    const sort = sorts[at % sorts.length] ?? newIssue
    at++
    return sort(organization, random) ?? newIssue(organization, random) ?? "nothing: there is no project"
  }
}

/** One change; undefined where the organization has nothing to do it to. */
type Sort = (organization: Organization, random: Random) => string | undefined

const newIssue: Sort = (organization, random) => {
  const project = anyProject(organization, random)
  if (!project) return undefined
  const visible = project.environments.filter(({ hidden }) => !hidden)
  const environment = visible.length > 0 ? random.pick(visible).name : "production"
  const issue = organization.addIssue(project.slug, { ...errorIssue(random, project), environment })
  return `${issue.shortId} is new in ${environment}: ${issue.title}`
}

const newEnvironment: Sort = (organization, random) => {
  const project = anyProject(organization, random)
  if (!project) return undefined
  const known = new Set(project.environments.map(({ name }) => name))
  const number = [...known].filter((name) => name.startsWith("preview-")).length + 1
  const environment = `preview-${number}`
  const issue = organization.addIssue(project.slug, { ...errorIssue(random, project), environment })
  return `${issue.shortId} is the first issue of ${project.slug} in ${environment}`
}

const assigned: Sort = (organization, random) => {
  const issue = anyIssue(
    organization,
    random,
    ({ status, assignedTo }) => status === "unresolved" && !assignedTo,
  )
  const member = anyMember(organization, random)
  if (!issue || !member) return undefined
  organization.assign(issue.id, { user: member }, member)
  return `${issue.shortId} is assigned to ${member}`
}

const resolved: Sort = (organization, random) => {
  const issue = anyIssue(organization, random, ({ status }) => status === "unresolved")
  const member = anyMember(organization, random)
  if (!issue) return undefined
  organization.resolve(issue.id, member === undefined ? {} : { by: member })
  return `${issue.shortId} is resolved`
}

const commented: Sort = (organization, random) => {
  const issue = anyIssue(organization, random, ({ status }) => status === "unresolved")
  const member = anyMember(organization, random)
  if (!issue || !member) return undefined
  const text = random.pick(["Seen again today.", "Fixed in the next release.", "Who knows this part?"])
  organization.addComment(issue.id, { text, by: member })
  return `${issue.shortId} has a comment by ${member}`
}

const regressed: Sort = (organization, random) => {
  const issue = anyIssue(organization, random, ({ status }) => status === "resolved")
  if (!issue) return undefined
  const environment = issue.tags.get("environment")?.[0]?.value
  organization.addEvent(issue.id, environment === undefined ? {} : { environment })
  return `${issue.shortId} came back after it was resolved`
}

function anyProject({ projects }: Organization, random: Random): Project | undefined {
  const busy = [...projects.values()].filter(({ firstEvent }) => firstEvent !== null)
  return busy.length > 0 ? random.pick(busy) : undefined
}

/** Among the two hundred that were active last, as it is with people's attention. */
function anyIssue(
  organization: Organization,
  random: Random,
  fits: (issue: Issue) => boolean,
): Issue | undefined {
  const fitting = organization.issuesBy("lastSeen").filter(fits).slice(0, 200)
  return fitting.length > 0 ? random.pick(fitting) : undefined
}

function anyMember({ members }: Organization, random: Random): string | undefined {
  const active = [...members.values()].filter(({ user, role }) => user && role !== "billing")
  return active.length > 0 ? random.pick(active).email : undefined
}

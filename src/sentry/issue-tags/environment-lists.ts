// The environments of all issues from one list of issues for each environment.
import pLimit from "p-limit"
import { batches } from "../../common/concurrency.ts"
import { type Failure, failure } from "../answers.ts"
import { listedIssues, type RunContext } from "../run-context.ts"
import { add, type FoundValues } from "./explore-rows.ts"
import { readNumbers } from "./values.ts"

export interface EnvironmentLists {
  /** By issue id. An issue that is in no list is absent: that alone does not say that it has no environment. */
  found: ReadonlyMap<string, FoundValues>
  /** When the lists began to be read, on Sentry's clock: what happened to an issue after this may be in some only. */
  since: number
}

const listsAtOnce = 6
/** As the list of issues: Sentry cuts it to the plan's retention. */
const windowMs = 90 * 86_400_000

/**
 * Every environment of the organization, hidden ones too, and that of events without one. Issues of every status: one
 * that is resolved meanwhile must not be missing in the lists that are read last. Given up at more than `most`
 * requests, since another way is cheaper then.
 */
export async function readEnvironmentLists(
  context: RunContext,
  how: { names: readonly string[]; most: number },
  signal: AbortSignal,
): Promise<{ ok: true; value: EnvironmentLists } | Failure> {
  const slices = await projectSlices(context, signal)
  const lists = await readLists(context, { ...how, slices }, signal)
  // One project that the token may not read makes a whole slice refused; all that it may read is never.
  if (lists.ok || lists.why !== "forbidden" || slices[0] === everyProject) return lists
  return readLists(context, { ...how, slices: [everyProject] }, signal)
}

const everyProject = ["-1"]
/** The longest list, of the environment that most issues are in, is what all others wait for: it is read in so many. */
const slicesOfList = 4
/** So few that a slice has more than a page or two. */
const leastPerSlice = 10
/** As the list of issues. */
const mostPerSlice = 25

/** Pages of one list come one after another; where they are many, lists of some projects each are read side by side. */
async function projectSlices(context: RunContext, signal: AbortSignal): Promise<string[][]> {
  const { onlyProjects } = context
  const projects = await context.projects(signal)
  const areMany = listedIssues(context) >= 1_000
  if (!projects.ok) return [everyProject]
  const concerned = projects.value.all.filter(({ slug }) => onlyProjects?.has(slug) ?? true)
  const ids = concerned.map(({ id }) => id)
  if (onlyProjects) return batches(ids, mostPerSlice) // others are read side by side with these
  if (!areMany || ids.length <= mostPerSlice) return [everyProject]
  const share = Math.max(leastPerSlice, Math.ceil(ids.length / slicesOfList))
  return batches(ids, Math.min(mostPerSlice, share))
}

async function readLists(
  context: RunContext,
  { names, most, slices }: { names: readonly string[]; most: number; slices: readonly (readonly string[])[] },
  signal: AbortSignal,
): Promise<{ ok: true; value: EnvironmentLists } | Failure> {
  const { client } = context
  const since = client.serverNow()
  const window = { start: new Date(since - windowMs), end: new Date(since) }
  const found = new Map<string, FoundValues>()
  const unclear = new Set<string>()
  let pages = 0
  let failed: Failure | undefined

  async function readList(
    environment: string,
    projects: readonly string[],
    seen: Set<string>,
  ): Promise<void> {
    const list = { projects, query: "", window, environments: [environment] }
    for await (const page of client.organizationIssues(list, signal)) {
      if (failed) return
      // Known to the organization, but to no project that this token reads: no issue of ours is in it.
      if (!page.ok && page.why === "missing") return
      if (!page.ok) {
        failed = page
        return
      }
      pages++
      if (pages > most) {
        failed = failure("busy", `the lists of environments take more than ${most} requests`)
        return
      }
      for (const row of page.value) {
        const id = String(row.id)
        const numbers = readNumbers(environment, {
          count: row.count,
          firstSeen: row.firstSeen,
          lastSeen: row.lastSeen,
        })
        if (!numbers) unclear.add(id)
        else if (!seen.has(id)) add(found, id, numbers)
        seen.add(id)
      }
    }
  }

  const limit = pLimit(listsAtOnce)
  const parts = [...names, ""].flatMap((name) => {
    const seen = new Set<string>()
    return slices.map((projects) => ({ name, projects, seen }))
  })
  await Promise.all(
    parts.map(({ name, projects, seen }) =>
      limit(() => (failed ? undefined : readList(name, projects, seen))),
    ),
  )
  if (failed) return failed
  for (const id of unclear) found.delete(id)
  return { ok: true, value: { found, since } }
}

/** Undefined where the whole list is not to be had: of hidden environments only this one tells. */
export async function environmentNames(
  context: RunContext,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const [listed, projects] = await Promise.all([
    context.client.environments(signal),
    context.projects(signal),
  ])
  if (!listed.ok) return undefined
  const ofProjects = projects.ok ? projects.value.all.flatMap(({ raw }) => raw.environments ?? []) : []
  const names = [...listed.value.map(({ name }) => name), ...ofProjects.flat()]
  return [...new Set(names.filter((name): name is string => typeof name === "string" && name !== ""))]
}

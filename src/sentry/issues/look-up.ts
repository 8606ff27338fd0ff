// What became of issues that the list no longer shows: up to a hundred in one request, single ones by their own path.
import pLimit from "p-limit"
import { batches } from "../../common/concurrency.ts"
import type { Origin, Verdict } from "../../resync/kind.ts"
import type { Failure } from "../answers.ts"
import type { RunContext } from "../run-context.ts"
import { issueItem } from "./issue-item.ts"
import { createStillThere } from "./still-there.ts"

/** Keeps the address below 4 kB. */
const idsPerRequest = 100
const requestsAtOnce = 4

export async function lookUpIssues(
  context: RunContext,
  origins: Origin[],
  signal: AbortSignal,
): Promise<Verdict[]> {
  const listed = await context.projects(signal)
  const projects = listed.ok ? listed.value : undefined
  const stillThere = createStillThere(context, projects, signal)
  const limit = pLimit(requestsAtOnce)

  const asked = origins.filter(({ id }) => isIssueId(id))
  const byId = Map.groupBy(asked, ({ id }) => id)
  const rounds = await Promise.all(
    batches([...byId.keys()], idsPerRequest).map((ids) => limit(() => lookUpBatch(ids))),
  )
  const impossible = origins
    .filter(({ id }) => !isIssueId(id))
    .map((origin) => unknown(origin, `"${origin.id}" is no id of an issue`))
  return [...impossible, ...rounds.flat()]

  async function lookUpBatch(ids: readonly string[]): Promise<Verdict[]> {
    const asked = ids.flatMap((id) => byId.get(id) ?? [])
    const answer = await context.client.issuesById(ids, signal)
    if (!answer.ok) {
      return mayAskSingly(context, answer)
        ? askSingly(asked)
        : asked.map((origin) => unknown(origin, answer.outcome.reason))
    }
    const found = new Map(
      answer.value.flatMap((row) => {
        const item = issueItem(row, projects)
        return item ? [[item.origin.id, item] as const] : []
      }),
    )
    return Promise.all(
      asked.map((origin) => {
        const item = found.get(origin.id)
        return item ? ({ origin, state: "found", item } satisfies Verdict) : absent(origin)
      }),
    )
  }

  /** Foreign and forbidden ids are silently left out too, so silence alone proves nothing. */
  async function absent(origin: Origin): Promise<Verdict> {
    if (origin.part === "") return askItself(origin)
    const project = await stillThere(origin.part)
    if (project.state === "readable") {
      const evidence = `Sentry does not know issue ${origin.id} any more; its project ${origin.part} is listed and readable`
      return { origin, state: "gone", evidence }
    }
    if (project.state === "gone") return { origin, state: "gone", evidence: project.evidence }
    return project.state === "moved" ? askItself(origin) : unknown(origin, project.reason)
  }

  function askSingly(asked: Origin[]): Promise<Verdict[]> {
    const single = pLimit(requestsAtOnce)
    return Promise.all(asked.map((origin) => single(() => askItself(origin))))
  }

  async function askItself(origin: Origin): Promise<Verdict> {
    const answer = await context.client.issue(origin.id, signal)
    if (!answer.ok) {
      return answer.why === "missing"
        ? { origin, state: "gone", evidence: answer.outcome.reason }
        : unknown(origin, answer.outcome.reason)
    }
    const item = issueItem(answer.value, projects)
    if (!item) return unknown(origin, "Sentry answered an issue without an id or project as text")
    if (item.origin.id === origin.id) return { origin, state: "found", item }
    return { origin, state: "gone", evidence: `merged into ${item.origin.id}` }
  }
}

function unknown(origin: Origin, reason: string): Verdict {
  return { origin, state: "unknown", reason }
}

/** Ids go into paths, and Sentry reads a text there as a short id. */
function isIssueId(text: string): boolean {
  return /^\d{1,20}$/.test(text)
}

/**
 * Where the list of all projects is not to be had, each issue's own path still answers; but not where this run has
 * found no project whose issues it may read.
 */
function mayAskSingly(context: RunContext, failed: Failure): boolean {
  if (failed.why === "route-off" || failed.why === "bad-request") return true
  const parts = [...context.issueParts.values()]
  return failed.why === "forbidden" && (parts.length === 0 || parts.some(({ state }) => state === "complete"))
}

/** The digit runs in an entity's identifier (`4605173695-production`), the longest first, at most three. */
export function issueIdsIn(identifier: string): string[] {
  const runs = [...new Set(identifier.match(/\d+/g) ?? [])].filter(isIssueId)
  return runs.sort((left, right) => right.length - left.length).slice(0, 3)
}

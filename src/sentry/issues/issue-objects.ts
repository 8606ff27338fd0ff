// Issues by their ids alone, for checks between resyncs: what they look like, and which of them were active lately.
import { isJsonObject, type JsonObject } from "../../common/json.ts"
import type { ObjectLookUp, Origin, PartSign, RawItem, RawObject } from "../../resync/kind.ts"
import type { ProjectList, RunContext } from "../run-context.ts"
import { issueItem } from "./issue-item.ts"
import { windowToNow } from "./issue-scan.ts"
import { lookUpIssues } from "./look-up.ts"

/** Kinds that are made of issues. */
export const issueKinds: readonly string[] = ["issue", "issue-tag"]

/** What changes with every event of an issue, or with who looks at it. */
const volatile = new Set([
  "count",
  "userCount",
  "firstSeen",
  "lastSeen",
  "stats",
  "lifetime",
  "filtered",
  "hasSeen",
  "isBookmarked",
  "isSubscribed",
  "subscriptionDetails",
  "seerFixabilityScore",
  "seerAutofixLastTriggered",
])

export function issueObjects(context: RunContext): ObjectLookUp {
  return {
    kinds: issueKinds,
    lookUp: (origins, signal) => lookUpIssues(context, origins, signal),
    stateOf: (raw) =>
      Object.fromEntries(Object.entries(raw).filter(([key]) => !volatile.has(key))) as JsonObject,
    signs: environmentsOf,
    activeSince: (since, signal) => activeSince(context, since, signal),
  }
}

/** Each tag value of an issue is one of its project's too, which `project-tag` lists. */
function environmentsOf(items: readonly RawItem[]): PartSign[] {
  return items.flatMap(({ raw, origin }) => {
    const tags = Array.isArray(raw.__tags) ? raw.__tags.filter(isJsonObject) : []
    return tags.map(({ key, value }) => ({
      kind: "project-tag",
      part: origin.part,
      sign: `${String(key)}=${String(value)}`,
    }))
  })
}

async function* activeSince(context: RunContext, since: Date, signal: AbortSignal) {
  const listed = await context.projects(signal)
  if (!listed.ok) {
    yield { ok: false as const, reason: listed.outcome.reason }
    return
  }
  const query = `lastSeen:>=${since.toISOString().slice(0, 19)}`
  const window = windowToNow(context.client)
  for await (const page of context.client.organizationIssues({ projects: ["-1"], query, window }, signal)) {
    if (!page.ok && page.why === "route-off") {
      yield* activeInProjects(context, { query, slugs: listed.value.all.map(({ slug }) => slug) }, signal)
      return
    }
    if (!page.ok) {
      yield { ok: false as const, reason: page.outcome.reason }
      return
    }
    const origins = originsOf(page.value, listed.value)
    yield { ok: true as const, origins }
  }
}

/** On servers without the organization's list. */
async function* activeInProjects(
  context: RunContext,
  { query, slugs }: { query: string; slugs: readonly string[] },
  signal: AbortSignal,
) {
  for (const slug of slugs) {
    for await (const page of context.client.projectIssues(slug, query, signal)) {
      if (!page.ok) {
        yield { ok: false as const, reason: page.outcome.reason }
        break
      }
      const origins = originsOf(page.value, undefined)
      yield { ok: true as const, origins }
    }
  }
}

function originsOf(rows: RawObject[], projects: ProjectList | undefined): Origin[] {
  return rows.flatMap((row) => issueItem(row, projects) ?? []).map(({ origin }) => origin)
}

// Teams; with `includeMembers` each has its members under `__members`.
import pLimit from "p-limit"
import type { Enriched, OpenKind, RawItem } from "../../resync/kind.ts"
import { type Answer, failure } from "../answers.ts"
import type { SentryClient } from "../client.ts"
import type { RunContext } from "../run-context.ts"
import { addNothing, defineKind, keepAlwaysMs } from "./define-kind.ts"
import { listTells, readWhole } from "./one-source.ts"
import { TeamSelector } from "./selectors.ts"

export const teamKind = defineKind({
  name: "team",
  selector: TeamSelector,
  open: (context: RunContext, selector): OpenKind => ({
    reading: readWhole("teams", context.client.teams),
    enrich: selector.includeMembers
      ? (items, signal) => addMembers(context.client, items, signal)
      : addNothing,
    admits: () => true,
    standing: () => ({ state: "left", keepMs: keepAlwaysMs }),
    ...listTells,
  }),
})

/** Teams read at the same time; the limiter decides how many requests that is. */
const teamsAtOnce = 8

async function addMembers(client: SentryClient, items: RawItem[], signal: AbortSignal): Promise<Enriched> {
  const limit = pLimit(teamsAtOnce)
  const answers = await Promise.all(items.map((item) => limit(() => membersOf(client, item, signal))))
  const enriched: Enriched = { items: [], without: 0, unread: [] }
  items.forEach((item, index) => {
    const answer = answers[index]
    if (!answer) return
    if (answer.ok) enriched.items.push({ ...item, raw: { ...item.raw, __members: answer.value } })
    else enriched.unread.push({ origin: item.origin, outcome: answer.outcome })
  })
  return enriched
}

/** A team without members need not be asked; without the number (it may be left out) it is. */
async function membersOf(
  client: SentryClient,
  { raw }: RawItem,
  signal: AbortSignal,
): Promise<Answer<RawItem["raw"][]>> {
  if (raw.memberCount === 0) return { ok: true, value: [] }
  if (typeof raw.slug !== "string") return failure("shape", "Sentry answered a team without a slug")
  return client.teamMembers(raw.slug, signal)
}

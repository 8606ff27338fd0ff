// The tag values of issues: those an earlier run knows, the others by the cheapest exact way, and one by one what that
// way does not speak of.
import { errorText } from "../../common/errors.ts"
import type { RawItem, RawObject } from "../../resync/kind.ts"
import type { Answer, Failure } from "../answers.ts"
import type { RunContext } from "../run-context.ts"
import { type KnownTags, seenMark, settleMs, tagsAreFreshMs } from "../scan-state.ts"
import { readEnvironmentLists } from "./environment-lists.ts"
import { exactIssueTags, type ReadIssueTags } from "./exact.ts"
import { type FoundValues, readExploreRows } from "./explore-rows.ts"
import { settleNameless } from "./nameless.ts"
import type { TagPlan, TagReads, TagSource, TagWay } from "./plan.ts"
import { singleIssueTags } from "./single.ts"
import { chooseWay } from "./situation.ts"
import { countIssues, tallyOf } from "./tag-run.ts"

type Answers = Map<string, Answer<RawObject[]>>

export function createTagReader(
  context: RunContext,
  { source, reads }: { source: TagSource; reads: TagReads },
): ReadIssueTags {
  const { client, tags } = context

  return async function readIssueTags(issues, key, signal) {
    const answers: Answers = new Map()
    const tally = tallyOf(tags, key)
    // Only of releases do answers differ by what is read of them.
    const asked = JSON.stringify([key, source, reads.any, key === "release" && reads.names])
    const fresh = issues.filter(({ raw, origin }) => {
      const known = tags.answers.get(raw)?.get(asked)
      if (known) answers.set(origin.id, known)
      return !known
    })
    const known = source === "auto" && reads.any ? await rememberedTags(context, key, fresh) : new Map()
    tally.known += known.size
    for (const [id, values] of known) answers.set(id, { ok: true, value: values })

    let open = fresh.filter(({ origin }) => !answers.has(origin.id))
    const tried = new Set<TagWay>()
    while (open.length > 0) {
      const plan = await chooseWay(context, { source, reads, key, issues: open, tried }, signal)
      tally.why ??= plan.why
      const askedAt = client.serverNow()
      const found = await askBy(plan, { open, key, signal })
      const answered = open.filter(({ origin }) => found.has(origin.id))
      countIssues(tally, plan.way, answered.length)
      if (isWhole(plan.way, key)) await remember(context, key, { issues: answered, found, askedAt })
      for (const [id, answer] of found) answers.set(id, answer)
      tried.add(plan.way)
      open = open.filter(({ origin }) => !answers.has(origin.id))
    }
    for (const { raw, origin } of fresh) {
      const answer = answers.get(origin.id)
      if (answer) tags.answers.set(raw, (tags.answers.get(raw) ?? new Map()).set(asked, answer))
    }
    return answers
  }

  interface Question {
    open: readonly RawItem[]
    key: string
    signal: AbortSignal
  }

  async function askBy(plan: TagPlan, question: Question): Promise<Answers> {
    const { open, key, signal } = question
    switch (plan.way) {
      case "nothing":
        return new Map(open.map(({ origin }) => [origin.id, { ok: true, value: [] }]))
      case "exact":
        return exactIssueTags(client)(open, key, signal)
      case "single":
        return singleIssueTags(client, tags.singleTrust)(open, key, signal)
      case "explore": {
        const { found, failed } = await readExploreRows(client, key, open, signal)
        const settled = await settle("explore", question, found)
        if (failed) turnOff("explore", failed)
        return settled
      }
      case "environments":
        return askLists(question, plan)
    }
  }

  async function askLists(question: Question, plan: TagPlan): Promise<Answers> {
    const names = (await tags.environments.names) ?? []
    const most = mostRequests(context, plan)
    tags.environmentLists ??= readEnvironmentLists(context, { names, most }, question.signal)
    const lists = await tags.environmentLists
    if (!lists.ok) {
      turnOff("environments", lists)
      return new Map()
    }
    tags.listsAreRead = true
    const { found, since } = lists.value
    const settled = question.open.filter(({ raw }) => Date.parse(String(raw.lastSeen)) < since - settleMs)
    return settle("environments", { ...question, open: settled }, found)
  }

  async function settle(
    way: TagWay,
    { open, key, signal }: Question,
    found: ReadonlyMap<string, FoundValues>,
  ): Promise<Answers> {
    const answers: Answers = new Map()
    for (const { origin } of open) {
      const values = found.get(origin.id)
      if (!values || tags.off.has(way)) continue
      const settled = await settleNameless(context, { way, key, id: origin.id, found: values }, signal)
      if (settled) answers.set(origin.id, { ok: true, value: settled })
    }
    return answers
  }

  /** One question that met a fault of the server's says nothing of the next. */
  function turnOff(way: TagWay, { why, outcome }: Failure): void {
    if (way === "explore" && (why === "server" || why === "no-answer")) return
    tags.off.set(way, outcome.reason)
    context.log.info({ way, reason: outcome.reason }, "Tags of issues are read in another way")
  }
}

/**
 * Lists hold issues of every status, so that they may be far longer than the issues in question; and the sizes that
 * Sentry tells end at a thousand, so that the guess may be far too low: then, where most issues are in question, it is
 * not held to it. The second bound is also one of memory.
 */
function mostRequests({ issueListSizes, tags }: RunContext, plan: TagPlan): number {
  const isGuess = [...issueListSizes.values()].some((size) => size >= 1_000)
  const isFirst = tallyOf(tags, "environment").known === 0
  return isGuess && isFirst ? 2_000 : 3 * plan.requests + 50
}

/** Whether a way gives values in the form in which they are remembered: whoever reads them next may read any field. */
function isWhole(way: TagWay, key: string): boolean {
  return way !== "nothing" && !(way === "explore" && key === "release")
}

async function rememberedTags(
  context: RunContext,
  key: string,
  issues: readonly RawItem[],
): Promise<Map<string, RawObject[]>> {
  const now = context.client.serverNow()
  const remembered = await fromState(context, () =>
    context.scanState.tagsOf(
      key,
      issues.map(({ origin }) => origin.id),
    ),
  )
  return new Map(
    issues.flatMap(({ raw, origin }) => {
      const known = remembered?.get(origin.id)
      if (!known || known.seen !== seenMark(raw) || now - known.readAt >= tagsAreFreshMs) return []
      return [[origin.id, known.values] as const]
    }),
  )
}

async function remember(
  context: RunContext,
  key: string,
  { issues, found, askedAt }: { issues: readonly RawItem[]; found: Answers; askedAt: number },
): Promise<void> {
  const learned = issues.flatMap(({ raw, origin }): KnownTags[] => {
    const answer = found.get(origin.id)
    const seen = seenMark(raw)
    const isSettled = Date.parse(String(raw.lastSeen)) < askedAt - settleMs
    if (!answer?.ok || seen === undefined || !isSettled) return []
    return [{ issue: origin.id, seen, values: answer.value, readAt: askedAt }]
  })
  if (learned.length > 0) await fromState(context, () => context.scanState.remember(key, learned))
}

/** State only saves requests: a run goes on without it. */
async function fromState<T>(context: RunContext, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    context.log.warn({ error: errorText(error) }, "What earlier runs learned of the issues is not used")
    return undefined
  }
}

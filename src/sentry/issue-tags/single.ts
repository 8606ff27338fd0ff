// The tag values of issues by one call an issue, of a kind that Sentry allows four times as often as the list of values.
import pLimit from "p-limit"
import { isJsonObject } from "../../common/json.ts"
import type { RawObject } from "../../resync/kind.ts"
import type { Answer } from "../answers.ts"
import type { SentryClient } from "../client.ts"
import { askExactly, type ReadIssueTags } from "./exact.ts"
import { inOrder } from "./values.ts"

/** Issues read at the same time; the limiter decides how many requests that is. */
const issuesAtOnce = 8

/** What a run has learned of this call: a server may not have it, or answer 404 to all of it. */
export interface SingleTrust {
  /** Whether a 404 means that the issue has no such tag, as it does of the list. The first ones are asked both ways. */
  missing: "unknown" | "means-none"
  /** How often the list told what this call did not. */
  misses: number
}

/** After so many, only lists are asked for. */
const mostMisses = 3

export function singleIssueTags(client: SentryClient, trust: SingleTrust): ReadIssueTags {
  return async function readIssueTags(issues, key, signal) {
    const limit = pLimit(issuesAtOnce)
    const answers = new Map<string, Answer<RawObject[]>>()
    await Promise.all(
      issues.map(({ origin }) =>
        limit(async () => {
          answers.set(origin.id, await askSingly({ client, trust, id: origin.id, key }, signal))
        }),
      ),
    )
    return answers
  }
}

interface Question {
  client: SentryClient
  trust: SingleTrust
  id: string
  key: string
}

/** The most frequent values where those are all, else the whole list of them. */
async function askSingly(question: Question, signal: AbortSignal): Promise<Answer<RawObject[]>> {
  const { client, trust, id, key } = question
  if (trust.misses >= mostMisses) return askList(question, signal)
  const tag = await client.issueTag(id, key, signal)
  if (tag.ok) {
    const values = allOf(tag.value)
    return values ? { ok: true, value: inOrder(values) } : askList(question, signal)
  }
  if (tag.why === "token") return tag
  if (tag.why === "missing" && trust.missing === "means-none") return { ok: true, value: [] }
  // Another path, another limit, perhaps another right: where the shorter one does not answer, the list still may.
  const list = await askList(question, signal)
  const isNone = list.ok && list.value.length === 0
  if (tag.why === "missing" && isNone) trust.missing = "means-none"
  else if (list.ok) trust.misses++
  return list
}

async function askList({ client, id, key }: Question, signal: AbortSignal): Promise<Answer<RawObject[]>> {
  const answer = await askExactly(client, id, key, signal)
  return answer.ok ? { ok: true, value: inOrder(answer.value) } : answer
}

function allOf({ topValues, uniqueValues }: RawObject): RawObject[] | undefined {
  if (!Array.isArray(topValues) || !topValues.every(isJsonObject)) return undefined
  if (typeof uniqueValues !== "number" || uniqueValues > topValues.length) return undefined
  // Some servers count events without the tag here as a value "", which their list of values does not have.
  return topValues.some(({ value }) => typeof value !== "string" || value === "") ? undefined : topValues
}

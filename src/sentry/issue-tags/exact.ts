// The tag values of issues by asking each issue for its list of them: the original's call, and the dearest.
import pLimit from "p-limit"
import type { RawItem, RawObject } from "../../resync/kind.ts"
import type { Answer } from "../answers.ts"
import type { SentryClient } from "../client.ts"
import { asListed } from "./values.ts"

/** The values of one tag for each of these issues, by issue id: all of them, or why they could not be read. */
export type ReadIssueTags = (
  issues: readonly RawItem[],
  key: string,
  signal: AbortSignal,
) => Promise<Map<string, Answer<RawObject[]>>>

/** Issues read at the same time; the limiter decides how many requests that is. */
const issuesAtOnce = 8

export function exactIssueTags(client: SentryClient): ReadIssueTags {
  return async function readIssueTags(issues, key, signal) {
    const limit = pLimit(issuesAtOnce)
    const answers = new Map<string, Answer<RawObject[]>>()
    await Promise.all(
      issues.map(({ origin }) =>
        limit(async () => {
          answers.set(origin.id, await askExactly(client, origin.id, key, signal))
        }),
      ),
    )
    return answers
  }
}

/** One issue's values as Sentry gives them; an issue none of whose events has the tag answers 404 with JSON. */
export async function askExactly(
  client: SentryClient,
  id: string,
  key: string,
  signal: AbortSignal,
): Promise<Answer<RawObject[]>> {
  const answer = await client.issueTagValues(id, key, signal)
  if (!answer.ok) return answer.why === "missing" ? { ok: true, value: [] } : answer
  return { ok: true, value: asListed(answer.value) }
}

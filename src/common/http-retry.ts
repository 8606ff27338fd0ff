// Pure: should this answer be tried again, and after how long.

export interface RetryPolicy {
  /** Tries after the first one. */
  retries: number
  /** Wait before the first retry, in milliseconds; doubled for each further one. */
  baseMs: number
  /** No single wait is longer, in milliseconds. */
  capMs: number
  /** Statuses worth another try. Connection faults and timeouts always are, for a request that may be repeated. */
  statuses: ReadonlySet<number>
  /** Headers that may say how long to wait, in order of preference. */
  waitHeaders: readonly string[]
}

/** What a try came to: an answer, or (undefined) no answer at all. */
export interface TryResult {
  status: number | undefined
  headers: { get(name: string): string | null } | undefined
}

/**
 * Milliseconds to wait before try number `attempt + 1` (the first try is 1), or undefined when this result is final.
 * `random` is in 0…1 and spreads clients by ±10 %.
 */
export function retryDelay(
  policy: RetryPolicy,
  result: TryResult,
  attempt: number,
  now: number,
  random: number,
): number | undefined {
  if (attempt > policy.retries) return undefined
  if (result.status !== undefined && !policy.statuses.has(result.status)) return undefined
  const asked = result.headers && waitAsked(result.headers, policy.waitHeaders, now)
  const wait = asked ?? policy.baseMs * 2 ** (attempt - 1) * (0.9 + random * 0.2)
  return Math.min(wait, policy.capMs)
}

/**
 * Milliseconds that the answer's headers ask to wait. A number up to 10,000 is seconds, a larger one an instant
 * (epoch seconds), a text a date: this is how Port's and Sentry's headers are told apart.
 */
export function waitAsked(
  headers: { get(name: string): string | null },
  names: readonly string[],
  now: number,
): number | undefined {
  for (const name of names) {
    const text = headers.get(name)?.trim()
    if (!text) continue
    const number = Number(text)
    const until = Number.isFinite(number)
      ? number <= 10_000
        ? now + number * 1_000
        : number * 1_000
      : Date.parse(text)
    if (Number.isFinite(until)) return Math.max(0, until - now)
  }
  return undefined
}

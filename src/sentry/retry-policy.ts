// When a request to Sentry is sent again by the HTTP client. 429 is not here: `get.ts` waits as the headers say.
import type { RetryPolicy } from "../common/http-retry.ts"

/** By default six tries over about 15 seconds. `baseMs` is the first wait; tests make it short. */
export function sentryRetryPolicy(options: { baseMs?: number; retries?: number } = {}): RetryPolicy {
  return {
    retries: options.retries ?? 5,
    baseMs: options.baseMs ?? 500,
    capMs: 30_000,
    statuses: new Set([408, ...serverErrors]),
    waitHeaders: ["retry-after"],
  }
}

/** All of them: proxies before Sentry add numbers of their own. */
const serverErrors = Array.from({ length: 100 }, (_, index) => 500 + index)

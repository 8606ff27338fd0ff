// Rate limits as sentry.io has them: a fixed window and a number at once, per caller and endpoint.
import { ApiError } from "./answers.ts"

interface Limit {
  limit: number
  windowSeconds: number
  concurrent: number
}

/** By endpoint (its path template); endpoints without an entry share `default`. */
export type LimitTable = { default: Limit } & Record<string, Limit>

/** What sentry.io publishes, and was seen to send, for the token of an internal integration. */
export const sentryIoLimits: LimitTable = {
  default: { limit: 40, windowSeconds: 1, concurrent: 25 },
  "projects/{org}/{project}/issues/": { limit: 5, windowSeconds: 1, concurrent: 25 },
  "organizations/{org}/issues/": { limit: 20, windowSeconds: 1, concurrent: 25 },
  "organizations/{org}/issues/{issue}/": { limit: 5, windowSeconds: 1, concurrent: 25 },
  "organizations/{org}/issues/{issue}/tags/{key}/values/": { limit: 300, windowSeconds: 60, concurrent: 5 },
  "organizations/{org}/issues/{issue}/tags/{key}/": { limit: 20, windowSeconds: 1, concurrent: 5 },
  "organizations/{org}/issues/{issue}/tags/": { limit: 20, windowSeconds: 1, concurrent: 5 },
  "organizations/{org}/issues-stats/": { limit: 10, windowSeconds: 1, concurrent: 25 },
  "organizations/{org}/events/": { limit: 50, windowSeconds: 1, concurrent: 50 },
}

export interface Limiter {
  /** Counts a request in; throws 429 when there is no room. Gives the headers to answer with, and the way out. */
  enter(
    caller: string,
    endpoint: string,
    method: string,
  ): { headers: Record<string, string>; leave: () => void }
}

interface Bucket {
  window: number
  used: number
  running: number
}

export function createLimiter(table: LimitTable, now: () => number): Limiter {
  const buckets = new Map<string, Bucket>()
  return {
    enter(caller, endpoint, method) {
      const name = endpoint in table ? endpoint : "default"
      const limit = table[name] ?? table.default
      const key = `${caller}\n${name}\n${method}`
      const bucket = buckets.get(key) ?? { window: 0, used: 0, running: 0 }
      buckets.set(key, bucket)
      const window = Math.floor(now() / 1000 / limit.windowSeconds)
      if (bucket.window !== window) {
        bucket.window = window
        bucket.used = 0
      }
      bucket.used++
      const crowded = bucket.running >= limit.concurrent
      const headers = limitHeaders(limit, bucket, crowded)
      if (bucket.used > limit.limit) throw refusal(windowText(limit), headers)
      if (crowded) throw refusal(concurrencyText(limit), headers)
      bucket.running++
      let inside = true
      return {
        headers,
        leave() {
          if (inside) bucket.running--
          inside = false
        },
      }
    },
  }
}

function limitHeaders(limit: Limit, bucket: Bucket, crowded: boolean): Record<string, string> {
  const free = limit.concurrent - bucket.running - (crowded ? 0 : 1)
  return {
    "X-Sentry-Rate-Limit-Limit": String(limit.limit),
    "X-Sentry-Rate-Limit-Remaining": String(Math.max(0, limit.limit - bucket.used)),
    "X-Sentry-Rate-Limit-Reset": String((bucket.window + 1) * limit.windowSeconds),
    "X-Sentry-Rate-Limit-ConcurrentLimit": String(limit.concurrent),
    "X-Sentry-Rate-Limit-ConcurrentRemaining": String(free),
  }
}

function windowText({ limit, windowSeconds }: Limit): string {
  return `You are attempting to use this endpoint too frequently. Limit is ${limit} requests in ${windowSeconds} seconds`
}

function concurrencyText({ concurrent }: Limit): string {
  return `You are attempting to go above the allowed concurrency for this endpoint. Concurrency limit is ${concurrent}`
}

function refusal(detail: string, headers: Record<string, string>): ApiError {
  // The limiter of the real server labels its JSON so.
  return new ApiError({
    status: 429,
    text: JSON.stringify({ detail }),
    headers: { ...headers, "content-type": "text/html; charset=utf-8" },
  })
}

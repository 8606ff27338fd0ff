// Port's rate-limit headers on every answer, and refusal where a limit is set.
import type { MiddlewareHandler } from "hono"
import type { Clock } from "../common/sleep.ts"
import { errorBody, refuse } from "./api-error.ts"
import type { CatalogEnv } from "./requests.ts"

const periodSeconds = 60
/** Announced where nothing is refused; clients that pace themselves by the headers never wait. */
const announcedLimit = 1_000_000

/** `limit` requests per minute; undefined refuses none. */
export function rateLimit(limit: number | undefined, clock: Clock): MiddlewareHandler<CatalogEnv> {
  let window = { endsAt: 0, used: 0 }
  return async (c, next) => {
    const now = clock.now()
    if (now >= window.endsAt) window = { endsAt: now + periodSeconds * 1000, used: 0 }
    window.used += 1
    const allowed = limit ?? announcedLimit
    const resetSeconds = Math.ceil((window.endsAt - now) / 1000)
    c.header("x-ratelimit-limit", String(allowed))
    c.header("x-ratelimit-period", String(periodSeconds))
    c.header("x-ratelimit-remaining", String(Math.max(limit === undefined ? 1 : 0, allowed - window.used)))
    // Seconds, not an instant: one client sleeps for as many seconds as stand here.
    c.header("x-ratelimit-reset", String(resetSeconds))
    if (limit === undefined || window.used <= limit) return await next()
    c.header("retry-after", String(resetSeconds))
    return c.json(
      errorBody(refuse(429, "too_many_requests", `more than ${limit} requests in ${periodSeconds} s`)),
      429,
    )
  }
}

// Sentry's rate limit headers, turned into limiters: one per host, endpoint template and method.
import { createRateLimiter, type RateLimiter } from "../common/rate-limiter.ts"
import { type Clock, systemClock } from "../common/sleep.ts"

export interface RateLimits {
  /** The limiter that a request counts against. It reads the headers of every answer that passes through it. */
  limiterFor(host: string, template: string, method: string): RateLimiter
  /** Milliseconds that requests waited because of Sentry's limits. */
  waitedMs(): number
  /** From now on so many processes ask with this token, whose limits they have in common: each leaves the others room. */
  shareAmong(processes: number): void
  /** The same limits, for requests that go before the others that wait: those of live events. */
  ahead(): RateLimits
}

interface Headers {
  get(name: string): string | null
}

/** In flight per limiter before Sentry has said what it allows (self-hosted servers never say). */
const firstConcurrency = 4
/** In flight per limiter however much Sentry allows; others use the organization's share too. */
const mostConcurrency = 8
const longestPauseMs = 60_000
const shortestRefusalMs = 1_000
/** Past the window's end, which Sentry gives in whole seconds. */
const marginMs = 50

export function createRateLimits(
  options: { clock?: Clock; onWait?: (template: string, ms: number) => void } = {},
): RateLimits {
  const { clock = systemClock, onWait } = options
  const limiters = new Map<string, RateLimiter>()
  let sharers = 1
  const limits: RateLimits = {
    limiterFor(host, template, method) {
      const key = `${method} ${host} ${template}`
      const known = limiters.get(key)
      if (known) return known
      const limiter = watchHeaders(
        createRateLimiter({
          concurrency: Math.ceil(firstConcurrency / sharers),
          clock,
          onWait: onWait && ((ms) => onWait(template, ms)),
        }),
        { clock, sharers: () => sharers },
      )
      limiters.set(key, limiter)
      return limiter
    },
    waitedMs: () => [...limiters.values()].reduce((sum, limiter) => sum + limiter.waitedMs(), 0),
    shareAmong(processes) {
      sharers = Math.max(1, processes)
    },
    ahead: () => ({ ...limits, limiterFor: (...which) => goingAhead(limits.limiterFor(...which)) }),
  }
  return limits
}

function goingAhead(limiter: RateLimiter): RateLimiter {
  return { ...limiter, run: (task, signal) => limiter.run(task, signal, true) }
}

/**
 * Milliseconds until the next request of a template may start, by the headers of an answer; undefined for at once.
 * `others` are on their way, and not all of them are counted in what the headers say is left.
 * `X-Sentry-Rate-Limit-Reset` is an instant on the server's clock, so the answer's own Date says how far off it is.
 */
export function pauseAfter(status: number, headers: Headers, now: number, others = 0): number | undefined {
  const serverNow = Date.parse(headers.get("date") ?? "") || now
  const reset = numberIn(headers, "x-sentry-rate-limit-reset")
  const untilReset = reset === undefined ? 0 : reset * 1_000 - serverNow
  if (status === 429) {
    const asked = Math.max(retryAfter(headers, serverNow), untilReset)
    return Math.min(Math.max(asked, shortestRefusalMs), longestPauseMs)
  }
  const remaining = numberIn(headers, "x-sentry-rate-limit-remaining")
  if (remaining === undefined || remaining > Math.max(1, others) || untilReset <= 0) return undefined
  return Math.min(untilReset + marginMs, longestPauseMs)
}

/** How many requests at once the headers leave us: our share of one below Sentry's limit; undefined where they do not say. */
export function concurrencyAllowed(headers: Headers, sharers = 1): number | undefined {
  const limit = numberIn(headers, "x-sentry-rate-limit-concurrentlimit")
  const share = limit === undefined ? undefined : Math.floor((limit - 1) / sharers)
  return share === undefined ? undefined : Math.max(1, Math.min(share, mostConcurrency))
}

/**
 * The headers are read while the slot is still taken: read any later, the next request would already be on its way
 * when its pause becomes known.
 */
function watchHeaders(
  limiter: RateLimiter,
  { clock, sharers }: { clock: Clock; sharers: () => number },
): RateLimiter {
  return {
    ...limiter,
    run: (task, signal, ahead) =>
      limiter.run(
        async () => {
          const result = await task()
          if (isAnswerHead(result)) {
            // The other processes are taken for as busy as this one.
            const others = limiter.running() * sharers() - 1
            const pause = pauseAfter(result.status, result.headers, clock.now(), others)
            if (pause !== undefined) limiter.pauseUntil(clock.now() + pause)
            const allowed = concurrencyAllowed(result.headers, sharers())
            if (allowed !== undefined) limiter.limitTo(allowed)
          }
          return result
        },
        signal,
        ahead,
      ),
  }
}

function isAnswerHead(value: unknown): value is { status: number; headers: Headers } {
  return typeof value === "object" && value !== null && "status" in value && "headers" in value
}

/** Servers of 2022 send the text "None". */
function numberIn(headers: Headers, name: string): number | undefined {
  const text = headers.get(name)?.trim()
  return text && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}

function retryAfter(headers: Headers, serverNow: number): number {
  const seconds = numberIn(headers, "retry-after")
  if (seconds !== undefined) return seconds * 1_000
  return (Date.parse(headers.get("retry-after") ?? "") || serverNow) - serverNow
}

// How near a run comes to what Sentry's limits let through: the requests of the endpoint that needs the most time, from the
// first to the last, beside the time that its limit alone demands for so many.
import { sentryIoLimits } from "../src/simulator/limits.ts"

export interface LimitFigures {
  endpoint: string
  requests: number
  /** Of all endpoints. */
  refused: number
  demandedSeconds: number
  seconds: number
}

export interface LimitMeter {
  note(path: string, status: number): void
  /** Of all that was noted since the last call of this. */
  take(): LimitFigures
}

interface Noted {
  requests: number
  first: number
  last: number
}

export function createLimitMeter(): LimitMeter {
  let endpoints = new Map<string, Noted>()
  let refused = 0
  return {
    note(path, status) {
      const endpoint = limitedBy(path)
      const at = performance.now()
      const noted = endpoints.get(endpoint) ?? { requests: 0, first: at, last: at }
      if (status === 429) refused++
      else noted.requests++
      noted.last = at
      endpoints.set(endpoint, noted)
    },
    take() {
      const all = [...endpoints].map(([endpoint, { requests, first, last }]) => ({
        endpoint,
        requests,
        refused,
        demandedSeconds: demanded(endpoint, requests),
        seconds: (last - first) / 1_000,
      }))
      endpoints = new Map()
      refused = 0
      const [dearest] = all.sort((left, right) => right.demandedSeconds - left.demandedSeconds)
      if (!dearest) throw new Error("no request was noted")
      return dearest
    },
  }
}

/** The first window's worth of requests may come at once. */
function demanded(endpoint: string, requests: number): number {
  const { limit, windowSeconds } = sentryIoLimits[endpoint] ?? sentryIoLimits.default
  return Math.max(0, Math.ceil(requests / limit) - 1) * windowSeconds
}

/** The name in the table of limits; endpoints without one share `default`. */
function limitedBy(path: string): string {
  const template = (path.split("?")[0] ?? "")
    .replace(/^\/api\/0\//, "")
    .replace(/^organizations\/[^/]+/, "organizations/{org}")
    .replace(/^projects\/[^/]+\/[^/]+/, "projects/{org}/{project}")
    .replace(/\/issues\/\d+/, "/issues/{issue}")
    .replace(/\/issues\/\{issue\}\/tags\/[^/]+/, "/issues/{issue}/tags/{key}")
  return template in sentryIoLimits ? template : "default"
}

export function describeLimits({
  endpoint,
  requests,
  refused,
  demandedSeconds,
  seconds,
}: LimitFigures): string {
  const times = demandedSeconds > 0 ? ` (${(seconds / demandedSeconds).toFixed(2)} times)` : ""
  return `  ${requests} × ${endpoint}: the limit alone takes ${demandedSeconds} s, the run ${seconds.toFixed(1)} s${times}; ${refused} requests refused\n`
}

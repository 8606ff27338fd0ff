// Pure: how late events came into the catalog, step by step over time.
import type { JsonObject } from "../../common/json.ts"
import type { EventTimes } from "../../live-events/event-views.ts"

export interface Lag {
  events: number
  p50Ms: number | null
  p95Ms: number | null
  maxMs: number | null
}

export function lagBuckets(
  times: readonly EventTimes[],
  { from, to, count }: { from: number; to: number; count: number },
): JsonObject {
  const width = (to - from) / count
  const groups = Map.groupBy(times, ({ receivedAt }) =>
    Math.min(count - 1, Math.max(0, Math.floor((receivedAt - from) / width))),
  )
  const buckets = Array.from({ length: count }, (_, at) => {
    const group = groups.get(at) ?? []
    const { p50Ms, p95Ms, maxMs, events } = lagOf(group)
    return {
      at: new Date(from + at * width).toISOString(),
      received: group.length,
      done: events,
      dead: group.filter(({ state }) => state === "dead").length,
      ...{ p50Ms, p95Ms, maxMs },
    }
  })
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    bucketSeconds: width / 1_000,
    buckets,
  }
}

/** Of those that are done. */
export function lagOf(times: readonly EventTimes[]): Lag {
  const lags = times
    .flatMap(({ state, receivedAt, endedAt }) =>
      state === "done" && endedAt !== undefined ? [endedAt - receivedAt] : [],
    )
    .sort((left, right) => left - right)
  const at = (share: number) => lags[Math.min(lags.length - 1, Math.floor(lags.length * share))] ?? null
  return { events: lags.length, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: lags.at(-1) ?? null }
}

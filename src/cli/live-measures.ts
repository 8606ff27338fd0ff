// The series of live events.
import type { Metrics } from "../common/metrics.ts"
import type { Clock } from "../common/sleep.ts"
import type { LiveEventsDeps } from "../live-events/live-events.ts"
import type { LogDepth } from "../live-events/log-depth.ts"

export function liveMeasures({
  metrics,
  depth,
  onDone,
  clock,
}: {
  metrics: Metrics
  depth(): LogDepth
  onDone: ((sentence: string) => void) | undefined
  clock: Clock
}): Required<Pick<LiveEventsDeps, "onAnswer" | "onSettled">> {
  metrics.beforeScrape(() => {
    const { waiting, working, dead, dueSince, retrying, oldestRetrying } = depth()
    const ageOf = (since: number | undefined) => (since === undefined ? 0 : (clock.now() - since) / 1_000)
    metrics.set("ocean_sentry_live_events_waiting", {}, waiting + working)
    metrics.set("ocean_sentry_live_events_dead", {}, dead)
    metrics.set("ocean_sentry_live_events_oldest_seconds", {}, ageOf(dueSince))
    metrics.set("ocean_sentry_live_events_retrying", {}, retrying)
    metrics.set("ocean_sentry_live_events_retrying_oldest_seconds", {}, ageOf(oldestRetrying))
  })
  return {
    onAnswer: (status) => metrics.add("ocean_sentry_live_events_received_total", { status: String(status) }),
    onSettled(event, { state }) {
      if (state === "waiting") return // not yet an end
      metrics.add("ocean_sentry_live_events_ended_total", { event: event.name, state })
      if (state !== "done") return
      const lagMs = clock.now() - event.receivedAt
      metrics.observe("ocean_sentry_live_event_lag_seconds", {}, lagMs / 1_000)
      onDone?.(`  → ${event.name} (${event.key}) is in the catalog, after ${lagMs} ms`)
    },
  }
}

// The series of live events.
import type { Metrics } from "../common/metrics.ts"
import type { Clock } from "../common/sleep.ts"
import type { LogDepth } from "../live-events/event-log.ts"
import type { LiveEventsDeps } from "../live-events/live-events.ts"

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
    const { waiting, working, dead, oldest } = depth()
    metrics.set("ocean_sentry_live_events_waiting", {}, waiting + working)
    metrics.set("ocean_sentry_live_events_dead", {}, dead)
    const age = oldest === undefined ? 0 : (clock.now() - oldest) / 1_000
    metrics.set("ocean_sentry_live_events_oldest_seconds", {}, age)
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

// The timers beside a listener: a resync, or a read of what has changed, every so many minutes.
import type { Clock } from "../common/sleep.ts"
import type { Trigger } from "../resync/run-record.ts"

/** Triggers first after one interval, then at each further one, until the signal fires. */
export async function scheduleResyncs(
  deps: {
    onTrigger(trigger: Trigger): void
    trigger: "schedule" | "incremental"
    intervalMs: number
    clock: Clock
    onNext?(at: number): void
  },
  signal: AbortSignal,
): Promise<void> {
  for (let next = deps.clock.now() + deps.intervalMs; !signal.aborted; next += deps.intervalMs) {
    deps.onNext?.(next)
    await deps.clock.sleep(next - deps.clock.now(), signal).catch(() => undefined)
    if (!signal.aborted) deps.onTrigger(deps.trigger)
  }
}

// The contract of a listener: it makes resyncs start.
import type { Trigger } from "../resync/run-record.ts"

/** Runs until the signal fires, or ends for a reason of its own, which it has logged. */
export type Listen = (signal: AbortSignal) => Promise<void>

/**
 * Asks for a resync and resolves when that is settled. `answered`: the run it led to has ended, well or badly, or a
 * newer request has taken its place. `unanswered`: the process stops first, so whoever can should ask again later.
 */
export type OnTrigger = (trigger: Trigger) => Promise<"answered" | "unanswered">

/** A listener that nothing ever reaches. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener("abort", () => resolve(), { once: true })
  })
}

// Pure: what of an installation needs a person, each matter with what to do about it.
import type { Installation } from "./installation.ts"
import type { RunRow } from "./run-store.ts"

export interface HostAttention {
  severity: "error" | "warning"
  title: string
  detail: string | null
  next: string
}

export interface WaitingEvents {
  events: number
  /** When the oldest came. */
  oldestAt: number
}

/** Events of a process that has only just to be started are nobody's concern. */
const longWaitMs = 5 * 60_000
const outcomesOfNoTrouble = ["completed", "skipped", "interrupted", "stopped"]

export function attentionOf(
  { spec }: Pick<Installation, "spec">,
  {
    missing,
    last,
    waiting,
    now,
  }: {
    missing: string | undefined
    last: RunRow | undefined
    waiting: WaitingEvents | undefined
    now: number
  },
): HostAttention[] {
  if (!spec.enabled) return []
  return [
    ...(missing === undefined ? troubleOfRun(last) : [cannotWork(missing)]),
    ...(waiting !== undefined && now - waiting.oldestAt > longWaitMs ? [lateEvents(waiting)] : []),
  ]
}

function cannotWork(missing: string): HostAttention {
  return {
    severity: "error",
    title: "It cannot work yet",
    detail: missing,
    next: "Set what is missing under Settings.",
  }
}

function troubleOfRun(last: RunRow | undefined): HostAttention[] {
  if (last?.outcome === undefined || outcomesOfNoTrouble.includes(last.outcome)) return []
  const { title, next } = words[last.outcome] ?? {
    title: "The last resync broke down",
    next: "Its log says more.",
  }
  return [{ severity: "error", title, detail: last.told?.headline ?? last.said ?? null, next }]
}

const words: Readonly<Record<string, { title: string; next: string }>> = {
  failed: {
    title: "The last resync failed",
    next: "Where it says denied, the token lacks a permission or is not valid: replace it under Settings.",
  },
  "not started": {
    title: "The last resync did not start",
    next: "It starts by itself once nothing is missing.",
  },
  "could not start": {
    title: "The last resync could not start",
    next: "Check the addresses and credentials of Sentry and Port under Settings.",
  },
  "wrong settings": { title: "Its settings cannot be used", next: "Change them under Settings." },
  "timed out": {
    title: "The last resync took longer than it may",
    next: "Give it a longer interval or timeout under Settings.",
  },
  "out of memory": {
    title: "The last resync needed more memory than it may have",
    next: "Give it more under Settings.",
  },
}

function lateEvents({ events, oldestAt }: WaitingEvents): HostAttention {
  return {
    severity: "warning",
    title: `${events} ${events === 1 ? "webhook waits" : "webhooks wait"} for more than five minutes`,
    detail: `the oldest came at ${new Date(oldestAt).toISOString()}`,
    next: "Its log says why, where its process for live events breaks down.",
  }
}

// What a run comes to, for Prometheus: the original's gauges of the newest run, and counters over all of them.

import { type GaugeName, type MetricName, metricTable } from "../common/metric-table.ts"
import type { Metrics } from "../common/metrics.ts"
import { type RunPart, type RunParts, reconciliationName } from "./run-parts.ts"
import { countsByKind, type RunRecord } from "./run-record.ts"
import type { Usage } from "./run-usage.ts"

export interface RunMetrics {
  /** From now on the gauges tell of this run. */
  follow(parts: RunParts): void
  ended(parts: RunParts, record: RunRecord): void
  /** A request waited for a rate limit, of the run or of something beside it. */
  waited(request: { peer: string; endpoint: string; isOfRun: boolean }, ms: number): void
}

export function createRunMetrics(metrics: Metrics): RunMetrics {
  let current: RunParts | undefined
  metrics.set("ocean_sentry_run_in_progress", {}, 0)
  metrics.beforeScrape(() => {
    if (current) showParts(metrics, current)
  })

  return {
    follow(parts) {
      current = parts
      for (const name of ofOneRun) metrics.clear(name)
      metrics.set("ocean_sentry_run_in_progress", {}, 1)
    },
    ended(parts, record) {
      if (current === parts) metrics.set("ocean_sentry_run_in_progress", {}, 0)
      const { status } = record
      metrics.add("ocean_sentry_runs_total", { status, trigger: record.trigger })
      metrics.observe("ocean_sentry_run_duration_seconds", { status }, parts.runtime.seconds)
      if (status === "completed")
        metrics.set(
          "ocean_sentry_last_completed_run_timestamp_seconds",
          {},
          (record.endedAt ?? record.startedAt).getTime() / 1_000,
        )
      countEntities(metrics, record)
    },
    waited({ peer, endpoint, isOfRun }, ms) {
      metrics.observe("ocean_sentry_rate_limit_wait_seconds", { peer, endpoint }, ms / 1_000)
      if (!isOfRun) return
      const reading = current?.resources().filter(({ state }) => state === "syncing") ?? []
      for (const { identifier } of reading) {
        metrics.add("rate_limit_wait_seconds", { kind: identifier, phase: "extract", endpoint }, ms / 1_000)
      }
    },
  }
}

/** The gauges of single kinds: those of an older mapping must not stay. */
const ofOneRun: readonly GaugeName[] = (Object.keys(metricTable) as MetricName[]) // a literal's own keys
  .filter((name): name is GaugeName => metricTable[name].type === "gauge")
  .filter((name) => metricTable[name].labels.some((label) => label === "kind"))

function showParts(metrics: Metrics, parts: RunParts): void {
  for (const part of [...parts.resources(), parts.reconciliation, parts.runtime]) showPart(metrics, part)
}

function showPart(metrics: Metrics, part: RunPart): void {
  const kind = part.identifier
  const phase = kind === reconciliationName ? "delete" : "resync"
  metrics.set("duration_seconds", { kind, phase }, part.seconds)
  if (phase === "resync") metrics.set("success", { kind, phase }, part.state === "completed" ? 1 : 0)
  for (const { phase: within, type, count } of part.counts()) {
    metrics.set("object_count", { kind, phase: within, object_count_type: type }, count)
  }
  for (const [name, value] of Object.entries(part.usage ?? {})) {
    metrics.set(name as keyof Usage, { kind }, value) // the literal's own keys
  }
}

const outcomes = ["created", "updated", "unchanged", "deleted", "refused", "failed"] as const

function countEntities(metrics: Metrics, record: RunRecord): void {
  for (const [kind, counts] of countsByKind(record)) {
    for (const outcome of outcomes) {
      metrics.add("ocean_sentry_entities_total", { kind, outcome }, counts[outcome])
    }
  }
  for (const { kind } of record.refusedDeletes) metrics.add("ocean_sentry_refused_deletes_total", { kind })
}

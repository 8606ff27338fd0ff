// Every series of /metrics. The gauges without prefix are the original's, with its names and labels, since dashboards
// and alerts are built on them; what it does not have begins with ocean_sentry_.

interface MetricDefinition {
  type: "gauge" | "counter" | "histogram"
  /** Meaning and unit, for the page and for the manual. */
  help: string
  labels: readonly string[]
  /** Upper bounds of a histogram's classes. */
  buckets?: readonly number[]
}

const requestSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const waitSeconds = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]
const lagSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800]
const runSeconds = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600]

export const metricTable = {
  duration_seconds: gauge("Seconds a kind took in the newest resync.", ["kind", "phase"]),
  object_count: gauge("Objects of a kind in the newest resync, by what became of them.", [
    "kind",
    "phase",
    "object_count_type",
  ]),
  success: gauge("1 where the kind was read to its end in the newest resync, else 0.", ["kind", "phase"]),
  rate_limit_wait_seconds: gauge("Seconds that requests of a kind waited for rate limits.", [
    "kind",
    "phase",
    "endpoint",
  ]),
  cpu_max_percent: gauge("Highest CPU share while a kind was read, 100 being one core.", ["kind"]),
  cpu_median_percent: gauge("Median CPU share while a kind was read, 100 being one core.", ["kind"]),
  cpu_avg_percent: gauge("Mean CPU share while a kind was read, 100 being one core.", ["kind"]),
  memory_max_bytes: gauge("Highest resident memory while a kind was read.", ["kind"]),
  memory_median_bytes: gauge("Median resident memory while a kind was read.", ["kind"]),
  memory_avg_bytes: gauge("Mean resident memory while a kind was read.", ["kind"]),
  event_loop_latency_max_ms: gauge("Longest delay of the event loop while a kind was read.", ["kind"]),
  event_loop_latency_median_ms: gauge("Median delay of the event loop while a kind was read.", ["kind"]),
  event_loop_latency_avg_ms: gauge("Mean delay of the event loop while a kind was read.", ["kind"]),
  response_size_total_bytes: gauge("Bytes of all answers while a kind was read.", ["kind"]),
  response_size_avg_bytes: gauge("Mean bytes of an answer while a kind was read.", ["kind"]),
  response_size_median_bytes: gauge("Median bytes of an answer while a kind was read.", ["kind"]),

  ocean_sentry_http_requests_total: counter("Requests sent, each try counted; status `none` had no answer.", [
    "peer",
    "method",
    "endpoint",
    "status",
  ]),
  ocean_sentry_http_request_duration_seconds: histogram(
    "Seconds from sending a request to the last byte of its answer.",
    ["peer", "method", "endpoint"],
    requestSeconds,
  ),
  ocean_sentry_rate_limit_wait_seconds: histogram(
    "Seconds that a request waited because of a rate limit.",
    ["peer", "endpoint"],
    waitSeconds,
  ),
  ocean_sentry_runs_total: counter("Resyncs that ended, by how.", ["status", "trigger"]),
  ocean_sentry_run_duration_seconds: histogram("Seconds of a whole resync.", ["status"], runSeconds),
  ocean_sentry_run_in_progress: gauge("1 while a resync runs, else 0.", []),
  ocean_sentry_last_completed_run_timestamp_seconds: gauge(
    "When the newest completed resync ended, in seconds since the epoch.",
    [],
  ),
  ocean_sentry_entities_total: counter("Entities of all resyncs, by what became of them.", [
    "kind",
    "outcome",
  ]),
  ocean_sentry_refused_deletes_total: counter("Entities that were not deleted for want of proof.", ["kind"]),
  ocean_sentry_log_lines_dropped_total: counter("Log lines that could not be shipped.", []),
  ocean_sentry_reports_failed_total: counter("Reports about resyncs that could not be delivered.", [
    "target",
  ]),
  ocean_sentry_live_events_received_total: counter("Webhooks by the status they were answered with.", [
    "status",
  ]),
  ocean_sentry_live_events_ended_total: counter("Live events that were worked on, by how that ended.", [
    "event",
    "state",
  ]),
  ocean_sentry_live_event_lag_seconds: histogram(
    "Seconds from receiving a live event to its effect in the catalog.",
    [],
    lagSeconds,
  ),
  ocean_sentry_live_events_waiting: gauge("Live events that are not done yet.", []),
  ocean_sentry_live_events_dead: gauge("Live events that failed for good and wait for a person.", []),
  ocean_sentry_live_events_oldest_seconds: gauge(
    "How long the oldest live event has waited that could be worked on and is not.",
    [],
  ),
  ocean_sentry_live_events_retrying: gauge("Live events that failed and wait for another try.", []),
  ocean_sentry_live_events_retrying_oldest_seconds: gauge(
    "Age of the oldest live event that failed and waits for another try.",
    [],
  ),
} as const satisfies Record<string, MetricDefinition>

export type MetricName = keyof typeof metricTable
export type GaugeName = NamesOf<"gauge">
export type CounterName = NamesOf<"counter">
export type HistogramName = NamesOf<"histogram">

type NamesOf<T> = {
  [Name in MetricName]: (typeof metricTable)[Name]["type"] extends T ? Name : never
}[MetricName]

/** Exactly the labels of a series. */
export type LabelsOf<Name extends MetricName> = Record<(typeof metricTable)[Name]["labels"][number], string>

function gauge<const L extends readonly string[]>(help: string, labels: L) {
  return { type: "gauge", help, labels } as const
}

function counter<const L extends readonly string[]>(help: string, labels: L) {
  return { type: "counter", help, labels } as const
}

function histogram<const L extends readonly string[]>(help: string, labels: L, buckets: readonly number[]) {
  return { type: "histogram", help, labels, buckets } as const
}

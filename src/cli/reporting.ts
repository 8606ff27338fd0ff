// What is told of runs beside their result: the state and the metrics to Port, the metrics to a webhook, and the
// series of /metrics.
import { randomUUID } from "node:crypto"
import type { HttpExchange } from "../common/http-client.ts"
import type { JsonObject } from "../common/json.ts"
import { currentLogFields, withLogFields } from "../common/log-context.ts"
import type { Logger } from "../common/logger.ts"
import type { Metrics } from "../common/metrics.ts"
import { systemClock } from "../common/sleep.ts"
import type { PortClient } from "../port/client.ts"
import { createNoteRuns, type NoteRuns } from "../resync/history/note-runs.ts"
import type { RunHistory } from "../resync/history/run-history.ts"
import { createRunReporter } from "../resync/report-run.ts"
import type { RunWatch } from "../resync/run.ts"
import { createRunMetrics } from "../resync/run-metrics.ts"
import type { RunObserver } from "../resync/run-observer.ts"
import type { RunOrder } from "../resync/run-order.ts"
import { createRunParts, type RunParts } from "../resync/run-parts.ts"
import type { RunRecord, Trigger } from "../resync/run-record.ts"
import { createSyncMetrics } from "../resync/sync-metrics.ts"
import { createPeerClient } from "./network.ts"
import type { Settings } from "./settings.ts"

export interface Measures {
  onExchange(exchange: HttpExchange): void
  /** A request to Sentry waited for its rate limit. */
  onWait(template: string, ms: number): void
  runs: ReturnType<typeof createRunMetrics>
  /** Who is told of each request and wait too. */
  noteTo(notes: Pick<NoteRuns, "noteExchange" | "noteWait">): void
  /** The run whose requests are counted. */
  follow(id: string, parts: RunParts): void
}

/** For the clients of both peers, which are there before anything can be reported. */
export function openMeasures(metrics: Metrics): Measures {
  const runs = createRunMetrics(metrics)
  let current: { id: string; parts: RunParts } | undefined
  let notes: Pick<NoteRuns, "noteExchange" | "noteWait"> | undefined
  /**
   * Live events, dry runs and people at the pages send requests beside it. Whose a request is, the fields of its log lines
   * tell; to send these lines on is nobody's.
   */
  function isOfRun(): boolean {
    const { run, local } = currentLogFields()
    return current !== undefined && run === current.id && local !== true
  }

  return {
    runs,
    noteTo(further) {
      notes = further
    },
    follow(id, parts) {
      current = { id, parts }
      runs.follow(parts)
    },
    onExchange(exchange) {
      const { peer, method, endpoint, status, seconds, bytes } = exchange
      const counts = isOfRun()
      if (counts) notes?.noteExchange(exchange)
      metrics.add("ocean_sentry_http_requests_total", {
        peer,
        method,
        endpoint,
        status: status === undefined ? "none" : String(status),
      })
      metrics.observe("ocean_sentry_http_request_duration_seconds", { peer, method, endpoint }, seconds)
      if (counts && peer === "Sentry") current?.parts.noteAnswer(bytes)
    },
    onWait(endpoint, ms) {
      const counts = isOfRun()
      if (counts) notes?.noteWait(endpoint, ms)
      runs.waited({ peer: "Sentry", endpoint, isOfRun: counts }, ms)
    },
  }
}

export type ReportedRun = (trigger: Trigger, signal: AbortSignal, order?: RunOrder) => Promise<RunRecord>

/** Reports around each run. What is still to be told when the process ends gets a few seconds. */
export function openReporting(
  deps: {
    settings: Settings
    version: string
    port: PortClient
    metrics: Metrics
    measures: Measures
    log: Logger
    /** Undefined where there is no database to keep it in. */
    history: RunHistory | undefined
    run(
      trigger: Trigger,
      signal: AbortSignal,
      how: {
        order: RunOrder
        observe: RunObserver
        watch: RunWatch | undefined
        changedSince: Date | undefined
      },
    ): Promise<RunRecord>
    /** Since when an incremental read must look; asked before the state in Port is that of this run. */
    since(signal: AbortSignal): Promise<Date>
  },
  parts: AsyncDisposableStack,
): ReportedRun {
  const { settings, port, log, measures } = deps
  const states = createRunReporter({
    integration: port.integration,
    intervalMinutes: settings.scheduledResyncInterval,
    startedAt: new Date(),
    log,
  })
  const syncMetrics = parts.adopt(
    createSyncMetrics({
      ingest: port.ingest,
      addresses: port.integration.ingestAddresses,
      integration: { ...settings.integration, version: deps.version },
      heartbeatMs: settings.statusHeartbeatIntervalSeconds * 1_000,
      sendToWebhook: webhookOf(settings, log, parts),
      onFailure: (target) => deps.metrics.add("ocean_sentry_reports_failed_total", { target }),
      log,
    }),
    (one) => one.close(closingMs),
  )

  const notes = deps.history && notesOf(deps.history, deps)

  return (trigger, signal, order = { id: randomUUID() }) =>
    withLogFields({ run: order.id }, () => reported(trigger, signal, order))

  async function reported(trigger: Trigger, signal: AbortSignal, order: RunOrder): Promise<RunRecord> {
    const changedSince = trigger === "incremental" ? await deps.since(signal) : undefined
    // Port knows one state, that of a run of all; since it the next incremental one reads.
    const state = order.scope ? undefined : await states.started(new Date())
    const run = createRunParts(systemClock)
    measures.follow(order.id, run)
    const noted = notes?.began({ trigger, order, parts: run })
    const observe: RunObserver = (event) => {
      const changed = run.observe(event)
      noted?.observe(event)
      const eventId = run.record()?.id
      if (eventId !== undefined) syncMetrics.changed(eventId, changed)
    }
    const record = await deps.run(trigger, signal, { order, observe, watch: noted?.watch, changedSince })
    const unfinished = run.end(record)
    measures.runs.ended(run, record)
    await state?.ended(record)
    syncMetrics.ended(record.id, [...unfinished, run.runtime])
    await noted?.ended(record) // last, so that who sees it ended may start the next one
    return record
  }
}

function notesOf(
  history: RunHistory,
  { settings, measures, log }: { settings: Settings; measures: Measures; log: Logger },
): NoteRuns {
  const notes = createNoteRuns({ history, keepMs: settings.keepRunsFor, clock: systemClock, log })
  measures.noteTo(notes)
  return notes
}

const closingMs = 3_000

/** With its own client: it is nobody's peer, and gets no token. */
function webhookOf(
  settings: Settings,
  log: Logger,
  parts: AsyncDisposableStack,
): ((body: JsonObject, signal: AbortSignal) => Promise<void>) | undefined {
  const { enabled, webhookUrl } = settings.metrics
  if (!enabled || webhookUrl === undefined) return undefined
  const http = parts.adopt(
    createPeerClient(settings, {
      peer: "metrics webhook",
      url: webhookUrl,
      retry: {
        retries: 1,
        baseMs: 500,
        capMs: 5_000,
        statuses: new Set([429, 502, 503, 504]),
        waitHeaders: [],
      },
      timeoutMs: 10_000,
      connections: 2,
      log,
    }),
    (one) => one.close(),
  )
  return async (body, signal) => {
    const answer = await http({ method: "POST", url: webhookUrl, body, signal })
    if (answer.status >= 300) throw new Error(`the webhook answered ${answer.status}`)
  }
}

// Tells Port how each kind of a run gets on, and a webhook the same where one is set. Nothing here is waited for by
// the run, and no failure of it is one of the run.
import { errorText } from "../common/errors.ts"
import type { JsonObject } from "../common/json.ts"
import { withLogFields } from "../common/log-context.ts"
import type { Logger } from "../common/logger.ts"
import { createOutbox } from "../common/outbox.ts"
import type { IngestApi } from "../port/ingest-api.ts"
import type { IngestAddresses } from "../port/integrations-api.ts"
import type { RunPart } from "./run-parts.ts"
import { reconciliationName, runtimeName } from "./run-parts.ts"

export interface SyncMetrics {
  /** Parts of a run changed: they are told as they are now. */
  changed(eventId: string, parts: readonly RunPart[]): void
  /** The run is over: the last figures of its parts, then its own, and no sign of life any more. */
  ended(eventId: string, parts: readonly RunPart[]): void
  /** Gives what is still to be told so many milliseconds. */
  close(ms: number): Promise<void>
}

export interface SyncMetricsDeps {
  ingest: IngestApi
  addresses(): IngestAddresses | undefined
  integration: { type: string; identifier: string; version: string }
  heartbeatMs: number
  /** Posts one message to the webhook of the settings; undefined where none is set. */
  sendToWebhook: ((metrics: JsonObject, signal: AbortSignal) => Promise<void>) | undefined
  onFailure?: (target: "port" | "webhook") => void
  log: Logger
}

/** Far above what the kinds of a mapping come to; beyond it the oldest reports are dropped. */
const capacity = 300

export function createSyncMetrics(deps: SyncMetricsDeps): SyncMetrics {
  const { ingest } = deps
  const toPort = createOutbox({ capacity, onFailure: (error) => failed("port", error) })
  const toWebhook = createOutbox({ capacity, onFailure: (error) => failed("webhook", error) })
  let heart: { eventId: string; timer: NodeJS.Timeout } | undefined
  let beating = false
  /** Where a report of the newest run could not be delivered: one piece of news, however many are meant. */
  const troubled = new Set<string>()

  function failed(target: "port" | "webhook", error: unknown): void {
    deps.onFailure?.(target)
    const reason = error === undefined ? "too many reports are waiting" : errorText(error)
    const level = troubled.has(target) ? "debug" : "warn"
    troubled.add(target)
    deps.log[level]({ target, error: reason }, "Metrics of the resync could not be delivered")
  }

  function toldNow(eventId: string, part: RunPart): JsonObject {
    const { type, identifier, version } = deps.integration
    return {
      integrationType: type,
      installationType: deps.addresses()?.installationType ?? "OnPrem",
      executionMode: "single_process",
      integrationIdentifier: identifier,
      integrationVersion: version,
      oceanVersion: version,
      kindIdentifier: part.identifier,
      kind: part.kind,
      kindIndex: part.index,
      eventId,
      syncState: part.state,
      blueprint: part.blueprint,
      metrics: { phase: phasesOf(part), ...part.usage },
    }
  }

  /** New parts and the two names of the whole go to the list of all kinds, a kind's progress to its own address. */
  function tell(eventId: string, parts: readonly RunPart[]): void {
    const told = parts.map((part) => ({ part, metrics: toldNow(eventId, part) }))
    const inList = told.filter(({ part }) => belongsInList(part))
    const url = deps.addresses()?.metrics
    if (url !== undefined) {
      if (inList.length > 0)
        toPort.add((signal) =>
          ingest.sendKinds(
            url,
            inList.map(({ metrics }) => metrics),
            signal,
          ),
        )
      for (const { part, metrics } of told) {
        const key = { eventId, kindIdentifier: part.identifier }
        if (!belongsInList(part))
          toPort.add((signal) => ingest.sendKind(url, key, metrics, signal), `${eventId}/${part.identifier}`)
      }
    }
    const { sendToWebhook } = deps
    if (sendToWebhook)
      for (const { metrics } of told) toWebhook.add((signal) => sendToWebhook(metrics, signal))
  }

  function beat(eventId: string): void {
    if (heart?.eventId === eventId) return
    stopHeart()
    troubled.clear()
    const timer = setInterval(() => void sendHeartbeat(eventId), deps.heartbeatMs).unref()
    heart = { eventId, timer }
  }

  async function sendHeartbeat(eventId: string): Promise<void> {
    const url = deps.addresses()?.metrics
    if (url === undefined || beating) return
    beating = true
    try {
      await ingest.sendHeartbeat(url, eventId, AbortSignal.timeout(deps.heartbeatMs))
    } catch (error) {
      failed("port", error)
    } finally {
      beating = false
    }
  }

  function stopHeart(): void {
    clearInterval(heart?.timer)
    heart = undefined
  }

  return {
    changed(eventId, parts) {
      withLogFields({ local: true }, () => {
        beat(eventId)
        tell(eventId, parts)
      })
    },
    ended(eventId, parts) {
      withLogFields({ local: true }, () => tell(eventId, parts))
      // Port takes a run without a sign of life for dead, so the last one is given after its end was told.
      toPort.add(async () => {
        if (heart?.eventId === eventId) stopHeart()
      })
    },
    async close(ms) {
      await Promise.all([toPort.close(ms), toWebhook.close(ms)])
      stopHeart()
    },
  }
}

function belongsInList(part: RunPart): boolean {
  if (part.state === "pending" || part.identifier === runtimeName) return true
  return part.identifier === reconciliationName && part.state === "syncing"
}

function phasesOf(part: RunPart): JsonObject {
  const success = part.state === "completed" ? 1 : 0
  const phases: Record<string, JsonObject> = {
    [part.identifier === reconciliationName ? "delete" : "resync"]: {
      duration_seconds: part.seconds,
      success,
    },
  }
  for (const { phase, type, count } of part.counts()) {
    const known = phases[phase] ?? {}
    const types = known.object_count_type as JsonObject | undefined // made here, one line below
    phases[phase] = { ...known, object_count_type: { ...types, [type]: { object_count: count } } }
  }
  return phases
}

// Live events as a part of the process: their routes before it listens, their work when all else is there.
import type { Hono } from "hono"
import { readCertificates } from "../common/http-dispatcher.ts"
import type { Logger } from "../common/logger.ts"
import type { Metrics } from "../common/metrics.ts"
import { systemClock } from "../common/sleep.ts"
import type { Database } from "../database/database.ts"
import { createEffects } from "../live-events/effects.ts"
import { type EventLog, openEventLog } from "../live-events/event-log.ts"
import type { EventStream } from "../live-events/event-stream.ts"
import { openHeartbeat } from "../live-events/heartbeat.ts"
import { parseKafkaAddress } from "../live-events/kafka-address.ts"
import { createLiveEvents } from "../live-events/live-events.ts"
import { createLiveWatch } from "../live-events/live-watch.ts"
import { createMappingCache } from "../live-events/mapping-cache.ts"
import type { IntegrationRun } from "../resync/kind.ts"
import type { LiveWatch } from "../resync/live-watch.ts"
import { openObjectStates } from "../resync/object-states.ts"
import type { ResyncDeps } from "../resync/run-resync.ts"
import { sentryWebhooks } from "../sentry/webhooks/protocol.ts"
import type { Leading } from "./leading.ts"
import { type CheckDeps, catchUpAtStart, checkKnown, checkStructure } from "./live-checks.ts"
import { liveMeasures } from "./live-measures.ts"
import type { Settings } from "./settings.ts"

export interface LivePart {
  routes: Hono
  close(): Promise<void>
  /** For the resyncs beside it. */
  watch: LiveWatch
  /** Works until the signal fires. */
  work(deps: ResyncDeps, how: HowToWork, signal: AbortSignal): Promise<void>
}

export interface HowToWork {
  isResyncing(): boolean
  /** Whether this process works on the events, or leaves that to others and only takes them. */
  works: boolean
  leading: Leading | undefined
  /** For what events ask for: before a resync's requests, where both wait for Sentry's limits. */
  openRunAhead(): IntegrationRun
}

export interface LivePartOptions {
  settings: Settings
  /** Client secrets to check signatures with; one that is learned later may be added. */
  secrets: readonly string[]
  database: Database
  metrics: Metrics
  log: Logger
  /** Told in a sentence of each event that is done. */
  onDone: ((sentence: string) => void) | undefined
}

/** Issues of one group: what Sentry answers to one request. */
const groupSize = 100
/** How long a small group waits for more: a burst then costs few requests, and a single event no second. */
const gatherMs = 100
/** The list of projects may be this old when an event of an issue is worked on. */
const shareRunMs = 20_000

export async function openLivePart(options: LivePartOptions): Promise<LivePart> {
  const { settings, database, log } = options
  const { liveEvents: set, integration } = settings
  const clock = systemClock
  const events = await openEventLog(database, integration.identifier, clock)
  const protocol = sentryWebhooks({ secrets: options.secrets, toleranceMs: set.timestampTolerance })
  const prefix = settings.pathPrefix ?? ""
  const stream = await streamOf(options, events)
  const measures = liveMeasures({
    metrics: options.metrics,
    depth: () => live.depth(),
    onDone: options.onDone,
    clock,
  })
  const live = createLiveEvents({
    log: events,
    ...(stream ? { intake: stream } : {}),
    protocol,
    options: {
      paths: [`${prefix}/integration/webhook`, `${prefix}/ingress`],
      maxBytes: set.maxBodyBytes,
      mostWaiting: set.maxWaiting,
      workers: settings.eventWorkersCount,
      groupSize,
      gatherMs,
      timeoutMs: settings.maxEventProcessingSeconds * 1_000,
      leaseMs: set.lease,
      mostTries: set.maxTries,
      unsignedPerMinute: set.unsignedPerMinute,
      keepDoneMs: set.keepEventsFor,
      keepDeadMs: set.keepDeadFor,
    },
    logger: log,
    clock,
    onAnswer: measures.onAnswer,
    onSettled(event, end) {
      measures.onSettled(event, end)
      if (end.state === "dead") stream?.dead(event, end.outcome)
    },
  })

  return {
    routes: live.routes,
    close: async () => await stream?.close(),
    watch: createLiveWatch({ log: events, protocol, clock }),
    async work(deps, { isResyncing, works, leading, openRunAhead }, signal) {
      const selectors = new Map(deps.kinds.map((kind) => [kind.name, kind.selector]))
      const mapping = createMappingCache({
        integration: deps.port.integration,
        jq: deps.jq,
        selectors,
        ttlMs: settings.port.portAppConfigCacheTtl * 1_000,
        clock,
      })
      const checks: CheckDeps = {
        resync: deps,
        log: events,
        protocol,
        heartbeat: openHeartbeat(database, integration.identifier),
        states: await openObjectStates(database, integration.identifier),
        isResyncing,
        resyncs: leading?.resyncs,
        logger: log,
        clock,
      }
      await catchUpAtStart(checks, signal)
      if (!works) return await live.watch(signal)
      const check = async (within: AbortSignal) => {
        await Promise.all([
          checkKnown(checks, set.issueCheckInterval, within),
          checkStructure(checks, set.structureCheckInterval, within),
        ])
      }
      // Each check is the same whoever makes it: one process does for all.
      const lease = { name: `live checks ${integration.identifier}`, purpose: "checks" }
      await Promise.all([
        live.work(createEffects({ ...deps, openRun: openRunAhead, mapping, shareRunMs }), signal),
        stream?.read({ log: events, onAppended: live.wake }, signal),
        leading ? leading.leader.whileHeld(lease, check, signal) : check(signal),
      ])
    },
  }
}

/** Undefined where events go into the log at once. */
async function streamOf(
  { settings, log }: LivePartOptions,
  events: EventLog,
): Promise<EventStream | undefined> {
  const address = parseKafkaAddress(settings.liveEvents.kafka ?? "")
  if (!address) return undefined
  const { openEventStream } = await import("../live-events/event-stream.ts")
  return openEventStream({
    address,
    integration: settings.integration.identifier,
    takeLarge: events.append,
    tls: {
      verify: settings.ssl.port.verify,
      certificates: () => readCertificates(settings.network.certificatePaths),
    },
    log,
    clock: systemClock,
  })
}

// The long-running process: a listener that triggers resyncs, a timer beside it, until a signal ends both.
import { errorText, isAbort } from "../common/errors.ts"
import { readCertificates } from "../common/http-dispatcher.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import { chooseListener, mayResync } from "../listeners/choose-listener.ts"
import { type Listen, type OnTrigger, untilStopped } from "../listeners/listener.ts"
import { scheduleResyncs } from "../listeners/schedule.ts"
import type { RunOrder } from "../resync/run-order.ts"
import type { Trigger } from "../resync/run-record.ts"
import { createScheduler } from "../resync/scheduler.ts"
import type { App } from "./app.ts"
import { type AskedResyncs, createAskedResyncs } from "./asked-resyncs.ts"
import { endWithin, reportGivenUp } from "./last-word.ts"
import type { Leading } from "./leading.ts"
import { dutiesOf } from "./roles.ts"
import type { Settings } from "./settings.ts"

export interface ServeDeps {
  app: Pick<App, "run" | "port" | "health" | "resyncRequests" | "help" | "live" | "leading" | "runs">
  settings: Settings
  clock: Clock
  log: Logger
}

/** Resolves when the signal has fired, or the listener has ended by itself, and the run under way has ended. */
export async function serve({ app, settings, clock, log }: ServeDeps, signal: AbortSignal): Promise<void> {
  const scheduler = createScheduler({ run: app.run, log })
  const request = async (trigger: Trigger, order?: RunOrder) => {
    try {
      const record = await scheduler.request(trigger, order)
      const isCutShort = record === undefined || record.status === "aborted"
      return isCutShort && stop.signal.aborted ? "unanswered" : "answered"
    } catch (error) {
      // Stopped, or replaced, while another process was still at it.
      if (isAbort(error)) return stop.signal.aborted ? "unanswered" : "answered"
      log.error({ error: errorText(error) }, "Resync broke down")
      return "answered"
    }
  }
  const onTrigger: OnTrigger = (trigger) => request(trigger)
  const stop = new AbortController()
  const stopNow = () => stop.abort()
  signal.addEventListener("abort", stopNow)
  if (signal.aborted) stopNow()
  // Whoever may not resync by itself is not to do so for a person either.
  if (mayResync(settings.eventListener) && dutiesOf(settings.role).resyncs) {
    app.runs?.control({
      current: scheduler.current,
      cancel: scheduler.cancel,
      start: (order) => void request("request", order),
    })
  }
  try {
    const starters = startersOf({ app, settings, clock, log }, onTrigger)
    const { help, live } = app
    if (help && mayResync(settings.eventListener)) starters.push(help)
    if (live) starters.push((stopped) => live({ isResyncing: scheduler.isRunning }, stopped))
    const work = starters.map((start) => start(stop.signal))
    const listening = work[0]
    const ended = Promise.all(work)
    await Promise.race([listening, ended])
    stopNow()
    app.health.notReady = "shutting down"
    const graceMs = settings.maxWaitSecondsBeforeShutdown * 1_000
    await endWithin(graceMs, clock, [ended, scheduler.stop()])
    if (scheduler.isRunning()) await reportGivenUp(app.port.integration, log)
  } finally {
    stopNow()
    signal.removeEventListener("abort", stopNow)
  }
}

/** All that starts resyncs, the listener first. */
function startersOf(deps: ServeDeps, onTrigger: OnTrigger): [Listen, ...Listen[]] {
  const { app, settings } = deps
  const { leading, resyncRequests } = app
  const { eventListener, role } = settings
  if (!mayResync(eventListener)) return [untilStopped]
  if (!leading) {
    const [listen, ...others] = listenersOf(deps, eventListener, onTrigger)
    return [listen, ...others, (signal) => resyncRequests.take(() => void onTrigger("request"), signal)]
  }
  const asked = createAskedResyncs({ ...deps, duty: leading.duty })
  const hand = (signal: AbortSignal) => resyncRequests.take(() => void asked.ask(), signal)
  if (!dutiesOf(role).resyncs) return [untilStopped, hand]
  return [(signal) => lead(deps, { leading, asked, onTrigger }, signal), hand]
}

/** Those that start resyncs, for as long as no other process has that to do. */
async function lead(
  deps: ServeDeps,
  { leading, asked, onTrigger }: { leading: Leading; asked: AskedResyncs; onTrigger: OnTrigger },
  signal: AbortSignal,
): Promise<void> {
  const { settings, log } = deps
  const { identifier } = settings.integration
  const work = async (term: AbortSignal) => {
    const owed = await leading.duty.isOwed().catch(() => "none yet" as const)
    log.debug({ owed }, "This process starts the resyncs")
    const { eventListener } = settings
    // A resync that another process began and ended since this one is there is as good as one of its own.
    const resyncOnStart = eventListener.resyncOnStart && owed !== undefined
    const startsItself = eventListener.type === "POLLING" && resyncOnStart
    // Kafka gives the message again that nobody answered.
    if (owed === "cut short" && !startsItself && eventListener.type !== "KAFKA") void onTrigger("start")
    const over = new AbortController()
    const within = AbortSignal.any([term, over.signal])
    const starters = listenersOf(deps, { ...eventListener, resyncOnStart }, onTrigger)
    const [listening, ...others] = starters.map((start) => start(within))
    others.push(asked.watch(() => void onTrigger("request"), within))
    await listening
    over.abort()
    await Promise.all(others)
  }
  await leading.leader.whileHeld({ name: `resync leader ${identifier}`, purpose: "lead" }, work, signal)
}

function listenersOf(
  { app, settings, clock, log }: ServeDeps,
  eventListener: Settings["eventListener"],
  onTrigger: OnTrigger,
): [Listen, ...Listen[]] {
  const listen = chooseListener(eventListener, {
    port: app.port,
    integration: settings.integration,
    onTrigger,
    tls: {
      verify: settings.ssl.port.verify,
      certificates: () => readCertificates(settings.network.certificatePaths),
    },
    log,
    clock,
  })
  const { scheduledResyncInterval, integration } = settings
  const { incrementalSyncEnabled, incrementalSyncInterval } = integration
  const every = (trigger: "schedule" | "incremental", minutes: number, onNext?: (at: number) => void) => {
    const timer = { onTrigger, trigger, intervalMs: minutes * 60_000, clock, ...(onNext ? { onNext } : {}) }
    return (signal: AbortSignal) => scheduleResyncs(timer, signal)
  }
  const onNext = (at: number) => app.runs?.nextAt(at)
  return [
    listen,
    ...(scheduledResyncInterval === undefined ? [] : [every("schedule", scheduledResyncInterval, onNext)]),
    ...(incrementalSyncEnabled ? [every("incremental", incrementalSyncInterval)] : []),
  ]
}

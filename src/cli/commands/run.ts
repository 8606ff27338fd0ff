// The program's main verb: read the settings, open the parts, run once or go on running.
import { AppError, describeProblem, errorText, InvalidInput } from "../../common/errors.ts"
import type { Logger } from "../../common/logger.ts"
import { createMetrics } from "../../common/metrics.ts"
import { systemClock } from "../../common/sleep.ts"
import { untilStopped } from "../../listeners/listener.ts"
import { shortcomings } from "../../resync/run-record.ts"
import { type App, openApp } from "../app.ts"
import { begin, type RunFlags } from "../begin.ts"
import { connect } from "../connect.ts"
import { exitCodes } from "../exit-codes.ts"
import { endWithin, reportGivenUp } from "../last-word.ts"
import { openLogs } from "../logs.ts"
import { ResyncElsewhere } from "../reported-runs.ts"
import { dutiesOf } from "../roles.ts"
import { serve } from "../serve.ts"
import type { Settings } from "../settings.ts"
import { processEnvironment } from "../settings-sources.ts"
import type { Signals } from "../signals.ts"
import { keepHeapSmall } from "../small-heap.ts"
import type { Start } from "../start-mode.ts"
import { createStory } from "../story.ts"
import { ranOf, tellParent } from "../tell-parent.ts"
import { programVersion } from "../version.ts"

/** Runs until it is done or a signal ends it; answers the exit code. */
export async function run(flags: RunFlags, signals: Signals): Promise<number> {
  const { settings, warnings, secrets, start, once } = begin(flags, processEnvironment())
  refuseIdle(settings, { once, start })
  const metrics = createMetrics()
  const logs = openLogs({ settings, secrets, metrics, terminal: process.stdout.isTTY })
  const { log } = logs
  for (const warning of warnings) log.warn({ warning }, "Setting")
  keepHeapSmall(90)

  // In a log for machines the story is a line like any other.
  const tell =
    settings.logFormat === "json"
      ? (text: string, { secret } = { secret: false }) =>
          log.info({ text: text.trim(), ...(secret ? { local: true } : {}) }, "Told")
      : print
  const story = createStory({ start, settings, once, print: tell })
  let app: App | undefined
  try {
    app = await openApp({
      start,
      settings,
      secrets,
      once,
      version: programVersion(),
      log,
      metrics,
      onProgress: story.progress,
      onDemo: story.tell,
    })
    logs.shipTo(app.port)
    story.opened(app)
    tellParent({ listening: app.server.url })
    const { folder } = flags
    await connect(app, { settings, once, folder, signal: signals.signal, clock: systemClock, log })
    const told = toldRuns(app, story.ran)
    if (once) return await runOnce({ ...app, run: told }, { settings, signals, log })
    await serve({ app: { ...app, run: told }, settings, clock: systemClock, log }, signals.signal)
    return exitCodes.success
  } catch (error) {
    return startFailure(error, { signals, once })
  } finally {
    story.close()
    await logs.close()
    await app?.close()
  }
}

/** Refused in a sentence rather than started to do nothing. */
function refuseIdle(
  { eventListener, role }: Settings,
  { once, start }: { once: boolean; start: Start },
): void {
  if (start.mode === "demo" && role !== "all") {
    const what = `${role} is one of several processes, and the demo is one process: its organization lives in it`
    throw new InvalidInput("Nothing was started", [
      { where: "OCEAN__ROLE", what, hint: "leave it out, or set a Sentry token" },
    ])
  }
  if (once && !dutiesOf(role).resyncs) {
    const what = `${role} makes no resync, which is all that a single run is for`
    throw new InvalidInput("Nothing was started", [{ where: "OCEAN__ROLE", what, hint: "use all or resync" }])
  }
  const what = once
    ? eventListener.shouldResync === false && "a single run without a resync would do nothing"
    : eventListener.type === "ACTIONS_ONLY" && "ACTIONS_ONLY would do nothing: Sentry has no actions"
  if (!what) return
  const hint = once ? "leave shouldResync out" : 'use {"type":"POLLING"} or {"type":"ONCE"}'
  throw new InvalidInput("Nothing was started", [{ where: "OCEAN__EVENT_LISTENER", what, hint }])
}

/** Runs whose ends are told. */
function toldRuns(app: App, tell: (record: Awaited<ReturnType<App["run"]>>) => void): App["run"] {
  return async (trigger, signal, order) => {
    const record = await app.run(trigger, signal, order)
    tell(record)
    return record
  }
}

async function runOnce(
  app: Pick<App, "run" | "port">,
  { settings, signals, log }: { settings: Settings; signals: Signals; log: Logger },
): Promise<number> {
  const trigger = settings.integration.incrementalSyncEnabled ? "incremental" : "once"
  const running = app.run(trigger, signals.signal)
  try {
    await Promise.race([running, untilStopped(signals.signal)])
  } catch (error) {
    if (!(error instanceof ResyncElsewhere)) throw error
    process.stderr.write(`ocean-sentry: ${errorText(error)}\n  ${error.hint}\n`)
    return settings.once.skipIsSuccess ? exitCodes.success : exitCodes.skipped
  }
  if (signals.signal.aborted) {
    const hasEnded = await endWithin(settings.maxWaitSecondsBeforeShutdown * 1_000, systemClock, [running])
    if (!hasEnded) await reportGivenUp(app.port.integration, log)
    return signals.exitCode()
  }
  const record = await running
  tellParent({ ran: ranOf(record, settings) })
  if (shortcomings(record, settings).length === 0) return exitCodes.success
  return settings.once.exitZeroOnFailure ? exitCodes.success : exitCodes.runFailed
}

/** A start that failed for a reason of its own is told in one line; anything else goes on to be a bug. */
function startFailure(error: unknown, { signals, once }: { signals: Signals; once: boolean }): number {
  // A service that is stopped while it waits for Port is stopped cleanly.
  if (signals.signal.aborted) return once ? signals.exitCode() : exitCodes.success
  if (error instanceof InvalidInput || !(error instanceof AppError)) throw error
  process.stderr.write(`ocean-sentry: ${errorText(error)}${error.hint ? `\n  ${error.hint}` : ""}\n`)
  return exitCodes.startFailed
}

/** What went wrong with what a person wrote, a line each. */
export function describeInvalidInput(error: InvalidInput): string {
  return error.problems.map((problem) => `  ${describeProblem(problem)}`).join("\n")
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

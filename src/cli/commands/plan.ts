// What a run would do, without doing it: the same start, the same run, nothing written anywhere.
import { createLogger } from "../../common/logger.ts"
import { systemClock } from "../../common/sleep.ts"
import { planJson } from "../../resync/plan/plan-report.ts"
import { shortcomings } from "../../resync/run-record.ts"
import { openApp } from "../app.ts"
import { begin, type RunFlags } from "../begin.ts"
import { connect } from "../connect.ts"
import { exitCodes } from "../exit-codes.ts"
import { planPage } from "../plan-page.ts"
import { createProgress } from "../progress.ts"
import { routeLine } from "../route-line.ts"
import { processEnvironment } from "../settings-sources.ts"
import type { Signals } from "../signals.ts"
import { databaseFor } from "../state-folder.ts"
import { programVersion } from "../version.ts"

export interface PlanFlags extends RunFlags {
  all: boolean
  json: boolean
}

/** Answers the exit code: 0 when the run would be a success, 4 when it would not. */
export async function plan(flags: PlanFlags, signals: Signals): Promise<number> {
  const { settings, warnings, secrets, start, once } = begin(flags, processEnvironment())
  const log = createLogger({
    level: settings.given.has("logLevel") ? settings.logLevel : "error",
    format: settings.logFormat,
    secrets,
    // Standard output is the plan's alone.
    write: (line) => void process.stderr.write(line),
  }).child({ plan: true }) // so that no line reads as if something had been done
  for (const warning of warnings) log.warn({ warning }, "Setting")
  let waitedMs = () => 0
  const progress = createProgress({
    stream: process.stderr,
    now: Date.now,
    fate: "to write",
    waitedMs: () => waitedMs(),
  })
  const app = await openApp({
    purpose: "plan",
    start,
    settings,
    secrets,
    once,
    version: programVersion(),
    log,
    onProgress: progress.update,
  })
  try {
    waitedMs = app.waitedMs
    // A plan is made once: like a single run it does not wait for a Port that is away.
    await connect(app, {
      settings,
      folder: flags.folder,
      once: true,
      signal: signals.signal,
      clock: systemClock,
      log,
    })
    if (!app.planner) throw new Error("the parts were opened for a plan, and have no planner")
    const planned = await app.planner.plan(signals.signal)
    progress.clear()
    if (signals.signal.aborted) return signals.exitCode()
    const place = databaseFor(start, { once, url: settings.database.url })
    const text = flags.json
      ? JSON.stringify(planJson(planned, settings), null, 2)
      : `Plan: ${routeLine(start, settings, `in ${place}`)}\n\n${planPage(planned, { ...settings, all: flags.all })}`
    process.stdout.write(`${text}\n`)
    return shortcomings(planned.record, settings).length === 0 ? exitCodes.success : exitCodes.runFailed
  } catch (error) {
    progress.clear()
    if (signals.signal.aborted) return signals.exitCode()
    throw error
  } finally {
    await app.close()
  }
}

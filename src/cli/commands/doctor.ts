// Checks everything a run needs, and changes nothing: settings, Sentry, Port, the mapping, live events, this machine.
import { AppError, describeProblem, errorText, InvalidInput } from "../../common/errors.ts"
import { createLogger, type Logger } from "../../common/logger.ts"
import { systemClock } from "../../common/sleep.ts"
import { type App, openApp } from "../app.ts"
import { begin, type RunFlags } from "../begin.ts"
import { connect } from "../connect.ts"
import { checkBlueprints } from "../doctor/check-blueprints.ts"
import { checkLiveEvents } from "../doctor/check-live-events.ts"
import { checkPort, checkWriting } from "../doctor/check-port.ts"
import { checkDatabase, checkListening } from "../doctor/check-process.ts"
import { checkSentry } from "../doctor/check-sentry.ts"
import { doctorJson, doctorPage } from "../doctor/doctor-page.ts"
import { exitCodeOf, type Finding, fine, found, type Section } from "../doctor/finding.ts"
import { readMapping } from "../doctor/read-mapping.ts"
import { routeLine } from "../route-line.ts"
import { processEnvironment, type SettingsRead } from "../settings-sources.ts"
import type { Signals } from "../signals.ts"
import type { Start } from "../start-mode.ts"
import { databaseFor } from "../state-folder.ts"
import { programVersion } from "../version.ts"

export interface DoctorFlags extends RunFlags {
  json: boolean
}

/** Prints one page and answers the exit code that its worst finding means. */
export async function doctor(flags: DoctorFlags, signals: Signals): Promise<number> {
  try {
    const { heading, sections } = await diagnose(flags, processEnvironment(), signals.signal)
    const text = flags.json ? JSON.stringify(doctorJson(sections), null, 2) : doctorPage(heading, sections)
    process.stdout.write(`${text}\n`)
    return exitCodeOf(sections)
  } catch (error) {
    if (signals.signal.aborted) return signals.exitCode()
    throw error
  }
}

/** All findings. Throws when the signal fires, and for mistakes of this program. */
export async function diagnose(
  flags: RunFlags,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<{ heading: string; sections: Section[] }> {
  const title = `ocean-sentry ${programVersion()} doctor`
  const begun = tryToBegin(flags, environment)
  if ("problems" in begun)
    return { heading: title, sections: [{ title: "Settings", findings: begun.problems }] }
  const { start, read, once } = begun
  const place = databaseFor(start, { once, url: read.settings.database.url })
  return {
    heading: `${title}: ${routeLine(start, read.settings, `in ${place}`)}`,
    sections: await examine(begun, place, signal),
  }
}

interface Begun {
  read: SettingsRead
  start: Start
  once: boolean
  folder: string
}

function tryToBegin(
  flags: RunFlags,
  environment: Readonly<Record<string, string | undefined>>,
): Begun | { problems: Finding[] } {
  try {
    const { start, once, ...read } = begin(flags, environment)
    return { read, start, once, folder: flags.folder }
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return {
      problems: error.problems.map(({ hint, ...problem }) =>
        found("setting", `${describeProblem(problem)}.`, hint),
      ),
    }
  }
}

async function examine(begun: Begun, place: string | undefined, signal: AbortSignal): Promise<Section[]> {
  const { start, read, once } = begun
  const { settings } = read
  const process = [
    await checkDatabase(place),
    await checkListening({
      port: settings.server.port,
      host: settings.server.host,
      furtherPorts: start.mode === "demo" && !settings.given.has("server.port") ? 50 : 0,
    }),
  ]
  const log = quietLog(read)
  const app = await openApp({
    purpose: "check",
    start,
    settings,
    secrets: read.secrets,
    once,
    version: programVersion(),
    log,
  })
  try {
    const probe = await app.integration.probe(signal)
    return [
      { title: "Settings", findings: settingFindings(begun) },
      { title: "Sentry", findings: checkSentry(probe) },
      ...(await portSections(app, begun, log, signal)),
      {
        title: "Live events",
        findings: checkLiveEvents({
          settings,
          once,
          demo: start.mode === "demo",
          off: settings.eventListener.shouldProcessWebhooks === false,
          webhookUrls: probe.webhookUrls,
        }),
      },
      { title: "This process", findings: process },
    ]
  } finally {
    await app.close()
  }
}

function settingFindings({ read, start, once }: Begun): Finding[] {
  const what = {
    demo: "Nothing of Sentry or Port is set: the demo, a simulated organization into the embedded catalog.",
    embedded: "Sentry is set and Port is not: your organization into the embedded catalog.",
    "drop-in": "Port and Sentry are set: your organization into Port.",
  }[start.mode]
  const way = once ? " One resync, then the end." : ""
  return [fine(`${what}${way}`), ...read.warnings.map((warning) => found("note", `${warning}.`))]
}

async function portSections(
  app: App,
  { start, read, once, folder }: Begun,
  log: Logger,
  signal: AbortSignal,
): Promise<Section[]> {
  const { settings } = read
  const title = start.mode === "drop-in" ? "Port" : "Catalog"
  const { port } = app
  const name = start.mode === "drop-in" ? `Port at ${start.port.baseUrl}` : "The embedded catalog"
  const { findings, reachable } = await checkPort({ port, name, type: settings.integration.type, signal })
  if (!reachable) return [{ title, findings }]
  try {
    // As a start does it, with the writes planned instead of sent: what it would install counts as there.
    await connect(app, { settings, folder, once: true, signal, clock: systemClock, log })
    const mapping = await readMapping(app, signal)
    const writing = mapping ? await checkWriting(port, [...mapping.blueprints.keys()], signal) : []
    const checked = mapping ? checkBlueprints(mapping) : [noMapping(once)]
    return [
      { title, findings: [...findings, ...writing] },
      { title: "Mapping", findings: checked },
    ]
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof AppError)) throw error
    const hint = error.hint ?? "see docs/running.md for what a first start installs"
    return [{ title, findings: [...findings, found("no-start", `${errorText(error)}.`, hint)] }]
  }
}

function noMapping(once: boolean): Finding {
  return found("blocked", `There is no mapping${once ? "" : " yet"}.`, "give the integration one in Port")
}

/** What goes wrong is the page's to tell. */
function quietLog({ settings, secrets }: SettingsRead): Logger {
  return createLogger({
    level: settings.given.has("logLevel") ? settings.logLevel : "fatal",
    format: settings.logFormat,
    secrets,
    write: (line) => void process.stderr.write(line),
  }).child({ check: true }) // so that no line reads as if something had been done
}

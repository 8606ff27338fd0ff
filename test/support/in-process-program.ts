// The long-running program in this process: settings as its users give them, a catalog as Port, a simulated Sentry.
import { tmpdir } from "node:os"
import { onTestFinished } from "vitest"
import { openApp } from "../../src/cli/app.ts"
import { connect } from "../../src/cli/connect.ts"
import { serve } from "../../src/cli/serve.ts"
import { readSettings } from "../../src/cli/settings-sources.ts"
import { chooseStart } from "../../src/cli/start-mode.ts"
import { createLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import type { RunRecord } from "../../src/resync/run-record.ts"
import { peerVariables } from "./peer-variables.ts"

export interface Program {
  /** Of the one port of the process. */
  url: string
  /** Runs that have ended, oldest first. */
  runs: RunRecord[]
  /** What was logged, as JSON. */
  log: Record<string, unknown>[]
  /** Resolves when the program has ended, by itself or by `stop`. */
  ended: Promise<void>
  /** What SIGTERM does. */
  stop(): Promise<void>
}

export interface ProgramOptions {
  port: { url: string; clientId: string; clientSecret: string }
  sentry: { url: string; token: string; slug: string }
  /** Further variables, with or without `OCEAN__` in front of them. */
  environment: Record<string, string>
}

/** Started, connected and listening; stopped at the end of the test that calls this. */
export async function startProgram({ port, sentry, environment }: ProgramOptions): Promise<Program> {
  const folder = `${tmpdir()}/no-such-folder`
  const { settings, secrets } = readSettings({
    flags: {},
    environment: {
      ...peerVariables({ port, catalog: port, sentry }),
      OCEAN__INTEGRATION__IDENTIFIER: "my-sentry",
      OCEAN__DATABASE__URL: ":memory:",
      OCEAN__SERVER__PORT: "0",
      ...environment,
    },
    folder,
  })
  const log: Record<string, unknown>[] = []
  const logger = createLogger({
    level: "debug",
    format: "json",
    secrets,
    write: (line) => log.push(JSON.parse(line)),
  })
  const start = chooseStart(settings)
  const app = await openApp({ start, settings, secrets, once: false, version: "0.0.0", log: logger })
  const signals = new AbortController()
  const runs: RunRecord[] = []
  const run: typeof app.run = async (trigger, signal, order) => {
    const record = await app.run(trigger, signal, order)
    runs.push(record)
    return record
  }
  const ended = connect(app, {
    settings,
    once: false,
    folder,
    signal: signals.signal,
    clock: systemClock,
    log: logger,
  })
    .then(() => serve({ app: { ...app, run }, settings, clock: systemClock, log: logger }, signals.signal))
    .finally(() => app.close())
  // Told to whoever waits for it; until then it is nobody's unhandled failure.
  ended.catch(() => undefined)
  const stop = async () => {
    signals.abort()
    await ended
  }
  onTestFinished(() => stop().catch(() => undefined))
  return { url: app.server.url, runs, log, ended, stop }
}

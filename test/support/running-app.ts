// The program in its drop-in mode, all but its command line: settings from variables, a simulated Sentry, and a catalog
// in Port's place behind a window into what is sent.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { type App, openApp } from "../../src/cli/app.ts"
import { connect } from "../../src/cli/connect.ts"
import { openLogs } from "../../src/cli/logs.ts"
import { readSettings } from "../../src/cli/settings-sources.ts"
import { chooseStart } from "../../src/cli/start-mode.ts"
import { createMetrics } from "../../src/common/metrics.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { generateOrganization } from "../../src/simulator/generate.ts"
import type { Simulator } from "../../src/simulator/serve.ts"
import { type RunningCatalog, startCatalog } from "./catalog.ts"
import { peerVariables } from "./peer-variables.ts"
import { type PortProxy, startPortProxy } from "./port-proxy.ts"
import { useSimulator } from "./simulator.ts"

export interface RunningApp {
  app: App
  catalog: RunningCatalog
  port: PortProxy
  sentry: Simulator
  /** What went to standard output as log, line by line. */
  lines: string[]
  secrets: { sentryToken: string; clientSecret: string; webhookSecret: string }
  /** Ends it as the program does: what is to be told is told. */
  close(): Promise<void>
}

export interface RunningAppOptions {
  /** Further variables. */
  environment?: Record<string, string>
  size?: { projects: number; issuesPerProject: number }
  /** Whether it signs in and installs the defaults. Default true. */
  connected?: boolean
  /** As if standard output were a terminal. Default false. */
  terminal?: boolean
}

/** Lives until the end of the test that calls this, at the latest. */
export async function startRunningApp(options: RunningAppOptions = {}): Promise<RunningApp> {
  const catalog = await startCatalog()
  onTestFinished(() => catalog.close())
  const port = await startPortProxy(catalog.url)
  onTestFinished(() => port.close())
  const { projects, issuesPerProject } = options.size ?? { projects: 2, issuesPerProject: 3 }
  const sentry = await useSimulator({
    organization: generateOrganization({ seed: 3, projects, issuesPerProject }),
  })
  const folder = mkdtempSync(join(tmpdir(), "running-app-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const webhookSecret = "the-webhook-secret-of-this-test"

  const { settings, secrets } = readSettings({
    flags: {},
    folder,
    environment: {
      ...peerVariables({ port, catalog, sentry }),
      OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET: webhookSecret,
      OCEAN__DATABASE__URL: join(folder, "state.db"),
      OCEAN__SERVER__PORT: "0",
      ...options.environment,
    },
  })
  const lines: string[] = []
  const metrics = createMetrics()
  const logs = openLogs({
    settings,
    secrets,
    metrics,
    terminal: options.terminal ?? false,
    write: (line) => void lines.push(line.trimEnd()),
  })
  const { log } = logs
  const app = await openApp({
    start: chooseStart(settings),
    settings,
    secrets,
    once: false,
    version: "1.2.3",
    log,
    metrics,
  })
  logs.shipTo(app.port)
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= logs.close().then(() => app.close())
    return closing
  }
  onTestFinished(close)
  if (options.connected ?? true) {
    const signal = new AbortController().signal
    await connect(app, { folder: ".", settings, once: false, signal, clock: systemClock, log })
  }
  return {
    app,
    catalog,
    port,
    sentry,
    lines,
    secrets: { sentryToken: sentry.token, clientSecret: catalog.clientSecret, webhookSecret },
    close,
  }
}

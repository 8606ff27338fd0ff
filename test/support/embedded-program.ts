// The program with its embedded catalog in this process, all but its command line, and a person signed in at its pages.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { openApp } from "../../src/cli/app.ts"
import { connect } from "../../src/cli/connect.ts"
import { serve } from "../../src/cli/serve.ts"
import { readSettings } from "../../src/cli/settings-sources.ts"
import { chooseStart } from "../../src/cli/start-mode.ts"
import { createLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import type { RunSummary } from "../../src/resync/history/run-summary.ts"
import type { Organization } from "../../src/simulator/organization.ts"
import type { Simulator } from "../../src/simulator/serve.ts"
import { type PageAnswer, send } from "./pages.ts"
import { useSimulator } from "./simulator.ts"

export interface EmbeddedProgram {
  url: string
  sentry: Simulator
  webhookSecret: string
  /** As the page of a signed-in person asks; throws where the answer is an error, unless `status` says which. */
  ask<T = Record<string, unknown>>(method: string, path: string, body?: unknown, status?: number): Promise<T>
  answer(method: string, path: string, body?: unknown): Promise<PageAnswer>
  /** The next of the stream's events that fits, read from its begin. */
  cookie: string
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  organization: Organization
  /** Further variables. */
  environment?: Record<string, string>
  /** Of an earlier one, to start it anew. Default: one that is removed afterwards. */
  folder?: string
}

/** Started, connected and listening; stopped at the end of the test that calls this. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedProgram> {
  const sentry = await useSimulator({ organization: options.organization })
  const folder = options.folder ?? temporaryFolder()
  const webhookSecret = "the-webhook-secret-of-this-test"
  const { settings, secrets } = readSettings({
    flags: {},
    folder,
    environment: {
      OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: sentry.url,
      OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: sentry.token,
      OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: sentry.slug,
      OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET: webhookSecret,
      OCEAN__DATABASE__URL: join(folder, "state.db"),
      OCEAN__SERVER__PORT: "0",
      ...options.environment,
    },
  })
  const log = createLogger({ level: "error", format: "json", secrets, write: () => {} })
  const app = await openApp({
    start: chooseStart(settings),
    settings,
    secrets,
    once: false,
    version: "0.0.0",
    log,
  })
  const signals = new AbortController()
  const { signal } = signals
  const ended = connect(app, { settings, once: false, folder, signal, clock: systemClock, log })
    .then(() => serve({ app, settings, clock: systemClock, log }, signal))
    .finally(() => app.close())
  ended.catch(() => undefined) // told to whoever stops it
  const stop = async () => {
    signals.abort()
    await ended
  }
  onTestFinished(() => stop().catch(() => undefined))

  const { url } = app.server
  const token = app.signInLink?.split("#")[1]
  const signedIn = await send("POST", `${url}/integration/session`, { token })
  const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? ""
  const answer = (method: string, path: string, body?: unknown) =>
    send(method, `${url}${path}`, body, { cookie, "sec-fetch-site": "same-origin" })

  return {
    url,
    sentry,
    webhookSecret,
    cookie,
    answer,
    async ask<T>(method: string, path: string, body?: unknown, status?: number): Promise<T> {
      const got = await answer(method, path, body)
      const isExpected = status === undefined ? got.status < 300 : got.status === status
      if (!isExpected) throw new Error(`${method} ${path}: ${got.status} ${JSON.stringify(got.body)}`)
      return got.body as T // the test says what it asks for
    },
    stop,
  }
}

/** Resolves with the resync of the start, when it has ended. */
export async function firstRun({ ask }: Pick<EmbeddedProgram, "ask">): Promise<RunSummary> {
  for (let tries = 0; tries < 200; tries++) {
    const { runs } = await ask<{ runs: RunSummary[] }>("GET", "/integration/runs")
    const first = runs.at(-1)
    if (first && first.status !== "running") return first
    await systemClock.sleep(50)
  }
  throw new Error("the resync of the start did not end")
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "embedded-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

// Starts of the program against many Ports one after another, in this process, with retries that do not wait.
import { onTestFinished } from "vitest"
import { type App, openApp } from "../../src/cli/app.ts"
import { connect } from "../../src/cli/connect.ts"
import { readSettings } from "../../src/cli/settings-sources.ts"
import { chooseStart } from "../../src/cli/start-mode.ts"
import { createHttpClient } from "../../src/common/http-client.ts"
import { createDispatcher } from "../../src/common/http-dispatcher.ts"
import { silentLogger } from "../../src/common/logger.ts"
import { createPortClient, portRetryPolicy } from "../../src/port/client.ts"
import { type RunningCatalog, startCatalog } from "./catalog.ts"
import { type PortProxy, startPortProxy } from "./port-proxy.ts"

export const identifier = "my-sentry"

export interface Peer {
  catalog: RunningCatalog
  port: PortProxy
}

/** Closed by whoever asked for it, since a test goes through many. */
export async function emptyPort(): Promise<Peer> {
  const catalog = await startCatalog()
  return { catalog, port: await startPortProxy(catalog.url) }
}

export interface QuickStarts {
  /** Resolves when the start is through; rejects as the program ends. */
  start(peer: Peer): Promise<void>
  /** What the process said of itself at each pause of a service that waits for Port. */
  notReady: (string | undefined)[]
}

/** Lives until the end of the test. */
export async function quickStarts({ once }: { once: boolean }): Promise<QuickStarts> {
  const dispatcher = createDispatcher({ connections: 10, verifyTls: true, extraCertificates: [], proxy: {} })
  onTestFinished(() => dispatcher.close())
  const folder = "/no/such/folder"
  const { settings, secrets } = readSettings({
    flags: {},
    environment: {
      OCEAN__PORT__CLIENT_ID: "unused",
      OCEAN__PORT__CLIENT_SECRET: "unused",
      OCEAN__INTEGRATION__IDENTIFIER: identifier,
      OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: "unused",
      OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: "acme",
      OCEAN__DATABASE__URL: ":memory:",
      OCEAN__SERVER__PORT: "0",
    },
    folder,
  })
  const log = silentLogger
  const chosen = chooseStart(settings, { once })
  const app = await openApp({ settings, secrets, once, version: "0.0.0", log, start: chosen })
  onTestFinished(() => app.close())
  const notReady: QuickStarts["notReady"] = []
  const clock = { now: Date.now, sleep: async () => void notReady.push(app.health.notReady) }

  return {
    notReady,
    async start({ catalog: { clientId, clientSecret }, port }) {
      const http = createHttpClient({
        peer: "Port",
        dispatcher,
        retry: { ...portRetryPolicy(1), capMs: 5 },
        timeoutMs: 10_000,
        log,
      })
      const client = createPortClient({
        http,
        baseUrl: port.url,
        clientId,
        clientSecret,
        integration: { type: "sentry", identifier, version: "0.0.0" },
        limits: { maxLength: 20, maxBytes: 1_048_576 },
        deleteBatch: 100,
        concurrency: 5,
        bulkRetry: portRetryPolicy(1),
      })
      const signal = new AbortController().signal
      const quick: App = { ...app, port: client }
      await connect(quick, { settings, once, signal, clock, log, folder })
    },
  }
}

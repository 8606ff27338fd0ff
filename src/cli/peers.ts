// The two peers of a process, Port and Sentry, as the settings name them.
import type { HttpClient } from "../common/http-client.ts"
import type { Logger } from "../common/logger.ts"
import { systemClock } from "../common/sleep.ts"
import type { Database } from "../database/database.ts"
import type { Integration } from "../integration.ts"
import { createPortClient, type PortClient, portRetryPolicy } from "../port/client.ts"
import { sentryIntegration } from "../sentry/integration.ts"
import { createRateLimits, type RateLimits } from "../sentry/rate-limits.ts"
import { sentryRetryPolicy } from "../sentry/retry-policy.ts"
import { noScanState, type ScanState } from "../sentry/scan-state.ts"
import type { AppOptions } from "./app.ts"
import type { DemoSentry } from "./demo.ts"
import { createPeerClient } from "./network.ts"
import type { Measures } from "./reporting.ts"
import type { Settings } from "./settings.ts"
import type { SimulatedLife } from "./simulated-life.ts"
import type { SentryAccess } from "./start-mode.ts"

export function openPort(
  { settings, version, log, purpose }: AppOptions,
  {
    access,
    parts,
    measures,
  }: {
    access: { baseUrl: string; clientId: string; clientSecret: string }
    parts: AsyncDisposableStack
    measures?: Measures
  },
): PortClient {
  const retry = purpose === "check" ? { ...portRetryPolicy(), retries: 1 } : portRetryPolicy()
  const http = parts.adopt(
    createPeerClient(settings, {
      peer: "Port",
      url: access.baseUrl,
      retry,
      timeoutMs: 60_000,
      connections: 20,
      log,
      onExchange: measures?.onExchange,
    }),
    (one) => one.close(),
  )
  const { type, identifier } = settings.integration
  return createPortClient({
    ...access,
    http,
    integration: { type, identifier, version },
    limits: {
      maxLength: Math.min(20, settings.upsertEntitiesBatchMaxLength),
      maxBytes: settings.upsertEntitiesBatchMaxSizeInBytes,
    },
    deleteBatch: settings.deleteEntitiesMaxBatchSize,
    concurrency: 5,
    // Entities get a second chance when all kinds are through, so a bulk need not wait out a long fault.
    bulkRetry: { ...portRetryPolicy(), retries: 4 },
  })
}

export interface OpenSentry {
  integration: Integration
  access: SentryAccess
  http: HttpClient
  limits: RateLimits
}

export async function openSentry(
  options: AppOptions,
  parts: AsyncDisposableStack,
  {
    measures,
    life,
    database,
  }: { measures?: Measures; life?: SimulatedLife | undefined; database?: Database | undefined } = {},
): Promise<OpenSentry> {
  const { start, settings, version, log } = options
  const access: SentryAccess =
    start.mode === "demo"
      ? parts.adopt(await startDemo(settings, log, life), (one) => one.close()).access
      : start.sentry
  const http = parts.adopt(
    createPeerClient(settings, {
      peer: "Sentry",
      url: access.host,
      retry: sentryRetryPolicy(options.purpose === "check" ? { retries: 1 } : {}),
      timeoutMs: settings.clientTimeout * 1_000,
      connections: settings.sentryConcurrency,
      log,
      onExchange: measures?.onExchange,
    }),
    (one) => one.close(),
  )
  const limits = createRateLimits(measures)
  const integration = sentryIntegration({
    http,
    settings: access,
    log,
    limits,
    version,
    keepResolvedForMs: settings.keepResolvedFor,
    ...(options.purpose === "check" ? { refusalDeadlineMs: 30_000 } : {}),
    tagSource: settings.tagSource,
    scanState: database && isRun(options) ? await scanStateIn(database, access) : noScanState,
  })
  return { integration, access, http, limits }
}

async function startDemo(
  settings: Settings,
  log: Logger,
  life: SimulatedLife | undefined,
): Promise<DemoSentry> {
  const { startDemoSentry } = await import("./demo.ts")
  return startDemoSentry(settings, log, life)
}

/** Of runs only: a plan or a check leaves no trace, not even of what it read. */
async function scanStateIn(database: Database, source: SentryAccess): Promise<ScanState> {
  const { openScanState } = await import("../sentry/scan-state-database.ts")
  return openScanState(database, source, systemClock.now())
}

export function isRun({ purpose = "run" }: AppOptions): boolean {
  return purpose === "run"
}

/** Only a process that goes on running has somebody to look at it. */
export function hasPages(options: AppOptions): boolean {
  return isRun(options) && !options.once && options.settings.pages.enabled
}

// A Sentry, a catalog, and the resync between them, all over HTTP on loopback; nothing of ours is replaced.
import { onTestFinished } from "vitest"
import { createHttpClient } from "../../src/common/http-client.ts"
import { createDispatcher } from "../../src/common/http-dispatcher.ts"
import type { JsonObject } from "../../src/common/json.ts"
import { silentLogger } from "../../src/common/logger.ts"
import { type Clock, systemClock } from "../../src/common/sleep.ts"
import { createJq, type JqOptions } from "../../src/mapping/create-jq.ts"
import { parseAppConfig } from "../../src/port/app-config.ts"
import { createPortClient, portRetryPolicy } from "../../src/port/client.ts"
import { noOrigins } from "../../src/resync/origin-store.ts"
import { openOriginStore } from "../../src/resync/origin-store-database.ts"
import { createPlanner, type Plan } from "../../src/resync/plan.ts"
import { type RefreshResult, refreshObjects } from "../../src/resync/refresh.ts"
import type { RunRecord } from "../../src/resync/run-record.ts"
import { type ResyncDeps, runResync } from "../../src/resync/run-resync.ts"
import { sentryIntegration } from "../../src/sentry/integration.ts"
import { sentryRetryPolicy } from "../../src/sentry/retry-policy.ts"
import type { ScanState } from "../../src/sentry/scan-state.ts"
import { openScanState } from "../../src/sentry/scan-state-database.ts"
import { type RunningCatalog, startCatalog } from "./catalog.ts"
import { type PortProxy, startPortProxy } from "./port-proxy.ts"

export interface StoredEntity {
  identifier: string
  title: string | null
  blueprint: string
  team: unknown
  properties: Record<string, unknown>
  relations: Record<string, unknown>
  updatedAt: string
}

export interface World {
  catalog: RunningCatalog
  /** Between the integration and the catalog. */
  port: PortProxy
  /** What a run is made of, for tests of whatever else uses it. */
  deps: ResyncDeps
  resync(signal?: AbortSignal): Promise<RunRecord>
  /** Issues read again out of turn. */
  refresh(ids: readonly string[], options?: { compare?: boolean }): Promise<RefreshResult>
  /** What a resync would do now. */
  plan(signal?: AbortSignal): Promise<Plan>
  /** The entities of a blueprint, by identifier. */
  entities(blueprint: string): Promise<Record<string, StoredEntity>>
  setMapping(mapping: JsonObject): Promise<void>
  /** Entities and other writes sent since the last call of this. */
  writesSince(): { upserted: number; deleted: number; patched: number }
}

export interface WorldOptions {
  sentry: { url: string; token: string; slug: string }
  mapping: JsonObject
  /** Created in this order; relations may point forwards. */
  blueprints: readonly JsonObject[]
  /** Whether the integration remembers across runs where entities came from. Default true. */
  remembers?: boolean
  /** Whether it remembers what it read of issues. Default false: each run asks for all. */
  scanState?: boolean
  /** How the tags of issues are read. Default: the cheapest exact way. */
  tagSource?: "auto" | "exact"
  createSystemEntities?: boolean
  keepResolvedForMs?: number
  clock?: Clock
  /** First wait before a retry; short, since tests wait for real. */
  retryBaseMs?: number
  /** Name of the integration in Port. */
  identifier?: string
  catalog?: RunningCatalog
  jq?: Partial<JqOptions>
}

/** Lives until the end of the test that calls this. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const clock = options.clock ?? systemClock
  const identifier = options.identifier ?? "my-sentry"
  const catalog = options.catalog ?? (await startCatalog({ clock }))
  if (!options.catalog) onTestFinished(() => catalog.close())
  const port = await startPortProxy(catalog.url)
  onTestFinished(() => port.close())
  const jq = createJq({ log: silentLogger, ...options.jq })
  onTestFinished(() => jq.close())
  const dispatcher = createDispatcher({ connections: 10, verifyTls: true, extraCertificates: [], proxy: {} })
  onTestFinished(() => dispatcher.close())

  const baseMs = options.retryBaseMs ?? 2
  const client = createPortClient({
    http: createHttpClient({
      peer: "Port",
      dispatcher,
      retry: portRetryPolicy(baseMs),
      timeoutMs: 10_000,
      log: silentLogger,
      clock,
    }),
    baseUrl: port.url,
    clientId: catalog.clientId,
    clientSecret: catalog.clientSecret,
    integration: { type: "sentry", identifier, version: "0.0.0" },
    limits: { maxLength: 20, maxBytes: 1_048_576 },
    deleteBatch: 100,
    concurrency: 5,
    bulkRetry: { ...portRetryPolicy(baseMs), retries: 2 },
    clock,
  })
  const integration = sentryIntegration({
    http: createHttpClient({
      peer: "Sentry",
      dispatcher,
      retry: sentryRetryPolicy({ baseMs }),
      timeoutMs: 10_000,
      log: silentLogger,
      clock,
    }),
    settings: { host: options.sentry.url, token: options.sentry.token, organization: options.sentry.slug },
    log: silentLogger,
    clock,
    retryBaseMs: baseMs,
    ...(options.keepResolvedForMs === undefined ? {} : { keepResolvedForMs: options.keepResolvedForMs }),
    ...(options.tagSource === undefined ? {} : { tagSource: options.tagSource }),
    ...(options.scanState ? { scanState: await scanStateOf(options.sentry, catalog, clock) } : {}),
  })
  const origins =
    (options.remembers ?? true) ? await openOriginStore(catalog.database, identifier) : noOrigins
  for (const blueprint of options.blueprints) await create(catalog, bare(blueprint))
  for (const blueprint of options.blueprints) await link(catalog, blueprint)
  await catalog.request("POST", "/v1/integration", {
    installationId: identifier,
    installationAppType: "sentry",
    version: "0.0.0",
    changelogDestination: {},
    config: options.mapping,
  })

  const deps: ResyncDeps = {
    port: client,
    kinds: integration.kinds,
    openRun: integration.openRun,
    jq,
    origins,
    createSystemEntities: options.createSystemEntities ?? false,
    keepEventsMs: 90 * 86_400_000,
    maskExamples: undefined,
    log: silentLogger,
    clock,
  }
  return {
    catalog,
    port,
    deps,
    resync: (signal = new AbortController().signal) => runResync(deps, "once", signal),
    async refresh(ids, options) {
      const record = await client.integration.get()
      const selectors = new Map(integration.kinds.map((kind) => [kind.name, kind.selector]))
      return refreshObjects(
        { ...deps, openRun: integration.openRun },
        {
          parsed: parseAppConfig(record?.config, selectors),
          kinds: ["issue", "issue-tag"],
          objects: ids.map((id) => ({ part: "", id })),
          ...options,
        },
        new AbortController().signal,
      )
    },
    plan: (signal = new AbortController().signal) => createPlanner(deps).plan(signal),
    async entities(blueprint) {
      const { status, body } = await catalog.request("GET", `/v1/blueprints/${blueprint}/entities`)
      if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`)
      const { entities } = body as { entities: StoredEntity[] } // the catalog's own answer
      return Object.fromEntries(entities.map((entity) => [entity.identifier, entity]))
    },
    async setMapping(config) {
      await catalog.request("PATCH", `/v1/integration/${identifier}/config`, { config })
    },
    writesSince() {
      const upserted = port
        .sentTo("POST", /\/entities(\/bulk)?$/)
        .flatMap(({ body }) => entitiesIn(body)).length
      const deleted = port
        .sentTo("POST", /\/bulk\/entities\/delete$/)
        .flatMap(({ body }) => entitiesIn(body)).length
      const patched = port.sentTo("PATCH", /\/entities\//).length
      port.sent.length = 0
      return { upserted, deleted, patched }
    },
  }
}

function scanStateOf(
  { url, slug }: WorldOptions["sentry"],
  { database }: RunningCatalog,
  clock: Clock,
): Promise<ScanState> {
  return openScanState(database, { host: url, organization: slug }, clock.now())
}

function entitiesIn(body: unknown): unknown[] {
  const { entities } = (body ?? {}) as { entities?: unknown[] } // a bulk, or else one entity
  return entities ?? [body]
}

function bare(blueprint: JsonObject): JsonObject {
  const { relations, mirrorProperties, calculationProperties, aggregationProperties, ...rest } = blueprint
  return rest
}

async function create(catalog: RunningCatalog, blueprint: JsonObject): Promise<void> {
  const { status, body } = await catalog.request("POST", "/v1/blueprints", blueprint)
  if (status !== 201) throw new Error(`${String(blueprint.identifier)}: ${status} ${JSON.stringify(body)}`)
}

async function link(catalog: RunningCatalog, { identifier, relations }: JsonObject): Promise<void> {
  const { status, body } = await catalog.request("PATCH", `/v1/blueprints/${String(identifier)}`, {
    relations: relations ?? {},
  })
  if (status !== 200) throw new Error(`${String(identifier)}: ${status} ${JSON.stringify(body)}`)
}

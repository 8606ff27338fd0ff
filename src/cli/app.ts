// The composition root: builds all parts from settings, and nothing else does. Parts that a single run against Port does
// without (database, catalog, simulator) are imported where they are opened: that is a third of the program's start.
import type { Hono } from "hono"
import { AppError } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import { createMask } from "../common/mask.ts"
import { createMetrics, type Metrics } from "../common/metrics.ts"
import type { Operation } from "../common/operation.ts"
import { systemClock } from "../common/sleep.ts"
import type { AskVisitor } from "../common/visitor.ts"
import type { Database } from "../database/database.ts"
import type { Integration } from "../integration.ts"
import type { Jq } from "../mapping/jq.ts"
import type { RunControl } from "../pages/run-control.ts"
import type { PortClient } from "../port/client.ts"
import type { RunHistory } from "../resync/history/run-history.ts"
import type { LiveWatch } from "../resync/live-watch.ts"
import { noOrigins, type OriginStore } from "../resync/origin-store.ts"
import type { Planner } from "../resync/plan.ts"
import type { OpenResource } from "../resync/readings.ts"
import type { RunOrder } from "../resync/run-order.ts"
import type { RunRecord, Trigger } from "../resync/run-record.ts"
import type { ResyncDeps } from "../resync/run-resync.ts"
import type { Splitting } from "../resync/split/splitting.ts"
import type { CatalogPart } from "./catalog-part.ts"
import type { Health } from "./health-routes.ts"
import { demoLife, type Hooks, openHooks, sayHowHooksStand } from "./hooks.ts"
import { type HttpServer, listen } from "./http-server.ts"
import { jqFor } from "./jq-for.ts"
import type { Leading } from "./leading.ts"
import { type Listening, openListening } from "./listening.ts"
import type { LivePart } from "./live-part.ts"
import { openState } from "./open-state.ts"
import { type OwnRoutesDeps, ownRoutes } from "./own-routes.ts"
import type { PagesPart } from "./pages-part.ts"
import { hasPages, isRun, openPort, openSentry } from "./peers.ts"
import { reportedRuns } from "./reported-runs.ts"
import { openMeasures } from "./reporting.ts"
import { resyncOperations } from "./resync-route.ts"
import { dutiesOf } from "./roles.ts"
import type { Settings } from "./settings.ts"
import type { Start } from "./start-mode.ts"
import { databaseFor, isShared } from "./state-folder.ts"

export interface App extends Omit<Listening, "routes"> {
  server: HttpServer
  /** Signs the first person in at the pages; undefined where somebody has signed in, or there are no pages. */
  signInLink: string | undefined
  /** What the pages know of the runs of this process; undefined where there are no pages. */
  runs: RunControl | undefined
  health: Health
  /** Where only a plan or a check is made, one that sends no writes. */
  port: PortClient
  integration: Integration
  jq: Jq
  /** One resync, reported to Port. */
  run(trigger: Trigger, signal: AbortSignal, order?: RunOrder): Promise<RunRecord>
  /** What the processes of one installation agree on; undefined where nothing is kept that they could share. */
  leading: Leading | undefined
  /** Makes parts of the resyncs that other processes lead until the signal fires; undefined where it does not. */
  help: ((signal: AbortSignal) => Promise<void>) | undefined
  /** Does its part for live events until the signal fires; undefined where it has none. */
  live: ((how: { isResyncing(): boolean }, signal: AbortSignal) => Promise<void>) | undefined
  /** Undefined where it is opened for a run. */
  planner: Planner | undefined
  /** Milliseconds that requests have waited for Sentry's limits. */
  waitedMs(): number
  close(): Promise<void>
}

export interface AppOptions {
  /** A plan and a check change nothing, wherever they look; a check does not try for long. Default: a run. */
  purpose?: "run" | "plan" | "check"
  start: Start
  settings: Settings
  secrets: readonly string[]
  once: boolean
  version: string
  log: Logger
  /** Where something measures already; else they begin here. */
  metrics?: Metrics
  onProgress?: (resources: readonly OpenResource[]) => void
  /** Told in a sentence what happens in the demo's organization, and when it is in the catalog. */
  onDemo?: (sentence: string) => void
}

/** Opens all parts; what was opened is closed again when a later part cannot be. */
export async function openApp(options: AppOptions): Promise<App> {
  const parts = new AsyncDisposableStack()
  try {
    return await openParts(options, parts)
  } catch (error) {
    await parts.disposeAsync()
    throw error
  }
}

async function openParts(options: AppOptions, parts: AsyncDisposableStack): Promise<App> {
  const { start, settings, version } = options
  const metrics = options.metrics ?? createMetrics()
  const health: Health = { notReady: "starting" }
  const place = await placeOf(options)
  const root = ownRoutes({
    version,
    health,
    metrics,
    prefix: settings.pathPrefix,
    operations: [
      ...resyncOperations,
      ...(await pageOperationsFor(options, place)),
      ...(await catalogOperationsFor(options)),
    ],
    ...(start.mode !== "drop-in" && place !== undefined ? { catalog: { database: place } } : {}),
    ...(place !== undefined && hasPages(options) ? { pages: await openPageFiles() } : {}),
  })

  const database =
    place === undefined ? undefined : parts.adopt(await openState(place, options), (one) => one.close())
  if (database) health.ability = () => troubleOf(database)
  const pages = parts.adopt(await openPages(options, database), (one) => one?.close())
  const catalog =
    start.mode === "drop-in" || !database
      ? undefined
      : await openCatalogIn(database, { ...options, askVisitor: pages?.ask }, parts)
  if (catalog) root.route("/", catalog.routes)
  const clientSecret = start.mode === "drop-in" ? start.port.clientSecret : (catalog?.clientSecret ?? "")
  const { routes, ...listening } = openListening(settings, { once: options.once, clientSecret })
  root.route("/", routes)
  const hooks = await openHooks(options, database)
  const duties = dutiesOf(settings.role)
  // A single run takes no webhooks, but leaves alone what a process beside it has read by one.
  const live =
    database && isRun(options)
      ? parts.adopt(await openLive(options, { hooks, database, metrics }), (one) => one.close())
      : undefined
  if (live && hooks && duties.receives) root.route("/", live.routes)
  if (pages) root.route("/integration", pages.routes) // after the routes there that are for everybody
  const server = parts.adopt(await listenFor(options, root), (one) => one.close())

  const access =
    start.mode === "drop-in"
      ? start.port
      : { baseUrl: server.url, clientId: catalog?.clientId ?? "", clientSecret }
  const measures = openMeasures(metrics)
  const port = openPort(options, { access, parts, measures })
  const sentry = await openSentry(options, parts, {
    measures,
    database,
    life: hooks && demoLife(options, hooks, server.url),
  })
  const { integration } = sentry
  const origins = database ? await originsIn(database, settings) : noOrigins
  const deps = openResync(options, { port, integration, origins, parts, live: live?.watch })
  const leading =
    database && place !== undefined && isRun(options)
      ? await leadingIn(database, options, { place })
      : undefined
  const history = database && isRun(options) ? await historyIn(database, settings) : undefined
  if (pages && history && leading) {
    const { access: asked } = sentry
    await pages.open({
      history,
      integration,
      leading,
      resync: deps,
      sentry: asked,
      url: server.url,
      takesEvents: hooks !== undefined && duties.receives,
    })
  }
  const planner = isRun(options) ? undefined : await plannerFor(deps)
  const permitted = planner?.port ?? port
  return {
    ...listening,
    server,
    signInLink: await pages?.served(server.url),
    runs: pages?.runs,
    health,
    port: permitted,
    integration,
    jq: deps.jq,
    run: planner ? noRuns : reportedRuns(options, deps, { parts, measures, metrics, leading, history }),
    leading,
    help: leading?.splitting?.isOn && duties.resyncs ? helpWith(leading.splitting, deps) : undefined,
    live:
      live && hooks && duties.receives
        ? async (how, signal) => {
            if (duties.works) await sayHowHooksStand(options, { hooks, sentry }, signal)
            const openRunAhead = () => integration.openRun({ ahead: true })
            await live.work(deps, { ...how, works: duties.works, leading, openRunAhead }, signal)
          }
        : undefined,
    planner,
    waitedMs: sentry.limits.waitedMs,
    close: () => parts.disposeAsync(),
  }
}

async function openPageFiles(): Promise<NonNullable<OwnRoutesDeps["pages"]>> {
  const [{ pageNotFound, pagesRoutes }, { openPagesFolder }] = await Promise.all([
    import("./pages-routes.ts"),
    import("./pages-folder.ts"),
  ])
  const folder = openPagesFolder()
  return { routes: pagesRoutes(folder), notFound: pageNotFound(folder) }
}

/** Where there is a catalog in the process; where there is none, its list costs no start anything. */
async function catalogOperationsFor({ start }: AppOptions): Promise<readonly Operation[]> {
  if (start.mode === "drop-in") return []
  const { catalogOperations } = await import("../catalog/operations.ts")
  return catalogOperations
}

async function openPages(
  options: AppOptions,
  database: Database | undefined,
): Promise<PagesPart | undefined> {
  if (!database) return undefined
  const { openPagesPart } = await import("./pages-part.ts")
  return openPagesPart(options, database)
}

async function pageOperationsFor(
  options: AppOptions,
  place: string | undefined,
): Promise<readonly Operation[]> {
  if (place === undefined || !hasPages(options)) return []
  const { pageOperations } = await import("../pages/operations.ts")
  return pageOperations.map((one) => ({ ...one, path: `/integration${one.path}` }))
}

async function troubleOf(database: Database): Promise<string | undefined> {
  const { databaseTrouble } = await import("../database/database-answers.ts")
  return await databaseTrouble(database)
}

async function openCatalogIn(
  database: Database,
  options: AppOptions & { askVisitor: AskVisitor | undefined },
  parts: AsyncDisposableStack,
): Promise<CatalogPart> {
  const { log, settings, askVisitor } = options
  const { openCatalog, openWebhooks } = await import("./catalog-part.ts")
  const deps = { database, log, parts, jqFastPath: settings.jqFastPath, askVisitor }
  const catalog = await openCatalog(deps, settings.catalog)
  // Working on events changes the catalog: a plan leaves those that wait to the process that runs.
  if (isRun(options)) {
    catalog.routes.route("/", await openWebhooks(deps, settings.catalog))
  }
  return catalog
}

async function originsIn(database: Database, settings: Settings): Promise<OriginStore> {
  const { openOriginStore } = await import("../resync/origin-store-database.ts")
  return openOriginStore(database, settings.integration.identifier)
}

async function leadingIn(
  database: Database,
  { settings, version, log }: AppOptions,
  { place }: { place: string },
): Promise<Leading> {
  const { openLeading } = await import("./leading.ts")
  return openLeading(database, {
    integration: settings.integration.identifier,
    ttlMs: settings.resyncLease,
    ...(isShared(place) ? { split: { isOn: settings.resyncSplit, version } } : {}),
    log,
  })
}

function helpWith(splitting: Splitting, deps: ResyncDeps): App["help"] {
  return async (signal) => {
    const { helpResyncs } = await import("../resync/split/help-resyncs.ts")
    await helpResyncs(splitting, deps, signal)
  }
}

async function historyIn(database: Database, settings: Settings): Promise<RunHistory> {
  const { openRunHistory } = await import("../resync/history/run-history.ts")
  return openRunHistory(database, settings.integration.identifier, systemClock)
}

async function plannerFor(deps: ResyncDeps): Promise<Planner> {
  const { createPlanner } = await import("../resync/plan.ts")
  return createPlanner(deps)
}

interface LiveNeeds {
  hooks: Hooks | undefined
  database: Database
  metrics: Metrics
}

/** A plan makes no file and no tables: where there are none yet, all there is to know is that nothing is known. */
async function placeOf(options: AppOptions): Promise<string | undefined> {
  const { start, settings, once, purpose } = options
  const place = databaseFor(start, { once, url: settings.database.url })
  if (place === undefined || isRun(options)) return place
  if (purpose === "check" && start.mode === "drop-in") return undefined
  const { inspectDatabase } = await import("../database/inspect-database.ts")
  const { problem, tables } = await inspectDatabase(place)
  if (problem !== undefined && purpose === "plan")
    throw new AppError("database_unreachable", `the database cannot be used: ${problem}`)
  return problem === undefined && tables.includes("entity_origins") ? place : ":memory:"
}

function listenFor(options: AppOptions, root: Hono): Promise<HttpServer> {
  const { start, settings } = options
  // Nobody else is meant to come in, and the process that runs for good may have the port.
  if (!isRun(options)) return listen(root, { port: 0, host: undefined, furtherPorts: 0, isSeldomAsked: true })
  // The demo must start whatever else runs on the machine, unless its port was chosen on purpose.
  const furtherPorts = start.mode === "demo" && !settings.given.has("server.port") ? 50 : 0
  const { port, host } = settings.server
  return listen(root, { port, host, furtherPorts, isSeldomAsked: options.once })
}

async function openLive(options: AppOptions, part: LiveNeeds): Promise<LivePart> {
  const { openLivePart } = await import("./live-part.ts")
  const { settings, log } = options
  const onDemo = options.start.mode === "demo" ? options.onDemo : undefined
  return openLivePart({ settings, secrets: part.hooks?.secrets ?? [], log, onDone: onDemo, ...part })
}

function openResync(
  options: AppOptions,
  {
    port,
    integration,
    origins,
    parts,
    live,
  }: {
    port: PortClient
    integration: Integration
    origins: OriginStore
    parts: AsyncDisposableStack
    live: LiveWatch | undefined
  },
): ResyncDeps {
  const { settings, log } = options
  const jq = parts.adopt(jqFor(settings, log), (one) => one.close())
  const { onProgress } = options
  return {
    port,
    kinds: integration.kinds,
    openRun: integration.openRun,
    jq,
    origins,
    createSystemEntities: settings.createSystemEntities,
    keepEventsMs: settings.liveEvents.keepEntitiesFor,
    ...(live ? { live } : {}),
    maskExamples: settings.sendRawDataExamples ? createMask(options.secrets) : undefined,
    log,
    clock: systemClock,
    ...(onProgress ? { onProgress: ({ resources }) => onProgress(resources) } : {}),
  }
}

async function noRuns(): Promise<never> {
  throw new Error("the parts were opened to look, not to run")
}

// The pages as a part of the process: who may sign in, and their routes.
import { createAccessTokens } from "../catalog/access-tokens.ts"
import { createMask } from "../common/mask.ts"
import { systemClock } from "../common/sleep.ts"
import { createAlone } from "../database/alone.ts"
import type { Database } from "../database/database.ts"
import type { Integration } from "../integration.ts"
import { openEventLog } from "../live-events/event-log.ts"
import { eventViews } from "../live-events/event-views.ts"
import { openDryRunStore } from "../pages/mapping/dry-run-store.ts"
import { createDryRuns } from "../pages/mapping/dry-runs.ts"
import { openMappingVersions } from "../pages/mapping/mapping-versions.ts"
import { createSampleShelf } from "../pages/mapping/samples.ts"
import { createPages, type PageParts, type Pages } from "../pages/pages.ts"
import { createRunControl, type RunControl } from "../pages/run-control.ts"
import { openSessionStore, type SessionStore } from "../pages/sign-in/session-store.ts"
import { signInUrl } from "../pages/sign-in/sign-in-url.ts"
import type { RunHistory } from "../resync/history/run-history.ts"
import { countOrigins } from "../resync/origin-counts.ts"
import type { ResyncDeps } from "../resync/run-resync.ts"
import { aboutProcess } from "./about.ts"
import type { AppOptions } from "./app.ts"
import { entityStream } from "./entity-stream.ts"
import { jqFor } from "./jq-for.ts"
import type { Leading } from "./leading.ts"
import { ownCommand } from "./own-command.ts"
import { hasPages } from "./peers.ts"
import { signInCommandFor } from "./sign-in-command.ts"
import type { SentryAccess } from "./start-mode.ts"

export interface PagesPart extends Omit<Pages, "open"> {
  /** Once the parts of the process are there. */
  open(process: ProcessParts): Promise<void>
  runs: RunControl
  /** Where they are, for the links that another process issues. Answers a link where nobody has signed in so far. */
  served(url: string): Promise<string | undefined>
}

/** Undefined where there are none: a single run, a plan, a check, without a database, or by the setting. */
export async function openPagesPart(
  options: AppOptions,
  database: Database | undefined,
): Promise<PagesPart | undefined> {
  const { settings, log } = options
  if (!database || !hasPages(options)) return undefined
  const store = await openSessionStore(database, systemClock)
  const pages = createPages({
    store,
    signInCommand: signInCommandFor(settings),
    publicUrl: settings.baseUrl,
    isToken: await catalogTokens(options, database),
    clock: systemClock,
    log,
  })
  const runs = createRunControl()
  return {
    ...pages,
    runs,
    open: async (process) => pages.open(await partsOf(options, { database, runs, ...process })),
    served: (url) => firstLink(options, store, url),
  }
}

export interface ProcessParts {
  history: RunHistory
  integration: Integration
  sentry: SentryAccess
  leading: Leading
  /** What a run is made of, for those that are only planned. */
  resync: ResyncDeps
  /** Of the process, without a slash at the end. */
  url: string
  /** Whether this process takes webhooks. */
  takesEvents: boolean
}

async function partsOf(
  options: AppOptions,
  part: ProcessParts & { database: Database; runs: RunControl },
): Promise<PageParts> {
  const { settings, secrets } = options
  const { identifier } = settings.integration
  const mask = createMask(secrets)
  const liveEvents = part.takesEvents && {
    log: await openEventLog(part.database, identifier, systemClock),
    views: eventViews(part.database, identifier),
    mask,
    clock: systemClock,
  }
  return {
    overview: {
      about: aboutProcess(options, part),
      counts: () => countOrigins(part.database, identifier),
      command: ownCommand(),
      clock: systemClock,
    },
    mapping: {
      port: part.resync.port,
      integration: part.integration,
      jq: part.resync.jq,
      versions: await openMappingVersions(part.database, identifier, systemClock),
      alone: createAlone(part.leading.leader, `mapping ${identifier}`, "save"),
      control: part.runs,
    },
    studio: {
      port: part.resync.port,
      integration: part.integration,
      jq: part.resync.jq,
      shelf: createSampleShelf({
        openRun: () => part.integration.openRun({ remembers: false }),
        clock: systemClock,
      }),
      mask,
    },
    provenance: {
      port: part.resync.port,
      integration: part.integration,
      origins: part.resync.origins,
      jq: part.resync.jq,
    },
    dryRuns: {
      dryRuns: createDryRuns({
        deps: part.resync,
        store: await openDryRunStore(part.database, identifier, systemClock),
        openJq: () => jqFor(settings, options.log),
        clock: systemClock,
      }),
      jq: part.resync.jq,
      kinds: part.integration.kinds,
    },
    runs: { history: part.history, control: part.runs, kinds: part.integration.kinds },
    ...(liveEvents ? { liveEvents } : {}),
    ...(options.start.mode === "drop-in" ? {} : { streams: [entityStream(part.database)] }),
  }
}

/** Of the embedded catalog: whoever has its credentials may all that these routes do. */
async function catalogTokens(
  { start }: AppOptions,
  database: Database,
): Promise<((token: string) => boolean) | undefined> {
  if (start.mode === "drop-in") return undefined
  const { ensureCredentials } = await import("../catalog/credentials.ts")
  const tokens = createAccessTokens(await ensureCredentials(database), "", systemClock)
  return (token) => tokens.verify(token) !== undefined
}

/**
 * A drop-in's log goes to many places, and whoever reads it must not become an administrator by that: there the command
 * gives the first link too. The demo has nothing to hide, so that each of its starts gives one.
 */
async function firstLink(
  { start, settings }: AppOptions,
  store: SessionStore,
  url: string,
): Promise<string | undefined> {
  const origin = settings.baseUrl ?? url
  await store.rememberAddress(origin)
  if (start.mode === "drop-in" || (start.mode === "embedded" && (await store.wasUsed()))) return undefined
  const { token } = await store.issueLink({ role: "admin", name: "admin" })
  return signInUrl(origin, token)
}

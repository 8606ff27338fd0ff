// The HTTP API behind the pages, below /integration: sign-in, and what the parts of the process tell and take.
import { Hono } from "hono"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { AskVisitor } from "../common/visitor.ts"
import { askByTokenOrSession, type GuardDeps, guard, type PagesEnv } from "./guard.ts"
import { type EventRoutesDeps, eventRoutes } from "./live-events/event-routes.ts"
import { eventStream } from "./live-events/event-stream.ts"
import { type DryRunRoutesDeps, dryRunRoutes, dryRunStream } from "./mapping/dry-run-routes.ts"
import { type MappingRoutesDeps, mappingRoutes } from "./mapping/mapping-routes.ts"
import { type StudioRoutesDeps, studioRoutes } from "./mapping/studio-routes.ts"
import { type OverviewDeps, overviewRoutes } from "./overview/overview-routes.ts"
import { answerPageError, PageError } from "./page-error.ts"
import { type ProvenanceRoutesDeps, provenanceRoutes } from "./provenance/provenance-routes.ts"
import { type RunRoutesDeps, runRoutes } from "./runs/run-routes.ts"
import { runStream } from "./runs/run-stream.ts"
import { openSessionRoutes, sessionRoutes } from "./sign-in/session-routes.ts"
import type { SessionStore } from "./sign-in/session-store.ts"
import { askBySession } from "./sign-in/visitors.ts"
import { streamRoutes } from "./stream/stream-routes.ts"
import type { StreamSource } from "./stream/stream-source.ts"

export interface PagesDeps extends Pick<GuardDeps, "isToken"> {
  store: SessionStore
  /** How a person gets a link: the command, as it is typed. */
  signInCommand: string
  publicUrl: string | undefined
  clock: Clock
  log: Logger
}

export interface Pages {
  /** To be mounted where `/integration` is, after the routes that are for everybody. */
  routes: Hono
  /** For the routes of others that these pages use. */
  ask: AskVisitor
  /** Once the parts of the process are there; until then what takes them answers 503. */
  open(parts: PageParts): void
  /** Ends the streams. */
  close(): void
}

/** What the process has; a part that it has not is left out. */
export interface PageParts {
  overview: OverviewDeps
  runs: RunRoutesDeps
  liveEvents?: EventRoutesDeps | undefined
  mapping: MappingRoutesDeps
  studio: StudioRoutesDeps
  provenance: ProvenanceRoutesDeps
  dryRuns: DryRunRoutesDeps
  /** Further changes to be told of. */
  streams?: readonly StreamSource[]
}

export function createPages(deps: PagesDeps): Pages {
  const { store, signInCommand, publicUrl, log, clock, isToken } = deps
  const ask = askBySession(store)
  const closing = new AbortController()
  const sessions = { store, command: signInCommand, publicUrl, pages: "integration" as const }
  let parts: Hono<PagesEnv> | undefined

  const routes = new Hono<PagesEnv>()
  routes.route("/", openSessionRoutes(sessions))
  // Where the process takes no webhooks, their address is none of these.
  routes.all("/webhook", (c) => c.json({ detail: "Not Found" }, 404))
  routes.use("/*", guard({ ask, isToken }))
  routes.route("/", sessionRoutes(sessions))
  routes.all("/*", async (c) => {
    if (!parts) throw new PageError(503, "starting", "the program is still starting; ask again in a moment")
    return await parts.fetch(c.req.raw, { visitor: c.get("visitor") })
  })
  routes.onError((error, c) => answerPageError(log, error, c))

  const askWho = askByTokenOrSession({ ask, isToken })
  const mayStay = async (request: Request) => {
    const visitor = await askWho(request)
    return visitor !== undefined && visitor !== "cross-site"
  }
  return {
    routes: routes as unknown as Hono, // its variables are its own affair
    ask,
    open(given) {
      const sources = [
        runStream(given.runs.history),
        ...(given.liveEvents ? [eventStream(given.liveEvents)] : []),
        dryRunStream(given.dryRuns.dryRuns),
        ...(given.streams ?? []),
      ]
      parts = new Hono<PagesEnv>()
        .basePath("/integration")
        .use(async (c, next) => {
          c.set("visitor", c.env.visitor) // checked above
          await next()
        })
        .route("/", overviewRoutes(given.overview, { runs: given.runs, liveEvents: given.liveEvents }))
        .route("/", runRoutes(given.runs))
        .route("/", eventRoutes(given.liveEvents))
        .route("/", studioRoutes(given.studio))
        .route("/", dryRunRoutes(given.dryRuns))
        .route("/", mappingRoutes(given.mapping))
        .route("/", provenanceRoutes(given.provenance))
        .route("/", streamRoutes({ sources, clock, log, signal: closing.signal, mayStay }))
      parts.notFound((c) => {
        throw new PageError(404, "not_found", `${c.req.method} ${c.req.path} is no route of this program`)
      })
      parts.onError((error, c) => answerPageError(log, error, c))
    },
    close: () => closing.abort(),
  }
}

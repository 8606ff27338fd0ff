// The API behind the pages of a host, below /integration: sign-in, and the stream of what changes. Installations themselves have
// their own routes.
import { Hono } from "hono"
import type { Logger } from "../common/logger.ts"
import type { Operation } from "../common/operation.ts"
import type { Clock } from "../common/sleep.ts"
import type { AskVisitor } from "../common/visitor.ts"
import { askByTokenOrSession, guard, type PagesEnv } from "./guard.ts"
import { answerPageError, PageError } from "./page-error.ts"
import {
  openSessionRoutes,
  type SessionRoutesDeps,
  sessionOperations,
  sessionRoutes,
} from "./sign-in/session-routes.ts"
import { askBySession } from "./sign-in/visitors.ts"
import { streamOperations, streamRoutes } from "./stream/stream-routes.ts"
import type { StreamSource } from "./stream/stream-source.ts"

export interface HostedPagesDeps extends Omit<SessionRoutesDeps, "pages"> {
  /** Whether a bearer token is the host's. */
  isToken(token: string): boolean
  streams: readonly StreamSource[]
  clock: Clock
  log: Logger
}

export interface HostedPages {
  /** To be mounted at `/integration`. */
  routes: Hono
  /** By the token or a session. */
  ask: AskVisitor
  /** Ends the streams. */
  close(): void
}

/** Paths are below `/integration`. */
export const hostedPageOperations: readonly Operation[] = [...sessionOperations, ...streamOperations]

export function createHostedPages({ isToken, streams, clock, log, ...rest }: HostedPagesDeps): HostedPages {
  const sessions = { ...rest, pages: "host" as const }
  const bySession = askBySession(sessions.store)
  const ask = askByTokenOrSession({ ask: bySession, isToken })
  const closing = new AbortController()
  const mayStay = async (request: Request) => {
    const visitor = await ask(request)
    return visitor !== undefined && visitor !== "cross-site"
  }
  const routes = new Hono<PagesEnv>()
  routes.route("/", openSessionRoutes(sessions))
  routes.use("/*", guard({ ask: bySession, isToken }))
  routes.route("/", sessionRoutes(sessions))
  routes.route("/", streamRoutes({ sources: streams, clock, log, signal: closing.signal, mayStay }))
  routes.all("/*", (c) => {
    throw new PageError(404, "not_found", `${c.req.method} ${c.req.path} is no route of a host`)
  })
  routes.onError((error, c) => answerPageError(log, error, c))
  return { routes: routes as unknown as Hono, ask, close: () => closing.abort() } // its variables are its own affair
}

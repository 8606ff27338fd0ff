// Who may use the pages' routes: a session of the pages, or a token of the embedded catalog. All of them, unless a route
// is made for those who have none; and what changes something is not for read-only sessions.
import type { Context, MiddlewareHandler } from "hono"
import type { AskVisitor, Visitor } from "../common/visitor.ts"
import { PageError } from "./page-error.ts"

export interface PagesEnv {
  /** As the outer routes hand it to the inner ones. */
  Bindings: { visitor: Visitor }
  Variables: { visitor: Visitor }
}
export type PagesContext = Context<PagesEnv>

export interface GuardDeps {
  ask: AskVisitor
  /** Whether a bearer token is one of the embedded catalog; absent where there is none. */
  isToken?: ((token: string) => boolean) | undefined
}

/** POST routes that answer a question and change nothing. */
const questions = /\/mapping\/(check|evaluate)$/

export function guard(deps: GuardDeps): MiddlewareHandler<PagesEnv> {
  const askWho = askByTokenOrSession(deps)
  return async (c, next) => {
    const visitor = await askWho(c.req.raw)
    if (visitor === undefined) {
      throw new PageError(401, "unauthorized", "sign in first", {
        hint: "`ocean-sentry sign-in` prints a link that signs you in",
      })
    }
    if (visitor === "cross-site") {
      throw new PageError(403, "cross_site", "a session works for requests of these pages alone")
    }
    const isLook = c.req.method === "GET" || c.req.method === "HEAD" || questions.test(c.req.path)
    if (!isLook && !visitor.mayChange) {
      throw new PageError(403, "read_only", "this session may look, and change nothing", {
        hint: "`ocean-sentry sign-in` prints a link that may change things",
      })
    }
    c.set("visitor", visitor)
    await next()
    c.header("cache-control", "no-store")
  }
}

/** A request that lasts is asked about again: tokens and sessions end meanwhile. */
export function askByTokenOrSession({ ask, isToken }: GuardDeps): AskVisitor {
  return async (request) => bearer(request, isToken) ?? (await ask(request))
}

function bearer(request: Request, isToken: GuardDeps["isToken"]): Visitor | undefined {
  const token = /^bearer\s+(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1]
  if (token === undefined || !isToken?.(token.trim())) return undefined
  return { name: "API", mayChange: true }
}

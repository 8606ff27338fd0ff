// Signing in by a one-time link, signing out, and links for others.
import { type Context, Hono } from "hono"
import { deleteCookie, setCookie } from "hono/cookie"
import { z } from "zod"
import type { JsonObject } from "../../common/json.ts"
import type { Operation } from "../../common/operation.ts"
import type { PagesEnv } from "../guard.ts"
import { operation } from "../operation.ts"
import { PageError } from "../page-error.ts"
import { readBody } from "../request.ts"
import { type Role, roles, type Session, type SessionStore } from "./session-store.ts"
import { signInUrl } from "./sign-in-url.ts"
import { isOfOwnPage, sessionOfRequest } from "./visitors.ts"

export interface SessionRoutesDeps {
  store: SessionStore
  /** How a person gets a link: the command, as it is typed. */
  command: string
  /** Where people reach the pages, where that is not where a request came to. */
  publicUrl: string | undefined
  /** What these pages are of: one integration, or a host of many. */
  pages: "integration" | "host"
}

const begin = { type: "object", required: ["token"], properties: { token: { type: "string" } } }
const link = {
  type: "object",
  required: ["role"],
  properties: { role: { enum: ["admin", "viewer"] }, name: { type: "string", maxLength: 100 } },
}

/** The session ends earlier where it is not used; browsers keep no cookie for longer than 400 days. */
const cookieSeconds = 360 * 24 * 3_600

export const sessionOperations: readonly Operation[] = [
  {
    method: "get",
    path: "/session",
    summary: "Who is signed in, and how one signs in.",
    answers: { 200: { text: "`signedIn` says whether." } },
  },
  {
    method: "post",
    path: "/session",
    summary:
      "Signs in with the token of a one-time link; the session is in a cookie that no script can read.",
    body: begin,
    answers: { 200: { text: "Signed in." }, 401: { text: "The link was used, is over, or is none." } },
  },
  {
    method: "delete",
    path: "/session",
    summary: "Signs out.",
    query: { everywhere: "`true`: ends all sessions, which takes one that may change things." },
    answers: { 200: { text: "Signed out." } },
  },
  operation("get", "/sessions", "All sessions that hold."),
  operation("delete", "/sessions/{id}", "Ends a session."),
  operation("post", "/session/links", "A link that signs somebody in, once, within an hour.", {
    body: link,
    answers: { 201: { text: "The link; it is shown this once." } },
  }),
]

/** Of those who may not have a session yet; they stand before the guard. */
export function openSessionRoutes({ store, command, pages }: SessionRoutesDeps): Hono<PagesEnv> {
  const app = new Hono<PagesEnv>()

  app.get("/session", async (c) => {
    c.header("cache-control", "no-store")
    const session = await sessionOfRequest(store, c.req.raw)
    if (!session) return c.json({ ok: true, signedIn: false, command, pages })
    return c.json({ ok: true, signedIn: true, ...viewSession(session), command, pages })
  })

  app.post("/session", async (c) => {
    refuseOthersPages(c)
    const { token } = await readBody(c, z.object({ token: z.string().min(1).max(200) }))
    const begun = await store.begin(token)
    if (!begun.ok) throw badLink(begun.why, command)
    keepCookie(c, store, begun)
    return c.json({ ok: true, signedIn: true, ...viewSession(begun.session) })
  })

  app.delete("/session", async (c) => {
    refuseOthersPages(c)
    const session = await sessionOfRequest(store, c.req.raw)
    const isEverywhere = c.req.query("everywhere") === "true"
    if (isEverywhere && session?.role !== "admin") {
      throw new PageError(403, "read_only", "ending all sessions takes one that may change things")
    }
    if (isEverywhere) await store.endAll()
    else if (session) await store.end(session.id)
    deleteCookie(c, store.cookieName, { path: "/" })
    return c.json({ ok: true })
  })

  return app
}

export function sessionRoutes({ store, publicUrl }: SessionRoutesDeps): Hono<PagesEnv> {
  const app = new Hono<PagesEnv>()

  app.get("/sessions", async (c) => {
    const own = await sessionOfRequest(store, c.req.raw)
    const sessions = await store.list()
    return c.json({
      ok: true,
      sessions: sessions.map((session) => ({
        id: session.id,
        ...viewSession(session),
        createdAt: iso(session.createdAt),
        lastUsedAt: iso(session.lastUsedAt),
        current: session.id === own?.id,
      })),
    })
  })

  app.delete("/sessions/:id", async (c) => {
    const id = c.req.param("id")
    if (!(await store.end(id))) throw new PageError(404, "not_found", `there is no session ${id}`)
    return c.json({ ok: true })
  })

  app.post("/session/links", async (c) => {
    const body = z.object({ role: z.enum(roles as [Role, ...Role[]]), name: z.string().max(100).optional() })
    const { role, name } = await readBody(c, body)
    const made = await store.issueLink({ role, name: name?.trim() || role })
    const url = signInUrl(publicUrl ?? new URL(c.req.url).origin, made.token)
    return c.json({ ok: true, url, role, name: name?.trim() || role, expiresAt: iso(made.expiresAt) }, 201)
  })

  return app
}

/** Else another site could sign a person in as somebody else, or out. */
function refuseOthersPages(c: Context): void {
  if (!isOfOwnPage(c.req.raw)) throw new PageError(403, "cross_site", "only these pages sign in and out")
}

function badLink(why: "unknown" | "used" | "expired", command: string): PageError {
  const texts = {
    unknown: "this link is not one of this program",
    used: "this link was used already; each works once",
    expired: "this link is too old; each works for an hour",
  }
  return new PageError(401, `link_${why}`, texts[why], { hint: `${command} prints a new one` })
}

function keepCookie(c: Context, store: SessionStore, { token }: { token: string }): void {
  setCookie(c, store.cookieName, token, {
    httpOnly: true,
    sameSite: "Strict",
    path: "/",
    secure: isSecure(c),
    maxAge: cookieSeconds,
  })
}

/** Whoever says so of their own request wrongly locks nobody but themselves out. */
function isSecure(c: Context): boolean {
  return new URL(c.req.url).protocol === "https:" || c.req.header("x-forwarded-proto") === "https"
}

function viewSession({ role, name, expiresAt }: Session): JsonObject {
  return { role, name, expiresAt: iso(expiresAt) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

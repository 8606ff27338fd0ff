// Who a request comes from, by its cookie; and whether a page of ours made the browser send it.
import { parse } from "hono/utils/cookie"
import type { AskVisitor } from "../../common/visitor.ts"
import type { Session, SessionStore } from "./session-store.ts"

/** The session of a request, wherever the request was made. */
export async function sessionOfRequest(store: SessionStore, request: Request): Promise<Session | undefined> {
  const token = parse(request.headers.get("cookie") ?? "", store.cookieName)[store.cookieName]
  return token === undefined ? undefined : await store.find(token)
}

export function askBySession(store: SessionStore): AskVisitor {
  return async (request) => {
    const session = await sessionOfRequest(store, request)
    if (!session) return undefined
    if (!isOfOwnPage(request)) return "cross-site"
    return { name: session.name, mayChange: session.role === "admin" }
  }
}

/**
 * Whether a page of this very origin asks. `SameSite` is not enough: other ports of this host are the same site, and get
 * the cookie. Browsers say where a request comes from by `Sec-Fetch-Site`, or, where the connection is not trusted
 * (plain HTTP to another machine), by `Origin` with every request that may change something.
 */
export function isOfOwnPage(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site")
  if (site !== null) return site === "same-origin" || (site === "none" && isLook(request))
  const origin = request.headers.get("origin")
  if (origin === null) return isLook(request)
  if (!URL.canParse(origin)) return false
  // A proxy may have changed the host; no page of another site can set the header by which it tells.
  const hosts = [request.headers.get("host"), request.headers.get("x-forwarded-host")]
  return hosts.includes(new URL(origin).host)
}

function isLook({ method }: Request): boolean {
  return method === "GET" || method === "HEAD"
}

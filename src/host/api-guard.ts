// Who may see installations, and who may change them.
import type { MiddlewareHandler } from "hono"
import type { AskVisitor } from "../common/visitor.ts"

export function guardHost(ask: AskVisitor): MiddlewareHandler {
  return async (c, next) => {
    c.header("cache-control", "no-store")
    const visitor = await ask(c.req.raw)
    if (visitor === undefined) {
      c.header("www-authenticate", "Bearer")
      return c.json({ ok: false, message: "the header authorization: Bearer … lacks the host's token" }, 401)
    }
    if (visitor === "cross-site")
      return c.json({ ok: false, message: "a session works for requests of these pages alone" }, 403)
    const isLook = c.req.method === "GET" || c.req.method === "HEAD"
    if (!isLook && !visitor.mayChange)
      return c.json({ ok: false, message: "this session may look, and change nothing" }, 403)
    return await next()
  }
}

// A person or a pipeline asks for a resync.
import { Hono } from "hono"
import type { Operation } from "../common/operation.ts"
import type { ResyncRequests } from "../listeners/resync-requests.ts"
import { sameText } from "../listeners/webhook.ts"

export const resyncOperations: readonly Operation[] = [
  {
    method: "post",
    path: "/resync",
    summary: "Asks for a resync, with the token of the settings as bearer token.",
    answers: {
      202: { text: "It is asked for." },
      401: { text: "The token is not the right one." },
      403: { text: "No token is set, so nobody may ask." },
      409: { text: "This process does not resync." },
    },
  },
]

/** `POST /resync` with the token of the settings; without one, nobody may. */
export function resyncRoute(deps: { token: string | undefined; requests: ResyncRequests }): Hono {
  const app = new Hono()
  app.post("/resync", (c) => {
    if (deps.token === undefined) {
      return c.json({ ok: false, message: "nobody may ask here: OCEAN__RESYNC_TOKEN is not set" }, 403)
    }
    const given = /^bearer\s+(.+)$/i.exec(c.req.header("authorization") ?? "")?.[1]
    if (given === undefined || !sameText(given.trim(), deps.token)) {
      c.header("www-authenticate", "Bearer")
      return c.json({ ok: false, message: "the header authorization: Bearer … lacks the right token" }, 401)
    }
    const refusal = deps.requests.refusal()
    if (refusal !== undefined) return c.json({ ok: false, message: refusal }, 409)
    deps.requests.ask()
    return c.json({ ok: true, status: "requested" }, 202)
  })
  return app
}

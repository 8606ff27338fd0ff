// Marks every answer with an id, under which its lines are found in the log, and with the time it took.
import { randomUUID } from "node:crypto"
import type { MiddlewareHandler } from "hono"
import { withLogFields } from "../common/log-context.ts"

/** Sets `X-Request-ID` (the caller's own where it gave a plain one) and `X-Process-Time` (seconds). */
export function markRequests(): MiddlewareHandler {
  return async function markRequest(context, next) {
    // The catalog's API is not ours to mark: its clients know it from Port, and there are many requests to it.
    if (context.req.path.startsWith("/v1/")) return await next()
    const given = context.req.header("x-request-id")
    const requestId = given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
    const started = performance.now()
    await withLogFields({ requestId }, next)
    context.header("x-request-id", requestId)
    context.header("x-process-time", String((performance.now() - started) / 1_000))
  }
}

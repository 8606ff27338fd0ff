// Lets Port call this process when a resync is wanted: the address that Port is given, and the route behind it.
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import { Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import { isJsonObject, parseJson } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { IntegrationsApi } from "../port/integrations-api.ts"
import { announcesChange } from "./kafka-messages.ts"
import { type OnTrigger, untilStopped } from "./listener.ts"
import { resyncIfNever } from "./resync-if-never.ts"
import type { ResyncRequests } from "./resync-requests.ts"

/**
 * The part of the address that nobody can guess. Made of Port's client secret rather than rolled and stored, it is the
 * same after every restart and on every replica, with a database or without, and changes with the credentials.
 */
export function webhookKey(integration: { identifier: string }, clientSecret: string): string {
  return createHmac("sha256", clientSecret)
    .update(`resync webhook of ${integration.identifier}`)
    .digest("base64url")
}

/** What Port calls. */
export function webhookAddress(appHost: string, key: string): string {
  return `${appHost}/resync/${key}`
}

/** More than any announcement of Port's has. */
const longestBody = 10 * 1_048_576

/** Answered at once: the resync takes longer than Port would wait. */
export function webhookRoute(deps: { key: string; identifier: string; requests: ResyncRequests }): Hono {
  const app = new Hono()
  app.post("/resync/:key", bodyLimit({ maxSize: longestBody }), async (c) => {
    if (!sameText(c.req.param("key"), deps.key)) return c.json({ detail: "Not Found" }, 404)
    const refusal = deps.requests.refusal()
    if (refusal !== undefined) return c.json({ ok: false, message: refusal }, 409)
    if (isOwnEcho(await c.req.text(), deps.identifier)) return c.json({ status: "ignored" }, 202)
    deps.requests.ask()
    return c.json({ status: "requested" }, 202)
  })
  return app
}

/** Whether two texts are the same, in a time that tells nothing of how much of them is. */
export function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest()
  return timingSafeEqual(digest(left), digest(right))
}

/** The route does the listening; here only the first resync is seen to. */
export async function listenForCalls(
  deps: { port: { integration: Pick<IntegrationsApi, "get"> }; onTrigger: OnTrigger; log: Logger },
  signal: AbortSignal,
): Promise<void> {
  await resyncIfNever(deps, signal)
  await untilStopped(signal)
}

/** An announcement of our own writing of the resync state; a call that announces nothing is a plain request. */
function isOwnEcho(body: string, identifier: string): boolean {
  const message = parseJson(body)
  return isJsonObject(message) && "diff" in message && !announcesChange(message, identifier)
}

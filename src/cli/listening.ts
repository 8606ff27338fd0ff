// What the listener needs of the process before it listens: the routes by which a resync is asked for, and what Port is
// told of where it announces changes.
import { Hono } from "hono"
import type { JsonObject } from "../common/json.ts"
import { systemClock } from "../common/sleep.ts"
import { mayResync } from "../listeners/choose-listener.ts"
import { createResyncRequests, type ResyncRequests } from "../listeners/resync-requests.ts"
import { webhookAddress, webhookKey, webhookRoute } from "../listeners/webhook.ts"
import { resyncRoute } from "./resync-route.ts"
import type { Settings } from "./settings.ts"

export interface Listening {
  /** Requests for a resync that come over HTTP. */
  resyncRequests: ResyncRequests
  routes: Hono
  /** Where Port announces changes of the integration; undefined where that is another process's affair. */
  changelogDestination: JsonObject | undefined
}

export function openListening(
  settings: Settings,
  { once, clientSecret }: { once: boolean; clientSecret: string },
): Listening {
  const { eventListener, integration, resyncToken } = settings
  const requests = createResyncRequests(systemClock)
  // Where nothing would come of a request, it is refused rather than forgotten.
  if (once) requests.refuse("this process runs one resync and ends")
  else if (!mayResync(eventListener)) requests.refuse("this process does not resync: see its event listener")

  const routes = new Hono().route("/", resyncRoute({ token: resyncToken, requests }))
  const { type, appHost } = eventListener
  if (type !== "WEBHOOK" || appHost === undefined || once) {
    return { resyncRequests: requests, routes, changelogDestination: once ? {} : destinationFor(type) }
  }
  const key = webhookKey(integration, clientSecret)
  routes.route("/", webhookRoute({ key, identifier: integration.identifier, requests }))
  const changelogDestination = { type: "WEBHOOK", url: webhookAddress(appHost, key) }
  return { resyncRequests: requests, routes, changelogDestination }
}

/** A process for live events alone stands beside the one that resyncs, and leaves to that what Port announces where. */
function destinationFor(type: Settings["eventListener"]["type"]): JsonObject | undefined {
  if (type === "WEBHOOKS_ONLY") return undefined
  return type === "KAFKA" ? { type: "KAFKA" } : {}
}

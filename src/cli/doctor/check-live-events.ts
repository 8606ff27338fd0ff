// Pure: what is set for live events, what is missing, and what follows from it.
import type { Settings } from "../settings.ts"
import { type Finding, fine, found } from "./finding.ts"

export interface LiveEventsInput {
  settings: Pick<Settings, "baseUrl" | "pathPrefix" | "integration">
  /** One resync, then the end: nobody is there to be told of events. */
  once: boolean
  /** The simulated organization sends its own events, signed with a secret of the process. */
  demo: boolean
  /** A setting keeps this process from taking any. */
  off: boolean
  /** Where Sentry sends the organization's events; undefined where that could not be asked. */
  webhookUrls: readonly string[] | undefined
}

const secretVariable = "OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET"

export function checkLiveEvents({ settings, once, demo, off, webhookUrls }: LiveEventsInput): Finding[] {
  const { baseUrl } = settings
  const secret = settings.integration.config.sentryWebhookSecret
  const nothingSet = baseUrl === undefined && secret === undefined
  if (once) return [fine("A single run takes no events; changes arrive with the next one.")]
  if (off)
    return [fine("Switched off (eventListener.shouldProcessWebhooks); changes arrive with the next resync.")]
  if (demo) return [fine("The simulated organization sends its changes here, signed.")]
  if (nothingSet) {
    const what =
      "Neither base URL nor webhook secret is set: events that come all the same are hints to look; what none tells of arrives with the next check or resync."
    return [
      found(
        "note",
        what,
        `set OCEAN__BASE_URL to this process's public address, run ocean-sentry webhooks install, and set ${secretVariable}`,
      ),
    ]
  }
  if (baseUrl === undefined) {
    const what =
      "A webhook secret is set, but no base URL: signatures are checked, but nothing can be set up or tested from here."
    return [
      found(
        "note",
        what,
        "set OCEAN__BASE_URL to this process's public address, then run ocean-sentry webhooks test",
      ),
    ]
  }
  const target = `${baseUrl.replace(/\/+$/, "")}${settings.pathPrefix ?? ""}/integration/webhook`
  return [
    secret === undefined
      ? found(
          "note",
          "A base URL is set, but no webhook secret: anyone may send events. They are taken as hints, and what they name is read again.",
          `set ${secretVariable} to the client secret of the Sentry integration that sends them`,
        )
      : fine("Base URL and webhook secret are set: signatures are checked."),
    ...aboutTarget(target),
    ...aboutSender(target, webhookUrls),
  ]
}

function aboutTarget(target: string): Finding[] {
  const { hostname } = new URL(target)
  const isLocal = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.")
  if (!isLocal) return []
  return [
    found(
      "note",
      `${target} is an address of this machine: Sentry cannot reach it.`,
      "set the public address",
    ),
  ]
}

function aboutSender(target: string, urls: readonly string[] | undefined): Finding[] {
  if (urls === undefined)
    return [fine(`Sentry does not tell where it sends events; they must go to ${target}.`)]
  if (urls.some((url) => url.replace(/\/+$/, "") === target))
    return [fine(`Sentry has an integration that sends its events to ${target}.`)]
  return [
    found(
      "note",
      `No integration of the organization sends its events to ${target}.`,
      "run ocean-sentry webhooks install, which creates it or says how",
    ),
  ]
}

// What this process is, for its pages.
import type { About } from "../pages/overview/overview-routes.ts"
import { webhookAddress } from "../sentry/webhooks/address.ts"
import type { AppOptions } from "./app.ts"
import { shownPlace } from "./state-folder.ts"

export function aboutProcess(
  { start, settings, version }: AppOptions,
  process: { url: string; takesEvents: boolean; sentry: { host: string; organization: string } },
): About {
  const { identifier, type } = settings.integration
  const isPort = start.mode === "drop-in"
  return {
    version,
    mode: start.mode,
    integration: { identifier, type },
    organization: process.sentry.organization,
    sentry: { host: process.sentry.host },
    target: isPort
      ? { kind: "port", url: shownPlace(start.port.baseUrl) }
      : { kind: "embedded", url: settings.baseUrl ?? process.url },
    catalog: !isPort,
    receivesWebhooks: process.takesEvents,
    webhookUrl: process.takesEvents
      ? webhookAddress(settings.baseUrl ?? process.url, settings.pathPrefix)
      : null,
    schedule: { everyMinutes: settings.scheduledResyncInterval ?? null },
  }
}

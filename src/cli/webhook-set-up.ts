// The zero-touch set-up of Sentry's webhooks with the user's settings: for the verb, and for the start of the process.
import type { HttpClient } from "../common/http-client.ts"
import type { Logger } from "../common/logger.ts"
import { systemClock } from "../common/sleep.ts"
import { createAppsClient } from "../sentry/apps-client.ts"
import type { RateLimits } from "../sentry/rate-limits.ts"
import { normaliseHost } from "../sentry/settings.ts"
import {
  type InstallDeps,
  type InstallOptions,
  type InstallOutcome,
  installWebhooks,
} from "../sentry/webhooks/install.ts"
import { wantedIntegration } from "../sentry/webhooks/install-plan.ts"
import { ownCommand } from "./own-command.ts"
import { variableOf } from "./settings/setting-list.ts"
import type { Settings } from "./settings.ts"
import type { SentryAccess } from "./start-mode.ts"
import { programVersion } from "./version.ts"

/** The setting that a person gives the secret in. */
export const secretVariable = variableOf("integration.config.sentryWebhookSecret")

export interface SetUpDeps extends Pick<InstallDeps, "exclusively"> {
  settings: Pick<Settings, "integration">
  access: SentryAccess
  http: HttpClient
  /** Those of the sync, where it runs in this process. */
  limits?: RateLimits
  log: Logger
}

/** `url` as `webhookAddress` gives it; `events` are Sentry's: `issue`, `comment`, `error`. */
export function setUpWebhooks(
  deps: SetUpDeps,
  { url, events, ...options }: InstallOptions & { url: string; events: readonly string[] },
  signal: AbortSignal,
): Promise<InstallOutcome> {
  const { settings, http, limits, log, exclusively } = deps
  const access = { ...deps.access, host: normaliseHost(deps.access.host) ?? deps.access.host }
  return installWebhooks(
    {
      api: createAppsClient({
        http,
        settings: access,
        log,
        version: programVersion(),
        ...(limits ? { limits } : {}),
      }),
      settings: access,
      words: { secretSetting: secretVariable, testCommand: `${ownCommand()} webhooks test` },
      log,
      clock: systemClock,
      ...(exclusively ? { exclusively } : {}),
    },
    wantedIntegration({ url, identifier: settings.integration.identifier, events }),
    options,
    signal,
  )
}

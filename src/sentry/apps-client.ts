// A client for Sentry's integrations alone: it writes, which the client of a resync never does.
import { type AppsApi, appsApi } from "./api/apps.ts"
import type { SentryClientDeps } from "./client.ts"
import { createGetter } from "./get.ts"
import { createRateLimits } from "./rate-limits.ts"
import { createSender } from "./send.ts"

export function createAppsClient(deps: SentryClientDeps): AppsApi {
  const { http, settings, log, clock } = deps
  const limits = deps.limits ?? createRateLimits(clock ? { clock } : {})
  const userAgent = `ocean-sentry/${deps.version ?? "0"}`
  const getter = createGetter({
    http,
    token: settings.token,
    configuredOrigin: new URL(settings.host).origin,
    limits,
    log,
    userAgent,
    refusalDeadlineMs: deps.refusalDeadlineMs ?? 60_000,
    clock,
  })
  const send = createSender({ http, token: settings.token, limits, userAgent })
  return appsApi({ getter, send, settings })
}

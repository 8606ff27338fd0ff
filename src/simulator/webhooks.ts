// The simulated Sentry speaks: what happens in the organization goes to the webhooks of its integrations, as Sentry sends it.
import { createHmac, randomBytes } from "node:crypto"
import pLimit from "p-limit"
import { errorText } from "../common/errors.ts"
import type { JsonObject } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { AppResource, Issue, SentryApp } from "./model.ts"
import {
  errorMessage,
  eventAlertMessage,
  type MetricAlert,
  metricAlertMessage,
} from "./payloads/alert-webhook.ts"
import { asciiJson } from "./payloads/ascii-json.ts"
import { messagesOf, type WebhookMessage, type WebhookServer } from "./payloads/webhook.ts"

export interface Webhooks {
  /** A single event of the issue; goes to integrations that want `error`. Answers how many that are. */
  sendError(issue: Issue, eventId?: string): number
  /** An issue alert whose rule names the integrations (by slug; default: all that may be named). */
  sendEventAlert(
    issue: Issue,
    alert: { rule: string; settings?: { name: string; value: string }[]; apps?: string[] },
  ): number
  sendMetricAlert(alert: MetricAlert & { apps?: string[] }): number
  /** Resolves when nothing is under way; a delivery that waits to be repeated is. */
  idle(): Promise<void>
  /** Speaks no more; what is under way is broken off. */
  close(): Promise<void>
}

export interface WebhooksDeps {
  server(): WebhookServer
  /** How long an answer may take, in milliseconds. */
  timeoutMs: number
  log: Logger
}

/** For integrations others can install too: no answer, or 503 and 504, is tried again so often, so far apart. */
const repeats = 3
const repeatAfterMs = 5 * 60_000
/** Under way at the same time, as a server has so many workers; the others wait for their turn. */
const mostAtOnce = 32
/** Kept of each sort of event. */
const requestsKept = 100

export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const running = new Set<Promise<void>>()
  const end = new AbortController()
  const inTurn = pLimit(mostAtOnce)
  const { organization } = deps.server()

  const stopObserving = organization.observe((happening) => {
    for (const message of messagesOf(deps.server(), happening)) {
      const apps = happening.type === "installation" ? [happening.app] : [...organization.apps.values()]
      for (const app of apps) if (wants(app, message)) begin(app, message)
    }
  })

  function begin(app: SentryApp, message: WebhookMessage): void {
    const task = deliver(app, message)
      .catch((error: unknown) => {
        if (!end.signal.aborted) deps.log.error({ error: errorText(error) }, "The simulated webhook failed")
      })
      .finally(() => running.delete(task))
    running.add(task)
  }

  async function deliver(app: SentryApp, message: WebhookMessage): Promise<void> {
    const { installation, webhookUrl } = app
    if (!installation || webhookUrl === null) return
    const body = asciiJson(envelope(deps.server(), installation.uuid, message))
    for (let sent = 0; ; sent++) {
      const responseCode = await inTurn(() => post(app, webhookUrl, message.resource, body))
      note(app, {
        eventType: `${message.resource}.${message.action}`,
        webhookUrl,
        at: organization.clock.now(),
        responseCode,
      })
      const again = app.status === "published" && [0, 503, 504].includes(responseCode) && sent < repeats
      if (!again) return
      await organization.clock.sleep(repeatAfterMs, end.signal)
    }
  }

  /** The answer's status; 0 where none came in time. */
  async function post(app: SentryApp, url: string, resource: string, body: string): Promise<number> {
    try {
      const response = await fetch(url, {
        method: "POST",
        redirect: "manual",
        headers: {
          "Content-Type": "application/json",
          "User-Agent": `sentry/${deps.server().legacy ? "9.1.2" : "26.11.0"} (https://sentry.io)`,
          "Request-ID": randomBytes(16).toString("hex"),
          "Sentry-Hook-Resource": resource,
          "Sentry-Hook-Timestamp": String(Math.floor(organization.clock.now() / 1_000)),
          "Sentry-Hook-Signature": createHmac("sha256", app.clientSecret).update(body).digest("hex"),
        },
        body,
        signal: AbortSignal.any([end.signal, AbortSignal.timeout(deps.timeoutMs)]),
      })
      await response.arrayBuffer()
      deps.log.debug({ url, resource, status: response.status }, "Simulated webhook sent")
      return response.status
    } catch (error) {
      end.signal.throwIfAborted()
      deps.log.debug({ url, resource, error: errorText(error) }, "Simulated webhook got no answer")
      return 0
    }
  }

  function sendTo(apps: readonly SentryApp[], messageFor: (app: SentryApp) => WebhookMessage): number {
    for (const app of apps) begin(app, messageFor(app))
    return apps.length
  }

  function alertable(slugs: readonly string[] | undefined): SentryApp[] {
    const named = [...organization.apps.values()].filter(({ slug }) => slugs?.includes(slug) ?? true)
    return named.filter((app) => app.isAlertable && isReached(app))
  }

  return {
    sendError(issue, eventId) {
      const message = errorMessage(deps.server(), issue, eventId)
      return sendTo(
        [...organization.apps.values()].filter((app) => wants(app, message)),
        () => message,
      )
    },
    sendEventAlert: (issue, { apps, ...alert }) =>
      sendTo(alertable(apps), ({ id }) => eventAlertMessage(deps.server(), issue, { ...alert, appId: id })),
    sendMetricAlert: ({ apps, ...alert }) =>
      sendTo(alertable(apps), (app) => metricAlertMessage(deps.server(), alert, app)),
    async idle() {
      while (running.size > 0) await Promise.all(running)
    },
    async close() {
      stopObserving()
      end.abort()
      await Promise.all(running)
    },
  }
}

function wants(app: SentryApp, { resource }: WebhookMessage): boolean {
  if (!isReached(app)) return false
  return resource === "installation" || app.events.includes(resource as AppResource) // others are in no list
}

function isReached({ installation, webhookUrl, isDisabled }: SentryApp): boolean {
  return installation !== undefined && webhookUrl !== null && !isDisabled
}

/** The order of the keys is the server's: the signature is over these bytes. */
function envelope(
  { legacy }: WebhookServer,
  uuid: string,
  { action, data, actor }: WebhookMessage,
): JsonObject {
  const installation = { uuid }
  return legacy ? { action, data, installation, actor } : { action, installation, data, actor }
}

function note({ requests }: SentryApp, request: SentryApp["requests"][number]): void {
  requests.push(request)
  const same = requests.filter(({ eventType }) => eventType === request.eventType)
  const [oldest] = same
  if (oldest && same.length > requestsKept) requests.splice(requests.indexOf(oldest), 1)
}

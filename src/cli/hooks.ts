// Sentry's webhooks as this process takes them: whether it does, with which secrets, and what is still to be set up.
import { randomBytes } from "node:crypto"
import { errorText } from "../common/errors.ts"
import type { Database } from "../database/database.ts"
import { webhookAddress } from "../sentry/webhooks/address.ts"
import type { InstallOutcome } from "../sentry/webhooks/install.ts"
import type { AppOptions } from "./app.ts"
import type { OpenSentry } from "./peers.ts"
import type { SimulatedLife } from "./simulated-life.ts"

export interface Hooks {
  /** Client secrets that signatures are checked with; grows when one is learned from Sentry. */
  secrets: string[]
  /** Keeps a secret that Sentry shows for a day only. */
  remember(secret: string): Promise<void>
}

/** Undefined where this process takes no webhooks: a single run, a plan, a check, or by its settings. */
export async function openHooks(
  { settings, once, start, purpose = "run" }: AppOptions,
  database: Database | undefined,
): Promise<Hooks | undefined> {
  const { eventListener, integration } = settings
  if (!database || once || purpose !== "run" || eventListener.shouldProcessWebhooks === false)
    return undefined
  const { openSecretStore } = await import("../sentry/webhooks/secret-store.ts")
  const store = await openSecretStore(database, integration.identifier)
  const configured = integration.config.sentryWebhookSecret
  const own = start.mode === "demo" ? [randomBytes(32).toString("hex")] : await store.secrets()
  const secrets = [...(configured === undefined ? [] : [configured]), ...own]
  return {
    secrets,
    async remember(secret) {
      if (!secrets.includes(secret)) secrets.push(secret)
      await store.remember(secret)
    },
  }
}

/** The demo's organization changes by itself, and tells us as Sentry would. */
export function demoLife(
  { start, settings, onDemo }: AppOptions,
  { secrets }: Hooks,
  ownUrl: string,
): SimulatedLife | undefined {
  const secret = secrets.at(-1)
  if (start.mode !== "demo" || secret === undefined) return undefined
  return {
    changesEvery: settings.demo.changesEvery,
    webhook: { url: webhookAddress(ownUrl, settings.pathPrefix), secret },
    ...(onDemo ? { onChange: onDemo } : {}),
  }
}

/** At the start: sets up what is to be set up, and says what is missing and what follows from that. */
export async function sayHowHooksStand(
  options: AppOptions,
  { hooks, sentry }: { hooks: Hooks | undefined; sentry: OpenSentry },
  signal: AbortSignal,
): Promise<void> {
  const { start, settings, log } = options
  if (!hooks || start.mode === "demo") return
  const { baseUrl, liveEvents } = settings
  if (liveEvents.installWebhooks && baseUrl === undefined) {
    log.warn(
      "Webhooks cannot be installed in Sentry without OCEAN__BASE_URL, the address it should send them to",
    )
  } else if (liveEvents.installWebhooks) await install(options, { hooks, sentry }, signal)
  if (hooks.secrets.length === 0) {
    log.warn(
      "Webhooks are taken without a check: without OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET an event is only a " +
        "hint to look, and comments, alerts and errors are not taken",
    )
  }
  if (baseUrl === undefined) {
    log.info(
      "OCEAN__BASE_URL is not set: webhooks that come are taken, but cannot be set up or tested from here",
    )
  }
}

async function install(
  { settings, log }: AppOptions,
  { hooks, sentry }: { hooks: Hooks; sentry: OpenSentry },
  signal: AbortSignal,
): Promise<void> {
  const { setUpWebhooks } = await import("./webhook-set-up.ts")
  try {
    const outcome = await setUpWebhooks(
      { settings, log, ...sentry },
      {
        url: webhookAddress(settings.baseUrl ?? "", settings.pathPrefix),
        events: settings.liveEvents.webhookEvents,
        mayWrite: true,
        knownSecrets: hooks.secrets,
      },
      signal,
    )
    if (outcome.secret !== undefined) await hooks.remember(outcome.secret)
    for (const sentence of told(outcome)) log.info({ state: outcome.state }, sentence)
  } catch (error) {
    if (!signal.aborted) log.warn({ error: errorText(error) }, "Webhooks could not be set up in Sentry")
  }
}

function told({ said, steps }: InstallOutcome): string[] {
  return [...said, ...steps.map((step, at) => `To do in Sentry, ${at + 1}: ${step}`)]
}

// Pure: which of the three ways to start the settings ask for, or what is missing.
import { type InputProblem, InvalidInput } from "../common/errors.ts"
import { SentrySettings } from "../sentry/settings.ts"
import { variableOf } from "./settings/setting-list.ts"
import type { Settings } from "./settings.ts"

export interface SentryAccess {
  host: string
  token: string
  organization: string
}

/** The drop-in syncs to Port, the other two into the embedded catalog; the demo from a simulated organization. */
export type Start =
  | {
      mode: "drop-in"
      sentry: SentryAccess
      port: { clientId: string; clientSecret: string; baseUrl: string }
    }
  | { mode: "embedded"; sentry: SentryAccess }
  | { mode: "demo" }

export interface StartOptions {
  /** The embedded catalog was asked for by name, so Port's settings do not count. */
  embedded?: boolean
  /** One resync, then exit; the listener `ONCE` says the same. */
  once?: boolean
}

/** What decides: everything that is set of Sentry and Port. `given` tells a default from a choice. */
export type StartSettings = Pick<Settings, "port" | "integration" | "eventListener" | "given">

const portPaths = ["port.clientId", "port.clientSecret", "port.baseUrl"]
const sentryPaths = ["sentryToken", "sentryOrganization", "sentryHost", "sentryWebhookSecret", "appHost"].map(
  (name) => `integration.config.${name}`,
)

/** Throws `InvalidInput` where the settings are neither one thing nor the other: a typing error must not start a demo. */
export function chooseStart(settings: StartSettings, options: StartOptions = {}): Start {
  const ofPort = portPaths.filter((path) => settings.given.has(path))
  const ofSentry = sentryPaths.filter((path) => settings.given.has(path))
  const embedded = options.embedded ?? false
  const once = (options.once ?? false) || settings.eventListener.type === "ONCE"
  const wantsPort = ofPort.length > 0 && !embedded
  const isDemo = ofPort.length === 0 && ofSentry.length === 0

  const problems = [
    ...(wantsPort ? missingIn(settings, ["port.clientId", "port.clientSecret"], ofPort) : []),
    ...(isDemo
      ? []
      : missingIn(
          settings,
          ["integration.config.sentryToken", "integration.config.sentryOrganization"],
          [...ofSentry, ...ofPort],
        )),
    ...(once && !wantsPort && !embedded ? [needsEmbedded] : []),
  ]
  if (problems.length > 0) throw new InvalidInput("Nothing was started", problems)
  const sentry = sentryAccess(settings)
  if (!sentry) return { mode: "demo" }
  const { clientId, clientSecret, baseUrl } = settings.port
  if (!wantsPort || clientId === undefined || clientSecret === undefined) return { mode: "embedded", sentry }
  return { mode: "drop-in", sentry, port: { clientId, clientSecret, baseUrl } }
}

const needsEmbedded: InputProblem = {
  where: "--embedded",
  what: "missing: a single run without Port credentials writes into the embedded catalog only when told so",
  hint: `add --embedded, or set ${variableOf("port.clientId")} and ${variableOf("port.clientSecret")}`,
}

function missingIn(
  settings: StartSettings,
  needed: readonly string[],
  because: readonly string[],
): InputProblem[] {
  return needed
    .filter((path) => !settings.given.has(path))
    .map((path) => {
      const reasons = because.map(variableOf).join(", ")
      return { where: variableOf(path), what: "missing", hint: `needed since ${reasons} is set` }
    })
}

function sentryAccess(settings: StartSettings): SentryAccess | undefined {
  const { sentryHost, sentryToken, sentryOrganization } = settings.integration.config
  if (sentryToken === undefined || sentryOrganization === undefined) return undefined
  return SentrySettings.parse({ host: sentryHost, token: sentryToken, organization: sentryOrganization })
}

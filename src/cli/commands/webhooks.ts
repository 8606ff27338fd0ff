// Webhooks of Sentry: set up there as far as the token may, and tested with a delivery of our own.
import { AppError, errorText, type InputProblem, InvalidInput } from "../../common/errors.ts"
import { createLogger } from "../../common/logger.ts"
import { systemClock } from "../../common/sleep.ts"
import { sentryRetryPolicy } from "../../sentry/retry-policy.ts"
import { webhookAddress } from "../../sentry/webhooks/address.ts"
import type { InstallOutcome } from "../../sentry/webhooks/install.ts"
import { openSecretStore } from "../../sentry/webhooks/secret-store.ts"
import { selfTest } from "../../sentry/webhooks/self-test.ts"
import { type InstallationFlags, readInstallation, useEventLog } from "../event-log-part.ts"
import { exitCodes } from "../exit-codes.ts"
import { createPeerClient } from "../network.ts"
import { variableOf } from "../settings/setting-list.ts"
import type { Settings } from "../settings.ts"
import type { Signals } from "../signals.ts"
import type { SentryAccess } from "../start-mode.ts"
import { findingsPage, installPage } from "../webhook-pages.ts"
import { secretVariable, setUpWebhooks } from "../webhook-set-up.ts"

export interface WebhookFlags extends InstallationFlags {
  baseUrl: string | undefined
  json: boolean
}

export interface InstallFlags extends WebhookFlags {
  events: readonly string[]
  /** Only look, and say what a person would do. */
  dryRun: boolean
  rotateSecret: boolean
}

/** 0: set up. 4: a person must do the rest. 3: Sentry did not answer. */
export function installSentryWebhooks(flags: InstallFlags, signals: Signals): Promise<number> {
  return unlessStopped(signals, () => install(flags, signals.signal))
}

/** 0: deliveries arrive and forged ones are refused. 4: something is wrong. */
export function testSentryWebhooks(flags: WebhookFlags, signals: Signals): Promise<number> {
  return unlessStopped(signals, () => test(flags, signals.signal))
}

async function unlessStopped(signals: Signals, work: () => Promise<number>): Promise<number> {
  try {
    return await work()
  } catch (error) {
    if (signals.signal.aborted) return signals.exitCode()
    throw error
  }
}

async function install(flags: InstallFlags, signal: AbortSignal): Promise<number> {
  const { settings, secrets } = readInstallation(flags, { baseUrl: flags.baseUrl })
  const { access, url } = setUpOf(settings)
  const { http, log } = peer(settings, access.host, secrets)
  await using parts = new AsyncDisposableStack()
  parts.defer(http.close)
  const outcome = await setUpWebhooks(
    { settings, access, http, log },
    {
      url,
      events: flags.events,
      mayWrite: !flags.dryRun,
      rotateSecret: flags.rotateSecret,
      knownSecrets: knownSecrets(settings),
    },
    signal,
  )
  print(
    flags.json
      ? JSON.stringify(outcome, null, 2)
      : installPage(outcome, { url, access, secretLine: secretLine(outcome, settings) }),
  )
  return codeOf(outcome)
}

async function test(flags: WebhookFlags, signal: AbortSignal): Promise<number> {
  const { settings, secrets } = readInstallation(flags, { baseUrl: flags.baseUrl })
  const { access, url } = setUpOf(settings)
  const { http } = peer(settings, url, secrets)
  await using parts = new AsyncDisposableStack()
  parts.defer(http.close)
  const findings = await withState(settings, ({ arrived, secrets: kept }) => {
    const secret = knownSecrets(settings)[0] ?? kept[0]
    return selfTest({ url, sentryHost: access.host, secret, http, arrived, clock: systemClock }, signal)
  })
  print(flags.json ? JSON.stringify(findings, null, 2) : findingsPage(url, findings))
  return findings.every(({ ok }) => ok) ? exitCodes.success : exitCodes.runFailed
}

interface State {
  arrived: ((requestId: string) => Promise<boolean>) | undefined
  /** Read from Sentry by the running process. */
  secrets: string[]
}

/** Without a database to look into, the answer of the running process must do. */
async function withState<T>(settings: Settings, work: (state: State) => Promise<T>): Promise<T> {
  try {
    return await useEventLog(settings, async (log, database) => {
      const { secrets } = await openSecretStore(database, settings.integration.identifier)
      const arrived = async (requestId: string) =>
        (await log.list({ limit: 500 })).some((event) => event.requestId === requestId)
      return work({ arrived, secrets: await secrets() })
    })
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "no_database") throw error
    process.stderr.write(`The event log is not looked at: ${errorText(error)}.\n`)
    return await work({ arrived: undefined, secrets: [] })
  }
}

/** Sentry's access and our address; throws `InvalidInput` naming all that is missing. */
function setUpOf(settings: Settings): { access: SentryAccess; url: string } {
  const { sentryHost, sentryToken, sentryOrganization } = settings.integration.config
  const problems: InputProblem[] = [
    ...missing("integration.config.sentryToken", sentryToken),
    ...missing("integration.config.sentryOrganization", sentryOrganization),
    ...missing("baseUrl", settings.baseUrl, "or give --base-url: the public address of the running process"),
  ]
  if (sentryToken === undefined || sentryOrganization === undefined || settings.baseUrl === undefined) {
    throw new InvalidInput("Nothing was done", problems)
  }
  return {
    access: { host: sentryHost, token: sentryToken, organization: sentryOrganization },
    url: webhookAddress(settings.baseUrl, settings.pathPrefix),
  }
}

function missing(path: string, value: string | undefined, hint?: string): InputProblem[] {
  return value === undefined ? [{ where: variableOf(path), what: "missing", ...(hint ? { hint } : {}) }] : []
}

/** Tries once: what is tried again here may be made twice there, and a slow answer is what is to be told. */
function peer(settings: Settings, url: string, secrets: readonly string[]) {
  const log = createLogger({ level: "warn", format: "text", secrets })
  const http = createPeerClient(settings, {
    peer: "Sentry",
    url,
    retry: sentryRetryPolicy({ retries: 0 }),
    timeoutMs: settings.clientTimeout * 1_000,
    connections: 2,
    log,
  })
  return { http, log }
}

function knownSecrets({ integration }: Settings): string[] {
  const { sentryWebhookSecret } = integration.config
  return sentryWebhookSecret === undefined ? [] : [sentryWebhookSecret]
}

/** The line to be copied, where the secret is not configured yet. */
function secretLine({ secret }: InstallOutcome, settings: Settings): string | undefined {
  if (secret === undefined || knownSecrets(settings).includes(secret)) return undefined
  return `${secretVariable}=${secret}`
}

function codeOf({ state }: InstallOutcome): number {
  if (state === "failed") return exitCodes.startFailed
  return state === "by-hand" ? exitCodes.runFailed : exitCodes.success
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

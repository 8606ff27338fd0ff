// The first words with Port: sign in, and install what a first start needs.
import { AppError, errorText, isAbort } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import { installDefaults } from "../port/install-defaults.ts"
import { portStatus } from "../port/request.ts"
import type { App } from "./app.ts"
import { defaultsFor } from "./defaults-for.ts"
import type { Settings } from "./settings.ts"

/** A service that finds Port unreachable asks again after this time. */
const askAgainMs = 5_000

export interface ConnectOptions {
  settings: Settings
  once: boolean
  /** Where the settings lie; a folder of resources is found from there. */
  folder: string
  /** The user's signals. */
  signal: AbortSignal
  clock: Clock
  log: Logger
}

/** A single run gives up after `startupTimeoutSeconds`; a service tries until it is stopped, and is not ready meanwhile. */
export async function connect(app: App, options: ConnectOptions): Promise<void> {
  const { settings, once, signal, log } = options
  const made = new Set<string>()
  const limit = once ? AbortSignal.timeout(settings.startupTimeoutSeconds * 1_000) : undefined
  for (;;) {
    try {
      await introduce(app, options, { made, signal: limit ? AbortSignal.any([signal, limit]) : signal })
      app.health.notReady = undefined
      return
    } catch (error) {
      signal.throwIfAborted()
      if (limit?.aborted) throw tooSlow(settings, error)
      if (once || !mayComeBack(error)) throw error
      log.error({ error: errorText(error) }, "Port cannot be reached yet; tried again")
      app.health.notReady = "Port cannot be reached"
      await options.clock.sleep(askAgainMs, signal)
    }
  }
}

async function introduce(
  app: App,
  { settings, folder, clock, log }: ConnectOptions,
  { made, signal }: { made: Set<string>; signal: AbortSignal },
): Promise<void> {
  await app.port.signIn(signal)
  const defaults = await defaultsFor(app.integration, settings, { folder, log })
  const { port, changelogDestination } = app
  await installDefaults({ port, log, clock, made }, { ...defaults, changelogDestination }, signal)
}

/** No answer to the end of all tries, or one that blames the server or the load. */
function mayComeBack(error: unknown): boolean {
  const status = portStatus(error)
  if (status !== undefined) return status >= 500 || status === 429 || status === 408
  return error instanceof AppError && error.code === "no_answer"
}

function tooSlow(settings: Settings, cause: unknown): AppError {
  return new AppError("startup_timeout", `the start took longer than ${settings.startupTimeoutSeconds} s`, {
    ...(isAbort(cause) ? {} : { cause }),
    hint: "check OCEAN__PORT__BASE_URL and the network; OCEAN__STARTUP_TIMEOUT_SECONDS allows more time",
  })
}

// A simulated Sentry to run against, as a server of its own.
import { randomBytes } from "node:crypto"
import { InvalidInput } from "../../common/errors.ts"
import { createLogger } from "../../common/logger.ts"
import { readScopes, type Scope } from "../../simulator/access.ts"
import { generateOrganization } from "../../simulator/generate.ts"
import { type Simulator, startSimulator } from "../../simulator/serve.ts"
import { exitCodes } from "../exit-codes.ts"
import { cannotListen } from "../http-server.ts"
import { ownCommand } from "../own-command.ts"
import type { Signals } from "../signals.ts"
import { enliven } from "../simulated-life.ts"

export interface SimulatorFlags {
  port: number
  host: string
  token: string | undefined
  projects: number
  issues: number
  /** No issue is resolved or archived, so that a default mapping reads all of them. */
  unresolved: boolean
  seed: number
  latency: number
  limits: boolean
  /** Where an integration of the organization sends its webhooks. */
  webhookUrl: string | undefined
  /** What they are signed with. Default: a random one, printed. */
  webhookSecret: string | undefined
  /** Seconds between two changes; 0: nothing changes. */
  changesEvery: number
}

/** Whoever holds the token may manage integrations too, so that `webhooks install` can be tried. */
const tokenScopes: readonly Scope[] = [...readScopes, "org:write", "org:admin"]

export async function simulate(flags: SimulatorFlags, signals: Signals): Promise<number> {
  if (flags.webhookSecret !== undefined && flags.webhookUrl === undefined) {
    throw new InvalidInput("Nothing was started", [
      { where: "--webhook-secret", what: "signs nothing without --webhook-url" },
    ])
  }
  const token = flags.token ?? randomBytes(32).toString("hex")
  const webhook =
    flags.webhookUrl === undefined
      ? undefined
      : { url: flags.webhookUrl, secret: flags.webhookSecret ?? randomBytes(32).toString("hex") }
  const simulator = await startSimulator({
    organization: generateOrganization({
      seed: flags.seed,
      projects: flags.projects,
      issuesPerProject: flags.issues,
      ...(flags.unresolved ? { resolvedShare: 0, archivedShare: 0 } : {}),
    }),
    port: flags.port,
    host: flags.host,
    token,
    tokens: { [token]: { owner: "user", scopes: tokenScopes } },
    latencyMs: flags.latency,
    limits: flags.limits ? "sentry.io" : "off",
    log: createLogger({
      level: "warn",
      format: "text",
      secrets: [token, ...(webhook ? [webhook.secret] : [])],
    }),
  }).catch((error: unknown) => {
    // Beside listening, nothing in the start of the simulator can fail.
    throw cannotListen(`${flags.host}:${flags.port}`, error, "choose another with --port or --host")
  })
  process.stdout.write(greeting(simulator, token, webhook))
  const rest = enliven(simulator.organization, {
    webhook,
    changesEvery: flags.changesEvery,
    onChange: (sentence) => void process.stdout.write(`${sentence}\n`),
  })
  await new Promise<void>((resolve) =>
    signals.signal.addEventListener("abort", () => resolve(), { once: true }),
  )
  await rest()
  const { total } = simulator.counts()
  process.stdout.write(`${total} requests answered\n`)
  await simulator.close()
  return exitCodes.success
}

function greeting(
  simulator: Simulator,
  token: string,
  webhook: { url: string; secret: string } | undefined,
): string {
  return (
    `Simulated Sentry at ${simulator.url}, organization ${simulator.slug}\n\n` +
    "Sync it, for example into the embedded catalog:\n" +
    `  OCEAN__INTEGRATION__CONFIG__SENTRY_HOST=${simulator.url} \\\n` +
    `  OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION=${simulator.slug} \\\n` +
    `  OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN=${token} ${ownCommand()}\n` +
    (webhook
      ? `Its webhooks go to ${webhook.url}, signed with\n` +
        `  OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET=${webhook.secret}\n`
      : "")
  )
}

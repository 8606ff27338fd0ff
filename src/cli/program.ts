// The command line: verbs, options, and the help that teaches them. Verbs that bring much along are imported when asked for.
import { Command, InvalidArgumentError, Option } from "commander"
import type { RunFlags } from "./begin.ts"
import { run } from "./commands/run.ts"
import { refuseNoFolder } from "./refuse-no-folder.ts"
import type { Signals } from "./signals.ts"
import { defaultDatabase } from "./state-folder.ts"
import { catalogExportCommand, catalogImportCommand } from "./verbs/catalog-backup.ts"
import { doctorCommand } from "./verbs/doctor.ts"
import { eventsCommand } from "./verbs/events.ts"
import { hostCommand } from "./verbs/host.ts"
import { initCommand } from "./verbs/init.ts"
import { mappingCommand } from "./verbs/mapping.ts"
import { planCommand } from "./verbs/plan.ts"
import { signInCommand } from "./verbs/sign-in.ts"
import { webhooksCommand } from "./verbs/webhooks.ts"
import { programVersion } from "./version.ts"

export interface ProgramDeps {
  signals: Signals
  /** Takes the exit code of the verb that ran. */
  done(code: number): void
}

const examples = `
Three ways to start, chosen by what is set:
  nothing set               the demo: a simulated Sentry organization into the embedded catalog
  a Sentry token            your organization into the embedded catalog
  Port credentials as well  your organization into Port, configured as Port's own integration is

Examples:
  $ ocean-sentry
  $ OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN=… OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION=acme ocean-sentry
  $ ocean-sentry run --once        one resync, then exit: 0 only if all of it succeeded
  $ ocean-sentry doctor            what is wrong with the set-up, and how to mend it
  $ ocean-sentry plan              what a run would write and delete, and why; nothing is written
  $ ocean-sentry simulator --port 9000

Settings come from options, OCEAN__… variables, .env and config.yaml, in this order; docs/reference/settings.md has all.
Exit codes: 0 done, 2 wrong setting or option, 3 could not start, 4 the resync failed, 5 skipped, 130/143 interrupted.`

/** Building the program runs nothing; `parseAsync` does. */
export function createProgram(deps: ProgramDeps): Command {
  const program = new Command("ocean-sentry")
    .description("Your Sentry organization in a software catalog: Port's, or the embedded one.")
    .version(programVersion(), "-V, --version")
    .showHelpAfterError("(ocean-sentry --help tells more)")
    .addHelpText("after", examples)
    .exitOverride()
  program.addCommand(runCommand(deps), { isDefault: true })
  program.addCommand(mappingCommand(deps))
  program.addCommand(planCommand(deps))
  program.addCommand(doctorCommand(deps))
  program.addCommand(signInCommand(deps))
  program.addCommand(catalogCommand(deps))
  program.addCommand(hostCommand(deps))
  program.addCommand(simulatorCommand(deps))
  program.addCommand(initCommand(deps))
  program.addCommand(webhooksCommand(deps))
  program.addCommand(eventsCommand(deps))
  return program
}

function runCommand({ signals, done }: ProgramDeps): Command {
  return verb("run")
    .alias("sail")
    .description("sync now, and go on doing so (the default)")
    .argument("[path]", "folder with config.yaml and .env", ".")
    .option("-O, --once", "one resync, then exit", false)
    .option("--embedded", "use the embedded catalog though Port is configured, or for a single run", false)
    .option("-p, --port <number>", "port to listen on (8000; the demo takes the next free one)")
    .option("--host <address>", "address to listen on (127.0.0.1)")
    .option("--database <place>", "what must last is kept here: a path, or postgres://…")
    .option("--role <name>", "what this process does of the whole: all, resync, live or api")
    .option("--strict", "entities that Port refuses make a single run fail too")
    .option("--explain", "tell how Sentry was read, at what cost, and why so")
    .option(
      "-i, --initialize-port-resources <bool>",
      "create default blueprints and mapping at the first start",
    )
    .option("-l, --log-level <level>", "debug, info, warn or error")
    .option("--check", "check everything instead, and change nothing: the same as doctor", false)
    .action(async (path: string, options: RunOptions) => {
      const flags = runFlags(path, options)
      if (!options.check) return done(await run(flags, signals))
      const { doctor } = await import("./commands/doctor.ts")
      done(await doctor({ ...flags, json: false }, signals))
    })
}

/** `words` are what a person types for it. Its mistakes are told in its own words, and where its help is. */
function verb(name: string, words = name): Command {
  return new Command(name).showHelpAfterError(`(ocean-sentry ${words} --help tells more)`).exitOverride()
}

interface RunOptions {
  once: boolean
  embedded: boolean
  port?: string
  host?: string
  database?: string
  role?: string
  strict?: boolean
  explain?: boolean
  initializePortResources?: string
  logLevel?: string
  check: boolean
}

function runFlags(folder: string, options: RunOptions): RunFlags {
  refuseNoFolder(folder)
  return {
    folder,
    once: options.once,
    embedded: options.embedded,
    settings: {
      "server.port": options.port,
      "server.host": options.host,
      "database.url": options.database,
      role: options.role,
      strict: options.strict,
      explain: options.explain,
      initializePortResources: options.initializePortResources,
      logLevel: options.logLevel,
    },
  }
}

interface CatalogOptions {
  database: string
  port: number
  host: string
  publicUrl?: string
  bareWebhookPaths: boolean
  auditLogDays: number
}

function catalogCommand(deps: ProgramDeps): Command {
  const { signals, done } = deps
  const database = () =>
    new Option("--database <place>", "where it is kept: a path, or postgres://…").default(defaultDatabase)
  return verb("catalog")
    .description("serve the embedded catalog alone, for other programs that speak Port's API")
    .addOption(database())
    .option("-p, --port <number>", "port to listen on", portNumber, 8000)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option(
      "--public-url <url>",
      "where senders of webhooks reach it (default: where a request came to)",
      webAddress,
    )
    .option("--bare-webhook-paths", "take webhook events at /<webhookKey> too", false)
    .option("--audit-log-days <number>", "for so many days it keeps who wrote what", atLeastOne, 30)
    .action(async (options: CatalogOptions) => {
      const { serveCatalog } = await import("./commands/catalog.ts")
      done(await serveCatalog(options, signals))
    })
    .addCommand(catalogExportCommand(deps))
    .addCommand(catalogImportCommand(deps))
    .addCommand(
      verb("credentials", "catalog credentials")
        .description("print the client id and secret of the embedded catalog")
        .addOption(database())
        .option("--issue", "make new ones; the old ones are refused from then on", false)
        .action(async (_: unknown, command: Command) => {
          // The catalog's own --database counts here too, wherever on the line it stands.
          const options = command.optsWithGlobals<{ database: string; issue: boolean }>()
          const { printCredentials } = await import("./commands/catalog.ts")
          done(await printCredentials(options))
        }),
    )
}

function simulatorCommand({ signals, done }: ProgramDeps): Command {
  return verb("simulator")
    .description("serve a simulated Sentry organization")
    .option("-p, --port <number>", "port to listen on (0: any free one)", portNumber, 9000)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--token <text>", "the token it accepts (default: a random one, printed)")
    .option("--projects <number>", "projects of the organization", atLeastOne, 12)
    .option("--issues <number>", "issues of each project", wholeNumber, 40)
    .option("--unresolved", "all of them unresolved; else three in ten are resolved or archived", false)
    .option("--seed <number>", "the same number gives the same organization", wholeNumber, 1)
    .option("--latency <ms>", "added to every answer", wholeNumber, 0)
    .option("--limits", "limit requests as sentry.io does", false)
    .option("--webhook-url <url>", "send signed webhooks of what happens there, as Sentry does", webAddress)
    .option("--webhook-secret <text>", "what they are signed with (default: a random one, printed)")
    .option(
      "--changes-every <seconds>",
      "let something happen in the organization every so often",
      wholeNumber,
      0,
    )
    .action(async (options) => {
      const { simulate } = await import("./commands/simulator.ts")
      done(await simulate(options, signals))
    })
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("expected a whole number")
  return Number(text)
}

function webAddress(text: string): string {
  if (!/^https?:\/\/./.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError("expected an address that begins with http:// or https://")
  }
  return text
}

function portNumber(text: string): number {
  const port = wholeNumber(text)
  if (port > 65_535) throw new InvalidArgumentError("expected a port, at most 65535")
  return port
}

function atLeastOne(text: string): number {
  const number = wholeNumber(text)
  if (number === 0) throw new InvalidArgumentError("expected at least 1")
  return number
}

// The verb `webhooks` on the command line. What it brings along is imported when it is asked for.
import { Command, InvalidArgumentError } from "commander"
import type { ProgramDeps } from "../program.ts"

export function webhooksCommand(deps: ProgramDeps): Command {
  return new Command("webhooks")
    .description("set up and test the webhooks by which Sentry tells of changes")
    .exitOverride()
    .addCommand(installCommand(deps))
    .addCommand(testCommand(deps))
}

function installCommand({ signals, done }: ProgramDeps): Command {
  return withAddress(new Command("install"))
    .description("let Sentry tell of changes: find, create or mend its internal integration")
    .option("--events <list>", "what it shall tell: issue, comment, error", eventList, ["issue", "comment"])
    .option("--dry-run", "change nothing in Sentry, say what a person would do", false)
    .option("--rotate-secret", "make a new client secret where Sentry does not show the old one", false)
    .action(async (folder: string, options: Options & InstallOptions) => {
      const { installSentryWebhooks } = await import("../commands/webhooks.ts")
      done(await installSentryWebhooks({ folder, baseUrl: undefined, ...options }, signals))
    })
}

function testCommand({ signals, done }: ProgramDeps): Command {
  return withAddress(new Command("test"))
    .description("send a signed delivery to the running process, and a forged one that must be refused")
    .option("--database <place>", "the database of the running process: a path, or postgres://…")
    .action(async (folder: string, options: Options & { database?: string }) => {
      const { testSentryWebhooks } = await import("../commands/webhooks.ts")
      done(await testSentryWebhooks({ folder, baseUrl: undefined, database: undefined, ...options }, signals))
    })
}

interface Options {
  baseUrl?: string
  json: boolean
}

interface InstallOptions {
  events: string[]
  dryRun: boolean
  rotateSecret: boolean
}

function withAddress(command: Command): Command {
  return command
    .argument("[path]", "folder with config.yaml and .env", ".")
    .option("--base-url <url>", "public address of the running process")
    .option("--json", "print JSON for programs", false)
    .showHelpAfterError(`(ocean-sentry webhooks ${command.name()} --help tells more)`)
    .exitOverride()
}

function eventList(text: string): string[] {
  const names = text.split(",").map((name) => name.trim())
  const unknown = names.find((name) => !["issue", "comment", "error"].includes(name))
  if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is none of issue, comment, error`)
  return [...new Set(names)]
}

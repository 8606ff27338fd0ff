// The verb `plan` on the command line.
import { Command } from "commander"
import type { ProgramDeps } from "../program.ts"
import { refuseNoFolder } from "../refuse-no-folder.ts"

export function planCommand({ signals, done }: ProgramDeps): Command {
  return new Command("plan")
    .description("show what a run would create, change, delete and refuse, and why; nothing is written")
    .argument("[path]", "folder with config.yaml and .env", ".")
    .option("--all", "list every entity, and values in full", false)
    .option("--json", "print JSON for programs: everything, uncut", false)
    .option("-O, --once", "plan for a single run, which keeps no state against Port", false)
    .option("--embedded", "use the embedded catalog though Port is configured", false)
    .option("--database <place>", "what earlier runs remember is read here: a path, or postgres://…")
    .option("--strict", "entities that Port would refuse count as a failure too")
    .option("-l, --log-level <level>", "debug, info, warn or error")
    .showHelpAfterError("(ocean-sentry plan --help tells more)")
    .exitOverride()
    .action(async (folder: string, options: PlanOptions) => {
      refuseNoFolder(folder)
      const { plan } = await import("../commands/plan.ts")
      done(
        await plan(
          {
            folder,
            once: options.once,
            embedded: options.embedded,
            all: options.all,
            json: options.json,
            settings: {
              "database.url": options.database,
              strict: options.strict,
              logLevel: options.logLevel,
            },
          },
          signals,
        ),
      )
    })
}

interface PlanOptions {
  all: boolean
  json: boolean
  once: boolean
  embedded: boolean
  database?: string
  strict?: boolean
  logLevel?: string
}

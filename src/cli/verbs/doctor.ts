// The verb `doctor` on the command line; `run --check` is the same.
import { Command } from "commander"
import type { ProgramDeps } from "../program.ts"
import { refuseNoFolder } from "../refuse-no-folder.ts"

export function doctorCommand({ signals, done }: ProgramDeps): Command {
  return new Command("doctor")
    .description(
      "check settings, Sentry, Port, the mapping, live events and this machine; nothing is changed",
    )
    .argument("[path]", "folder with config.yaml and .env", ".")
    .option("--json", "print JSON for programs", false)
    .option("-O, --once", "check for a single run", false)
    .option("--embedded", "check the embedded catalog though Port is configured", false)
    .option("-p, --port <number>", "port to listen on")
    .option("--host <address>", "address to listen on")
    .option("--database <place>", "what must last is kept here: a path, or postgres://…")
    .option("-l, --log-level <level>", "debug, info, warn or error")
    .showHelpAfterError("(ocean-sentry doctor --help tells more)")
    .exitOverride()
    .action(async (folder: string, options: DoctorOptions) => {
      refuseNoFolder(folder)
      const { doctor } = await import("../commands/doctor.ts")
      done(
        await doctor(
          {
            folder,
            once: options.once,
            embedded: options.embedded,
            json: options.json,
            settings: {
              "server.port": options.port,
              "server.host": options.host,
              "database.url": options.database,
              logLevel: options.logLevel,
            },
          },
          signals,
        ),
      )
    })
}

interface DoctorOptions {
  json: boolean
  once: boolean
  embedded: boolean
  port?: string
  host?: string
  database?: string
  logLevel?: string
}

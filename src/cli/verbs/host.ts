// `ocean-sentry host`
import { Command } from "commander"
import type { ProgramDeps } from "../program.ts"
import { refuseNoFolder } from "../refuse-no-folder.ts"

interface HostFlags {
  port?: string
  host?: string
  database?: string
}

export function hostCommand({ signals, done }: ProgramDeps): Command {
  return new Command("host")
    .showHelpAfterError("(ocean-sentry host --help tells more)")
    .exitOverride()
    .description(
      "serve many installations from one process: resyncs and live events, each in a process of its own",
    )
    .argument("[path]", "folder with config.yaml and .env", ".")
    .option("-p, --port <number>", "port to listen on (8000)")
    .option("--host <address>", "address to listen on (127.0.0.1)")
    .option("--database <place>", "what must last is kept here: a path, or postgres://…")
    .action(async (folder: string, options: HostFlags) => {
      refuseNoFolder(folder)
      const { serveHost } = await import("../commands/host.ts")
      const settings = {
        "server.port": options.port,
        "server.host": options.host,
        "database.url": options.database,
      }
      done(await serveHost({ folder, settings }, signals))
    })
}

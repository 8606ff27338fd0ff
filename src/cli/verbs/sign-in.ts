// The verb `sign-in` on the command line.
import { Command } from "commander"
import type { ProgramDeps } from "../program.ts"

export function signInCommand({ done }: ProgramDeps): Command {
  return new Command("sign-in")
    .description("print a link that signs a person in at the pages, once")
    .option("--read-only", "for somebody who may look, and change nothing", false)
    .option("--name <text>", "who it is for, as the audit log shall name them")
    .option("--end-all", "end all sessions that there are", false)
    .option("--folder <path>", "folder with config.yaml and .env", ".")
    .option("--database <place>", "the database of the running process: a path, or postgres://…")
    .showHelpAfterError("(ocean-sentry sign-in --help tells more)")
    .exitOverride()
    .action(async (options: SignInOptions) => {
      const { signIn } = await import("../commands/sign-in.ts")
      const { readOnly, name, endAll, folder, database } = options
      done(await signIn({ readOnly, name, endAll, folder, database }))
    })
}

interface SignInOptions {
  readOnly: boolean
  name?: string
  endAll: boolean
  folder: string
  database?: string
}

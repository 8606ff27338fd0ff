// The verbs `catalog export` and `catalog import` on the command line.
import { Command, Option } from "commander"
import type { ProgramDeps } from "../program.ts"
import { defaultDatabase } from "../state-folder.ts"

export function catalogExportCommand({ done }: ProgramDeps): Command {
  return withDatabase(new Command("export"))
    .description("write the whole catalog as lines of JSON, which import takes on either engine")
    .argument("[file]", "where to (default: standard output)")
    .action(async (file: string | undefined, _: unknown, command: Command) => {
      const { exportTo } = await import("../commands/catalog-backup.ts")
      done(await exportTo({ ...placeOf(command), file }))
    })
}

export function catalogImportCommand({ done }: ProgramDeps): Command {
  return withDatabase(new Command("import"))
    .description("take in an exported catalog: into an empty one, whole or not at all")
    .argument("[file]", "where from (default: standard input)")
    .action(async (file: string | undefined, _: unknown, command: Command) => {
      const { importFrom } = await import("../commands/catalog-backup.ts")
      done(await importFrom({ ...placeOf(command), file }))
    })
}

function withDatabase(command: Command): Command {
  return command
    .exitOverride()
    .addOption(
      new Option("--database <place>", "where it is kept: a path, or postgres://…").default(defaultDatabase),
    )
}

/** The catalog's own --database counts here too, wherever on the line it stands. */
function placeOf(command: Command): { database: string } {
  return command.optsWithGlobals<{ database: string }>()
}

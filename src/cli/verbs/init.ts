// `ocean-sentry init`
import { Command, Option } from "commander"
import { presets } from "../../sentry/defaults/presets.ts"
import { type InitFlags, init } from "../commands/init.ts"
import { systems } from "../install/systems.ts"
import type { ProgramDeps } from "../program.ts"

export function initCommand({ done }: ProgramDeps): Command {
  const names = presets.map(({ name }) => name)
  return new Command("init")
    .description("write settings to fill in, and the mapping and blueprints of a preset")
    .addOption(
      new Option("--preset <name>", "what the first start installs (docs/reference/presets.md)")
        .choices(names)
        .default(names[0]),
    )
    .addOption(
      new Option(
        "--system <name>",
        `instead: files for ${systems.map(({ name, text }) => `${name} (${text})`).join(", ")}`,
      ).choices(systems.map(({ name }) => name)),
    )
    .option("--docker", "with --system: run the image, where the default is npx")
    .option("--dir <path>", "folder to write into", ".")
    .option("--force", "write over files that exist", false)
    .exitOverride()
    .action((options: InitFlags) => done(init(options)))
}

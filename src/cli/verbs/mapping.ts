// `mapping test` and `mapping schema`. What they bring along is imported when they are asked for.
import { Command, InvalidArgumentError } from "commander"
import type { MappingTestFlags } from "../commands/mapping-test.ts"
import { exitCodes } from "../exit-codes.ts"
import type { ProgramDeps } from "../program.ts"

export function mappingCommand(deps: ProgramDeps): Command {
  return new Command("mapping")
    .description("try a mapping before it is live")
    .addCommand(testCommand(deps))
    .addCommand(schemaCommand(deps))
}

function testCommand({ signals, done }: ProgramDeps): Command {
  return new Command("test")
    .description(
      "check a mapping and apply it to raw objects, writing nothing: of a sample, else of Sentry, else of the demo",
    )
    .argument("[file]", "the mapping, YAML or JSON (default: the one Port holds, or the default mapping)")
    .option("--sample <file>", "JSON: one raw object, or a list of them, with what its kind adds")
    .option("--kind <name>", "only the resources of this kind")
    .option("--limit <number>", "how many objects of the first page are tried", positive, 50)
    .option("--all", "print every entity, not only the first two of a resource", false)
    .option("--json", "print the result as JSON", false)
    .option("--folder <path>", "folder with config.yaml and .env", ".")
    .exitOverride()
    .action(async (file: string | undefined, options: TestOptions) => {
      const { testMapping } = await import("../commands/mapping-test.ts")
      done(await testMapping({ file, sample: undefined, kind: undefined, ...options }, signals))
    })
}

/** The options without a default are absent where they are not given. */
type TestOptions = Omit<MappingTestFlags, "file" | "sample" | "kind"> & { sample?: string; kind?: string }

function schemaCommand({ done }: ProgramDeps): Command {
  return new Command("schema")
    .description("print the JSON Schema of a mapping, for editors")
    .exitOverride()
    .action(async () => {
      const { mappingSchemaText } = await import("../mapping-schema-text.ts")
      process.stdout.write(mappingSchemaText())
      done(exitCodes.success)
    })
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("expected a whole number from 1")
  return Number(text)
}

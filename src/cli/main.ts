// Where the program begins and ends: the command line, errors for people, the exit code.
import { CommanderError } from "commander"
import { AppError, errorText, InvalidInput } from "../common/errors.ts"
import { describeInvalidInput } from "./commands/run.ts"
import { exitCodes } from "./exit-codes.ts"
import { createProgram } from "./program.ts"
import { listenToSignals } from "./signals.ts"

/** Runs the verb of the command line and answers the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.success
  const signals = listenToSignals((now) => process.exit(now))
  try {
    await createProgram({
      signals,
      done(result) {
        code = result
      },
    }).parseAsync(argv)
    return code
  } catch (error) {
    return explain(error)
  }
}

/** One clear text for what a person can mend; a stack only for what is our own mistake. */
function explain(error: unknown): number {
  // Commander has printed its own words already; asking for help or the version is no mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage
  if (error instanceof InvalidInput) {
    const [subject] = error.message.split(":")
    process.stderr.write(`ocean-sentry: ${subject}:\n${describeInvalidInput(error)}\n`)
    return exitCodes.usage
  }
  if (error instanceof AppError) {
    process.stderr.write(`ocean-sentry: ${errorText(error)}${error.hint ? `\n  ${error.hint}` : ""}\n`)
    return exitCodes.startFailed
  }
  const stack = error instanceof Error ? error.stack : String(error)
  process.stderr.write(`ocean-sentry: unexpected error, which is a mistake of this program:\n${stack}\n`)
  return exitCodes.unexpected
}

// Handles such as kept-alive connections may still be open; the work is done, and its output is written.
process.exit(await main(process.argv))

// The verb `events` on the command line. What it brings along is imported when it is asked for.
import { Argument, Command, InvalidArgumentError, Option } from "commander"
import type { EventState } from "../../live-events/live-event.ts"
import type { ProgramDeps } from "../program.ts"

export function eventsCommand({ done }: ProgramDeps): Command {
  return new Command("events")
    .description("look at the live events that were received, and let them be worked on again")
    .exitOverride()
    .addCommand(listCommand(done))
    .addCommand(showCommand(done))
    .addCommand(replayCommand(done))
}

type Done = ProgramDeps["done"]

interface PlaceOptions {
  folder: string
  database?: string
}

function listCommand(done: Done): Command {
  return withPlace(new Command("list"))
    .description("the newest events, with what became of them")
    .addOption(
      new Option("--state <state>", "only those in this state").choices([
        "waiting",
        "working",
        "done",
        "dead",
      ]),
    )
    .option("--limit <number>", "at most so many", positive, 50)
    .option("--json", "print JSON for programs", false)
    .action(async (options: PlaceOptions & { state?: EventState; limit: number; json: boolean }) => {
      const { listEvents } = await import("../commands/events.ts")
      const { state, limit, json } = options
      done(await listEvents({ ...placeOf(options), state, limit, json }))
    })
}

function showCommand(done: Done): Command {
  return withPlace(new Command("show"))
    .description("one event as it came, and what became of it")
    .addArgument(new Argument("<id>", "its number in the list").argParser(positive))
    .option("--json", "print JSON for programs", false)
    .action(async (id: number, options: PlaceOptions & { json: boolean }) => {
      const { showEvent } = await import("../commands/events.ts")
      done(await showEvent({ ...placeOf(options), id, json: options.json }))
    })
}

function replayCommand(done: Done): Command {
  return withPlace(new Command("replay"))
    .description("let dead or done events be worked on again by the running process")
    .argument("[ids...]", "their numbers in the list")
    .option("--all-dead", "all that are dead", false)
    .action(async (ids: string[], options: PlaceOptions & { allDead: boolean }) => {
      const { replayEvents } = await import("../commands/events.ts")
      done(await replayEvents({ ...placeOf(options), ids: ids.map(positive), allDead: options.allDead }))
    })
}

/** Options that name the installation whose log it is. */
function withPlace(command: Command): Command {
  return command
    .option("--folder <path>", "folder with config.yaml and .env", ".")
    .option("--database <place>", "the database of the running process: a path, or postgres://…")
    .showHelpAfterError(`(ocean-sentry events ${command.name()} --help tells more)`)
    .exitOverride()
}

function placeOf({ folder, database }: PlaceOptions): { folder: string; database: string | undefined } {
  return { folder, database }
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,15}$/.test(text)) throw new InvalidArgumentError("expected a whole number of at least 1")
  return Number(text)
}

// How a person gets a link that signs them in, as it is typed.
import { ownCommand } from "./own-command.ts"
import type { Settings } from "./settings.ts"
import { shownPlace } from "./state-folder.ts"

/** A database given by an option must be given again; one of the settings is found by them. */
export function signInCommandFor({ database, given }: Pick<Settings, "database" | "given">): string {
  const command = `${ownCommand()} sign-in`
  return database.url === undefined || !given.has("database.url")
    ? command
    : `${command} --database ${shownPlace(database.url)}`
}

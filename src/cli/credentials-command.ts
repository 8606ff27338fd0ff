// How a person gets the credentials of the catalog that is being served.
import { ownCommand } from "./own-command.ts"
import { defaultDatabase, shownPlace } from "./state-folder.ts"

/** Can be copied as it stands, except where the database's address has a password, which is not shown. */
export function credentialsCommand(database: string): string {
  const command = `${ownCommand()} catalog credentials`
  return database === defaultDatabase ? command : `${command} --database ${shownPlace(database)}`
}

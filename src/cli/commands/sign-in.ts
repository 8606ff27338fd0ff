// A link that signs a person in at the pages of the running process.
import { existsSync } from "node:fs"
import { AppError } from "../../common/errors.ts"
import { systemClock } from "../../common/sleep.ts"
import { openDatabase } from "../../database/database.ts"
import { openSessionStore } from "../../pages/sign-in/session-store.ts"
import { signInUrl } from "../../pages/sign-in/sign-in-url.ts"
import { type InstallationFlags, readInstallation } from "../event-log-part.ts"
import { exitCodes } from "../exit-codes.ts"
import { chooseStart } from "../start-mode.ts"
import { databaseFor, shownPlace } from "../state-folder.ts"

export interface SignInFlags extends InstallationFlags {
  readOnly: boolean
  name: string | undefined
  /** End all sessions first. */
  endAll: boolean
}

export async function signIn(flags: SignInFlags): Promise<number> {
  const { settings } = readInstallation(flags)
  // One that is named needs no way to start, such as a host's.
  const { url } = settings.database
  const place = url ?? databaseFor(chooseStart(settings), { once: false, url }) ?? ""
  if (!/^postgres(ql)?:\/\//.test(place) && !existsSync(place)) {
    throw new AppError(
      "no_database",
      `there is no database at ${shownPlace(place)}, so nobody can sign in there`,
      {
        hint: "start the program first, or name its database with --database or OCEAN__DATABASE__URL",
      },
    )
  }
  await using parts = new AsyncDisposableStack()
  const database = parts.adopt(await openDatabase(place), (one) => one.close())
  const store = await openSessionStore(database, systemClock)
  if (flags.endAll) await store.endAll()
  const role = flags.readOnly ? "viewer" : "admin"
  const { token } = await store.issueLink({ role, name: flags.name ?? role })
  const origin = settings.baseUrl ?? (await store.address()) ?? `http://127.0.0.1:${settings.server.port}`
  const may = flags.readOnly ? "may look, and change nothing" : "may change everything"
  process.stdout.write(
    `${signInUrl(origin, token)}\n\nIt works once, within an hour; whoever opens it ${may}.${flags.endAll ? " All earlier sessions are ended." : ""}\n`,
  )
  return exitCodes.success
}

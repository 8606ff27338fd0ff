// The event log of an installation, opened beside the running process: by the verbs that look at it.
import { existsSync } from "node:fs"
import { AppError } from "../common/errors.ts"
import { systemClock } from "../common/sleep.ts"
import { type Database, openDatabase } from "../database/database.ts"
import { type EventLog, openEventLog } from "../live-events/event-log.ts"
import type { Settings } from "./settings.ts"
import { processEnvironment, readSettings, type SettingsRead } from "./settings-sources.ts"
import { chooseStart } from "./start-mode.ts"
import { databaseFor } from "./state-folder.ts"

export interface InstallationFlags {
  /** Where `.env` and `config.yaml` are looked for. */
  folder: string
  database?: string | undefined
}

export function readInstallation(
  { folder, database }: InstallationFlags,
  flags: Record<string, unknown> = {},
): SettingsRead {
  return readSettings({
    flags: { "database.url": database, ...flags },
    environment: processEnvironment(),
    folder,
  })
}

/** Throws an `AppError` where there is no such database: looking must not make an empty one. */
export async function useEventLog<T>(
  settings: Settings,
  work: (log: EventLog, database: Database) => Promise<T>,
): Promise<T> {
  const start = chooseStart(settings, { embedded: true })
  const place = databaseFor(start, { once: false, url: settings.database.url }) ?? ""
  if (!/^postgres(ql)?:\/\//.test(place) && !existsSync(place)) {
    throw new AppError("no_database", `there is no database at ${place}, so no events are kept there`, {
      hint: "name the one of the running process with --database or OCEAN__DATABASE__URL",
    })
  }
  await using parts = new AsyncDisposableStack()
  const database = parts.adopt(await openDatabase(place), (one) => one.close())
  return await work(await openEventLog(database, settings.integration.identifier, systemClock), database)
}

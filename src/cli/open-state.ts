// The database of a start: on disk, or in memory where the drop-in has no folder to write to.
import { AppError, errorText } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import type { Database } from "../database/database.ts"
import type { Settings } from "./settings.ts"
import type { Start } from "./start-mode.ts"

/** The drop-in needs no folder that can be written to, unless one was named: the original has none that lasts either. */
export async function openState(
  place: string,
  { start, settings, log }: { start: Start; settings: Pick<Settings, "database">; log: Logger },
): Promise<Database> {
  // Loaded here, since a single run into Port has no database at all.
  const { openDatabase } = await import("../database/database.ts")
  try {
    return await openDatabase(place)
  } catch (error) {
    const isOptional = start.mode === "drop-in" && settings.database.url === undefined
    if (!isOptional || !isNoWritableFolder(error)) throw error
    log.warn(
      { place, error: errorText(error) },
      "Nothing can be kept on disk: webhooks received and what is known of entities live in memory, and end with the process",
    )
    return openDatabase(":memory:")
  }
}

/** A read-only root, a folder of somebody else, or a volume that was not mounted; a broken file is something else. */
function isNoWritableFolder(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : error
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined
  return code === "EROFS" || code === "EACCES" || code === "ENOENT"
}

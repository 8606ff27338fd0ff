// Where state lives when no setting says so.
import { createMask } from "../common/mask.ts"

/** In the working folder, beside `config.yaml` and `.env`. */
const stateFolder = ".ocean-sentry"

/** The demo has a file of its own, so that invented entities never mix with real ones. */
export const defaultDatabase = `${stateFolder}/ocean-sentry.db`
export const hostDatabase = `${stateFolder}/host.db`
const demoDatabase = `${stateFolder}/demo.db`

/** The database for a way to start; undefined for a single run against Port, which keeps nothing on disk. */
export function databaseFor(
  start: { mode: "drop-in" | "embedded" | "demo" },
  options: { once: boolean; url: string | undefined },
): string | undefined {
  if (options.url !== undefined) return options.url
  if (start.mode === "demo") return demoDatabase
  return start.mode === "drop-in" && options.once ? undefined : defaultDatabase
}

/** Whether other processes, of other machines too, may have the same one. */
export function isShared(place: string): boolean {
  return /^postgres(ql)?:\/\//.test(place)
}

/** A place as it may be shown: the password of an address is nobody's to read. */
export function shownPlace(place: string): string {
  return createMask([])(place)
}

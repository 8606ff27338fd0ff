// From where to where a start reads and writes, in one line.
import type { Settings } from "./settings.ts"
import type { Start } from "./start-mode.ts"
import { shownPlace } from "./state-folder.ts"

/** `catalog` says where the embedded one is: at an address, or in a file. */
export function routeLine(start: Start, settings: Settings, catalog: string): string {
  const source =
    start.mode === "demo"
      ? "a simulated Sentry organization (demo)"
      : `${start.sentry.organization} at ${start.sentry.host}`
  const target =
    start.mode === "drop-in" ? `Port at ${start.port.baseUrl}` : `the embedded catalog ${catalog}`
  return `${source} → ${shownPlace(target)}, as "${settings.integration.identifier}"`
}

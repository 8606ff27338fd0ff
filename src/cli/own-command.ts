// How a person calls this program again, for hints that can be copied.
import { processEnvironment } from "./settings-sources.ts"

/** In a clone the program has no name of its own on the path: there it is `npm start --`. */
export function ownCommand(): string {
  return isStartedByNpm() ? "npm start --" : "ocean-sentry"
}

export function isStartedByNpm(): boolean {
  return processEnvironment().npm_lifecycle_event === "start"
}

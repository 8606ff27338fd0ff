// A mistyped verb looks like the folder that verbs take, and must not start the demo.
import { statSync } from "node:fs"
import { InvalidInput } from "../common/errors.ts"

/** Throws `InvalidInput` where the path is no folder. */
export function refuseNoFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  throw new InvalidInput("Nothing was started", [
    {
      where: path,
      what: "neither a verb nor a folder",
      hint: "the verbs are run, plan, doctor, mapping, init, webhooks, events, catalog and simulator; ocean-sentry --help tells more",
    },
  ])
}

// Pure: an installation with a change laid over it. Its secrets are no part of what is written down, so that those of the
// change go their own way: null takes one away, what is left out stays.
import { InvalidInput } from "../common/errors.ts"
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"
import { parseInput } from "../common/schema.ts"
import {
  type ChangedSecrets,
  type Installation,
  InstallationInput,
  secretPaths,
  splitSecrets,
  writtenOf,
} from "./installation.ts"
import { mergePatch } from "./merge-patch.ts"

/** Throws an `InvalidInput` where what comes of it cannot be used. */
export function changedInstallation(
  known: Installation,
  change: JsonValue | undefined,
): { spec: InstallationInput; secrets: ChangedSecrets } {
  if (!isJsonObject(change))
    throw new InvalidInput("the change", [{ where: "the change", what: "expected a JSON object" }])
  const patch = change
  const merged = mergePatch(writtenOf(known), patch) as JsonObject // an object laid over an object
  for (const path of secretPaths) {
    const [group = "", name = ""] = path.split(".")
    const [given, into] = [patch[group], merged[group]]
    if (isJsonObject(given) && isJsonObject(into) && name in given) into[name] = given[name] ?? null
  }
  const changed = splitSecrets(parseInput(InstallationInput, merged, "the installation"))
  // Those of the host are used from now on; what is used no more is not kept.
  if (patch.port === null) changed.secrets["port.clientSecret"] = null
  return changed
}

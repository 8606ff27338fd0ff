// The mappings that are measured, each with the blueprints it writes into: presets of the program.
import type { JsonObject } from "../src/common/json.ts"
import { presets } from "../src/sentry/defaults/presets.ts"

export interface Resources {
  mapping: JsonObject
  blueprints: readonly JsonObject[]
}

/** The older documentation page's two examples: a project and an issue each become one entity. */
export function projectAndIssue(): Resources {
  return preset("older-page")
}

/** Equal in effect to what the original integration has packaged: one entity per issue, linked to its environments. */
export function environmentsPerIssue(): Resources {
  return preset("packaged")
}

function preset(name: string): Resources {
  const found = presets.find((one) => one.name === name)
  if (!found) throw new Error(`there is no preset ${name}`)
  return { mapping: found.mapping, blueprints: found.blueprints }
}

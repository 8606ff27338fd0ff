// The mappings that histories are tried with: all kinds together, whole objects, selectors, and what is kept for no time.
import type { JsonObject } from "../../src/common/json.ts"
import { blueprint, issueWhere, resource, resources } from "../support/small-world.ts"
import type { World } from "../support/world.ts"

const whole = resource("issue-tag", {
  identifier: ".id",
  blueprint: '"whole"',
  // Counts of the last hours move with the clock, which the runs compared do not share to the second.
  properties: { all: "del(.stats)" },
})
const level = resource(
  "issue-tag",
  { identifier: ".id", blueprint: '"level"', properties: { all: ".__tags" } },
  { selector: { tag: "level" } },
)

export const modelBlueprints: readonly JsonObject[] = [
  blueprint("whole", { all: { type: "object" } }),
  blueprint("level", { all: { type: "array" } }),
]

export const mappings: Readonly<Record<string, JsonObject[]>> = {
  "all kinds": Object.values(resources),
  "tags whole": [resources.issueEnvironment, whole, level],
  "every status": [issueWhere({ issueQuery: "" }), resources.issueEnvironment, resources.project],
  "kept for no time": [
    issueWhere({ keepResolvedFor: "0", includeArchived: false }),
    resources.issueEnvironment,
  ],
  "some environments": [issueWhere({ environments: ["production"] }), resources.environment],
}

const compared = ["user", "team", "project", "environment", "issue", "issueEnvironment", "whole", "level"]

/** All that a mapping decides of all entities, by blueprint and identifier. */
export async function contentsOf(world: World): Promise<Record<string, unknown>> {
  const entries: [string, unknown][] = []
  for (const name of compared)
    for (const [identifier, { title, properties, relations }] of Object.entries(await world.entities(name)))
      entries.push([`${name} ${identifier}`, { title, properties, relations }])
  return Object.fromEntries(entries)
}

// Teams of a blueprint whose ownership is inherited: those of the entities at the end of a path.
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import { inheritancePath } from "../rules/ownership.ts"
import type { EntityRecord } from "../store/entities.ts"
import { readTargets, teamRelation } from "../store/relations.ts"
import type { DeriveDeps } from "./derive-deps.ts"
import { walk } from "./mirrors.ts"

/** The identifiers of each record's teams; undefined where the blueprint keeps its own. */
export async function inheritedTeams(
  deps: DeriveDeps,
  definition: BlueprintDefinition,
  records: readonly EntityRecord[],
): Promise<string[][] | undefined> {
  const path = inheritancePath(definition)
  if (path === undefined) return undefined
  const walked = await walk(deps, definition, records, path.split("."))
  if (!walked) return records.map(() => [])
  const ids = walked.ends.flat().flatMap(({ id }) => id ?? [])
  const targets = await readTargets(deps.db, deps.json, [...new Set(ids)])
  return walked.ends.map((ends) => {
    const teams = ends.flatMap(({ id }) =>
      id === undefined ? [] : (targets.get(id)?.get(teamRelation) ?? []),
    )
    return [...new Set(teams.map(({ identifier }) => identifier))]
  })
}

// What the original has packaged, in effect: one entity per issue and per project environment. Its blueprints refuse
// values that Sentry has (the role "billing", two statuses); these take them.
import { isJsonObject, type JsonObject } from "../../common/json.ts"
import {
  environmentsRelation,
  issueBlueprint,
  projectBlueprint,
  teamBlueprint,
  userBlueprint,
  userRelation,
} from "./blueprints.ts"
import { mappingOf } from "./resource.ts"
import { issuesWithEnvironments, projectEnvironments, teamOfProject, teams, users } from "./resources.ts"

export const packagedBlueprints: readonly JsonObject[] = [
  userBlueprint,
  teamBlueprint,
  withOneTeam(projectBlueprint("sentryProject", "Sentry Project Environment")),
  issueBlueprint({
    projectEnvironment: environmentsRelation("sentryProject"),
    assignedTo: userRelation("Assigned To"),
  }),
]

export const packagedMapping: JsonObject = mappingOf([
  users,
  teams,
  projectEnvironments("sentryProject", teamOfProject),
  issuesWithEnvironments,
])

/** As in the original: dashboards and widgets made for it expect a single team. */
function withOneTeam(blueprint: JsonObject): JsonObject {
  const { team } = isJsonObject(blueprint.relations) ? blueprint.relations : {}
  return { ...blueprint, relations: { team: { ...(isJsonObject(team) ? team : {}), many: false } } }
}

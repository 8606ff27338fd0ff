// The single examples of the newer documentation page, each with the blueprints it needs. Two blueprints of the page are
// called `sentryProject`, one of them with a team: they become their union.
import type { JsonObject } from "../../common/json.ts"
import type { Preset } from "../../integration.ts"
import {
  environmentsRelation,
  issueBlueprint,
  projectBlueprint,
  teamBlueprint,
  userBlueprint,
  userRelation,
} from "./blueprints.ts"
import { mappingOf, resource } from "./resource.ts"
import {
  issueProperties,
  issuesWithEnvironments,
  projectEnvironments,
  projects,
  teamOfProject,
  teams,
  users,
} from "./resources.ts"

const sentryProject = projectBlueprint("sentryProject", "Sentry Project")

const sentryIssue = issueBlueprint({
  projectEnvironment: environmentsRelation("sentryProject"),
  assignedTo: userRelation("Assigned To"),
})

/** The page gives the relation a text where its blueprint wants a list. */
const issues = resource({
  kind: "issue",
  blueprint: "sentryIssue",
  identifier: ".id",
  title: ".title",
  properties: issueProperties,
  relations: { projectEnvironment: "[.project.slug]", assignedTo: ".assignedTo.email" },
})

export const examples: readonly Preset[] = [
  example("user", "Members of the organization.", [userBlueprint], [users]),
  example("team", "Teams and their members.", [userBlueprint, teamBlueprint], [teams]),
  example("project", "Projects.", [userBlueprint, teamBlueprint, sentryProject], [projects("sentryProject")]),
  example(
    "issue",
    "Issues, related to their project and to whom they are assigned to.",
    [userBlueprint, teamBlueprint, sentryProject, sentryIssue],
    [issues],
  ),
  example(
    "project-environment",
    "An entity for each environment of a project, and issues related to those they were seen in.",
    [userBlueprint, teamBlueprint, sentryProject, sentryIssue],
    [projectEnvironments("sentryProject", teamOfProject), issuesWithEnvironments],
  ),
]

function example(name: string, text: string, blueprints: JsonObject[], resources: JsonObject[]): Preset {
  return {
    name: `example-${name}`,
    text,
    blueprints,
    systemRelations: [],
    mapping: mappingOf(resources),
  }
}

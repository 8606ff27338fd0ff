// Blueprints of the documentation, together as a catalog needs them for one mapping. Where a page's blueprint and its
// mapping disagree, the blueprint is made to hold what the mapping writes.
import type { JsonObject } from "../../src/common/json.ts"
import { type SeedCase, seedBlueprint } from "./seed.ts"

export function blueprintsFor({ mapping }: Pick<SeedCase, "mapping">): JsonObject[] {
  if (mapping.startsWith("older/")) return olderBlueprints()
  return mapping === "newer/mapping.default.yaml" ? defaultBlueprints() : exampleBlueprints()
}

function olderBlueprints(): JsonObject[] {
  return [seedBlueprint("older/blueprint.project.json"), seedBlueprint("older/blueprint.issue.json")]
}

/** For the example mappings of the newer page. */
export function exampleBlueprints(): JsonObject[] {
  return [
    seedBlueprint("newer/blueprint.user.json"),
    seedBlueprint("newer/blueprint.team.json"),
    bothProjects(),
    seedBlueprint("newer/blueprint.issue.json"),
  ]
}

/** For the newer page's default mapping. */
export function defaultBlueprints(): JsonObject[] {
  const issue = seedBlueprint("newer/blueprint.issue.json")
  const environment = {
    title: "Environment",
    target: "sentryProjectEnvironment",
    required: false,
    many: true,
  }
  // The default mapping writes an `assignee`, which no blueprint of the page declares.
  const assignee = { title: "Assignee", target: "sentryUser", required: false, many: false }
  return [
    seedBlueprint("newer/blueprint.user.json"),
    seedBlueprint("newer/blueprint.team.json"),
    { ...seedBlueprint("newer/blueprint.project-environment.json"), identifier: "sentryProjectEnvironment" },
    { ...issue, relations: { projectEnvironment: environment, assignee } },
  ]
}

/** The page has two blueprints `sentryProject`; the second adds a relation to the first. */
function bothProjects(): JsonObject {
  const project = seedBlueprint("newer/blueprint.project.json")
  const withTeam = seedBlueprint("newer/blueprint.project-environment.json")
  return { ...project, ...withTeam, relations: { ...project.relations, ...withTeam.relations } }
}

/** What the default mapping needs on the blueprint of Port's own users. */
export const sentryUserRelation: JsonObject = {
  sentry_user: { title: "Sentry User", target: "sentryUser", required: false, many: false },
}

// What a soak writes into, and the mappings that follow each other in it: every one is a change that shows in the catalog.
import type { JsonObject } from "../../src/common/json.ts"

/** Blueprints in the order in which they can be made. */
export const soakBlueprints: readonly JsonObject[] = [
  blueprint("user"),
  blueprint("team", {}, { members: { target: "user", required: false, many: true } }),
  blueprint("project", { platform: { type: "string" }, generation: { type: "number" } }),
  blueprint("environment", {}, { project: { target: "project", required: false, many: false } }),
  blueprint(
    "issue",
    { status: { type: "string" }, count: { type: "string" } },
    {
      project: { target: "project", required: false, many: false },
      assignee: { target: "user", required: false, many: false },
    },
  ),
  blueprint("issueEnvironment", {}, { environment: { target: "environment", required: false, many: false } }),
]

/** Nothing wrong with it, and all kinds in it: what a soak begins and ends with. */
export function plainMapping(generation: number): JsonObject {
  return mappingOf(resourcesOf(generation))
}

/**
 * The mapping of a generation. Most add, drop or rename something; of seven, one has an expression that does not compile
 * and one a query that is no boolean, which fail their resource and must delete nothing of it.
 */
export function mappingOfGeneration(generation: number): JsonObject {
  const all = resourcesOf(generation)
  const { user, team, project, environment, issue, issueEnvironment } = all
  const variants: readonly (() => JsonObject)[] = [
    () => mappingOf(all),
    () => mappingOf({ ...all, issue: retitled(issue, `.title + " #${generation}"`) }),
    () => mappingOf({ user, team, project, environment, issue }),
    () => mappingOf({ ...all, team: retitled(team, ".name |") }),
    () => mappingOf({ ...all, issue: asking(issue, '.level == "error"') }),
    () => mappingOf({ ...all, user: asking(user, ".email") }),
    () => mappingOf({ project, environment, issue, issueEnvironment }),
  ]
  return (variants[generation % variants.length] ?? (() => mappingOf(all)))()
}

type Resources = Record<string, JsonObject>

function resourcesOf(generation: number) {
  return {
    user: resource("user", { identifier: ".email", title: ".user.name", blueprint: '"user"' }),
    team: resource(
      "team",
      {
        identifier: ".slug",
        title: ".name",
        blueprint: '"team"',
        relations: { members: "[.__members[] | .email]" },
      },
      { includeMembers: true },
    ),
    project: resource("project", {
      identifier: ".slug",
      title: ".name",
      blueprint: '"project"',
      properties: { platform: ".platform", generation: String(generation) },
    }),
    environment: resource("project-tag", {
      identifier: '.slug + "-" + .__tags.name',
      blueprint: '"environment"',
      relations: { project: ".slug" },
    }),
    issue: resource("issue", {
      identifier: ".id",
      title: ".title",
      blueprint: '"issue"',
      properties: { status: ".status", count: ".count" },
      relations: { project: ".project.slug", assignee: ".assignedTo.email" },
    }),
    issueEnvironment: resource(
      "issue-tag",
      {
        identifier: '.id + "-" + .item.name',
        title: ".title",
        blueprint: '"issueEnvironment"',
        relations: { environment: '.project.slug + "-" + .item.name' },
      },
      {},
      { itemsToParse: ".__tags" },
    ),
  } satisfies Resources
}

/** All may go at once: a resource that a mapping drops takes all of its entities with it. */
function mappingOf(resources: Resources): JsonObject {
  return { entityDeletionThreshold: 1, resources: Object.values(resources) }
}

function resource(
  kind: string,
  mappings: JsonObject,
  selector: JsonObject = {},
  port: JsonObject = {},
): JsonObject {
  return { kind, selector: { query: "true", ...selector }, port: { ...port, entity: { mappings } } }
}

function retitled(resource: JsonObject, title: string): JsonObject {
  const { port } = resource as { port: { entity: { mappings: JsonObject } } } // made above
  return { ...resource, port: { entity: { mappings: { ...port.entity.mappings, title } } } }
}

function asking(resource: JsonObject, query: string): JsonObject {
  return { ...resource, selector: { query } }
}

function blueprint(identifier: string, properties: JsonObject = {}, relations: JsonObject = {}): JsonObject {
  return { identifier, title: identifier, schema: { properties, required: [] }, relations }
}

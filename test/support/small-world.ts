// A small organization whose every object a test knows by name, and the catalog that a mapping of all six kinds fills.
import { expect } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { type RunRecord, shortcomings } from "../../src/resync/run-record.ts"
import { createOrganization, type Organization } from "../../src/simulator/organization.ts"
import type { Simulator, SimulatorOptions } from "../../src/simulator/serve.ts"
import { steppedClock, useSimulator } from "./simulator.ts"
import { createWorld, type World, type WorldOptions } from "./world.ts"

export const hour = 3_600_000
export const day = 24 * hour

export interface SmallWorld extends World {
  simulator: Simulator
  organization: Organization
  clock: ReturnType<typeof steppedClock>
  /** An hour after what was before, so that every entity is older than the run. */
  run(signal?: AbortSignal): Promise<RunRecord>
  /** Moves the clock on by this many milliseconds. */
  wait(ms: number): void
  /** The id of the issue with this title. */
  idOf(title: string): string
  /** The identifiers of a blueprint's entities, sorted. */
  names(blueprint: string): Promise<string[]>
}

export interface SmallWorldOptions extends Partial<Omit<WorldOptions, "sentry" | "mapping" | "clock">> {
  /** Default: all six kinds. */
  mapping?: JsonObject
  simulator?: SimulatorOptions
}

/** Lives until the end of the test. Nothing has been loaded yet. */
export async function createSmallWorld({
  mapping = mappingOf(),
  simulator: simulated = {},
  ...options
}: SmallWorldOptions = {}): Promise<SmallWorld> {
  const clock = steppedClock("2026-03-02T10:00:00Z")
  const organization = smallOrganization(clock)
  const simulator = await useSimulator({ organization, ...simulated })
  const world = await createWorld({
    sentry: simulator,
    mapping,
    blueprints: smallBlueprints,
    clock,
    ...options,
  })
  function wait(ms: number): void {
    clock.set(new Date(clock.now() + ms).toISOString())
  }
  return {
    ...world,
    simulator,
    organization,
    clock,
    wait,
    run(signal) {
      wait(hour)
      return world.resync(signal)
    },
    idOf(title) {
      const found = [...organization.issues.values()].find((issue) => issue.title === title)
      if (!found) throw new Error(`no issue has the title ${title}`)
      return found.id
    },
    names: async (blueprint) => Object.keys(await world.entities(blueprint)).sort(),
  }
}

/** Three projects, five issues, six environments of issues, two members, two teams. */
function smallOrganization(clock: ReturnType<typeof steppedClock>): Organization {
  const organization = createOrganization({ slug: "acme", clock })
  for (const slug of ["api", "web", "worker"]) organization.addProject({ slug, platform: "node" })
  for (const email of ["ann@acme.example", "bob@acme.example"]) organization.addMember({ email })
  organization.addTeam({ slug: "backend", projects: ["api", "worker"], members: ["ann@acme.example"] })
  organization.addTeam({ slug: "frontend", projects: ["web"], members: ["bob@acme.example"] })
  organization.addIssue("api", { title: "api one", environment: "production" })
  const second = organization.addIssue("api", { title: "api two", environment: "production" })
  organization.addEvent(second.id, { environment: "staging" })
  organization.addIssue("web", { title: "web one", environment: "production" })
  organization.addIssue("web", { title: "web two", environment: "staging" })
  organization.addIssue("worker", { title: "worker one", environment: "production" })
  return organization
}

/** Takes a value of a tag away from an issue, as when its last event grows too old. */
export function removeTagValue(organization: Organization, id: string, value: string): void {
  const issue = organization.issueOf(id)
  const values = issue?.tags.get("environment")?.filter((tag) => tag.value !== value) ?? []
  if (values.length > 0) issue?.tags.set("environment", values)
  else issue?.tags.delete("environment")
  organization.changed()
}

export function resource(
  kind: string,
  mappings: JsonObject,
  more: { selector?: JsonObject; port?: JsonObject; resource?: JsonObject } = {},
): JsonObject {
  return {
    kind,
    ...more.resource,
    selector: { query: "true", ...more.selector },
    port: { ...more.port, entity: { mappings } },
  }
}

/** The mapping of each kind, to be varied by a test. */
export const resources = {
  user: resource("user", { identifier: ".email", title: ".user.name", blueprint: '"user"' }),
  team: resource(
    "team",
    {
      identifier: ".slug",
      title: ".name",
      blueprint: '"team"',
      relations: { members: "[.__members[] | .user.email | select(. != null)]" },
    },
    { selector: { includeMembers: true } },
  ),
  project: resource("project", {
    identifier: ".slug",
    title: ".name",
    blueprint: '"project"',
    properties: { platform: ".platform" },
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
    properties: { status: ".status" },
    relations: { project: ".project.slug" },
  }),
  issueEnvironment: resource(
    "issue-tag",
    {
      identifier: '.id + "-" + .item.name',
      title: '.title + " " + .item.name',
      blueprint: '"issueEnvironment"',
      properties: { status: ".status" },
      relations: { environment: '.project.slug + "-" + .item.name' },
    },
    { port: { itemsToParse: ".__tags" } },
  ),
} satisfies Record<string, JsonObject>

/** The threshold is out of the way unless a test is about it: of so few entities each is a large share. */
export function mappingOf(list: JsonObject[] = Object.values(resources), top: JsonObject = {}): JsonObject {
  return { entityDeletionThreshold: 1, ...top, resources: list }
}

/** The issue resource with other selector keys. */
export function issueWhere(selector: JsonObject): JsonObject {
  return { ...resources.issue, selector: { query: "true", ...selector } }
}

export const smallBlueprints: readonly JsonObject[] = [
  blueprint("user"),
  blueprint("team", {}, { members: { target: "user", required: false, many: true } }),
  blueprint("project", { platform: { type: "string" } }),
  blueprint("environment", {}, { project: { target: "project", required: false, many: false } }),
  blueprint(
    "issue",
    { status: { type: "string" } },
    { project: { target: "project", required: false, many: false } },
  ),
  blueprint(
    "issueEnvironment",
    { status: { type: "string" } },
    { environment: { target: "environment", required: false, many: false } },
  ),
]

export function blueprint(
  identifier: string,
  properties: JsonObject = {},
  relations: JsonObject = {},
): JsonObject {
  return { identifier, title: identifier, schema: { properties, required: [] }, relations }
}

/** Something comes, something goes and something changes, in every kind. */
export function changeEverything({ organization, idOf }: SmallWorld): void {
  organization.removeProject("web")
  organization.addProject({ slug: "shop", platform: "node" })
  organization.addIssue("shop", { title: "shop one", environment: "production" })
  organization.renameProject("api", { name: "The API" })
  organization.deleteIssue(idOf("api one"))
  organization.removeMember("bob@acme.example")
  organization.addMember({ email: "cy@acme.example" })
  organization.removeTeam("frontend")
  organization.addTeam({ slug: "mobile", projects: ["shop"], members: ["cy@acme.example"] })
}

/** What is wanting of a run that has no strict reader. */
export function wanting(record: RunRecord): string[] {
  return shortcomings(record, { strict: false })
}

/** Every entity by blueprint, without what changes at each write: to see that nothing was lost. */
export async function everything(world: SmallWorld): Promise<Record<string, string[]>> {
  const names = smallBlueprints.map(({ identifier }) => String(identifier))
  const lists = await Promise.all(names.map((name) => world.names(name)))
  return Object.fromEntries(names.map((name, index) => [name, lists[index] ?? []]))
}

/** What `everything` must be where the catalog is as Sentry is: open issues only. */
export function mirrorOf({ organization }: SmallWorld): Record<string, string[]> {
  const issues = [...organization.issues.values()].filter(({ status }) => status === "unresolved")
  const environmentsOf = (issue: (typeof issues)[number]) =>
    (issue.tags.get("environment") ?? []).map(({ value }) => value)
  const slugOf = (id: string) => organization.projects.get(id)?.slug ?? ""
  return {
    user: [...organization.members.values()].map(({ email }) => email).sort(),
    team: [...organization.teams.values()].map(({ slug }) => slug).sort(),
    project: [...organization.projects.values()].map(({ slug }) => slug).sort(),
    environment: [
      ...new Set(
        issues.flatMap((issue) =>
          environmentsOf(issue).map((value) => `${slugOf(issue.projectId)}-${value}`),
        ),
      ),
    ].sort(),
    issue: issues.map(({ id }) => id).sort(),
    issueEnvironment: issues
      .flatMap((issue) => environmentsOf(issue).map((value) => `${issue.id}-${value}`))
      .sort(),
  }
}

/** A run after which nothing is wanting, and the catalog is as Sentry is. */
export async function runUntilRight(world: SmallWorld): Promise<RunRecord> {
  const record = await world.run()
  expect(wanting(record)).toEqual([])
  expect(record.status).toBe("completed")
  expect(record.refusedEntities).toEqual([])
  expect(record.refusedDeletes).toEqual([])
  expect(await everything(world)).toEqual(mirrorOf(world))
  return record
}

/** The same, with the catalog filled at first: for tests of what happens later. */
export async function filledWorld(options: SmallWorldOptions = {}): Promise<SmallWorld> {
  const world = await createSmallWorld(options)
  await runUntilRight(world)
  world.writesSince()
  return world
}

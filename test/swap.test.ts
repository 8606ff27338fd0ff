// A swap of Port's Python integration for this program, and back: both write under the same identifier, and Port tells
// them apart from others by the user agent alone.
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../src/common/json.ts"
import { presets } from "../src/sentry/defaults/presets.ts"
import { createOrganization, type Organization } from "../src/simulator/organization.ts"
import type { Simulator } from "../src/simulator/serve.ts"
import { type RunningCatalog, startCatalog } from "./support/catalog.ts"
import { at } from "./support/engines.ts"
import { steppedClock, useSimulator } from "./support/simulator.ts"
import { createWorld, type StoredEntity, type World } from "./support/world.ts"

const packaged = presets.find(({ name }) => name === "packaged")
const blueprints = ["sentryUser", "sentryTeam", "sentryProject", "sentryIssue"]
const hour = 3_600_000

describe.each(["0.3.153", "0.1.0-beta", "0.4.0rc1+build"])(
  "entities that the original %s wrote",
  (version) => {
    it("are recognised as ours: none is doubled, and what has not changed is not sent", async () => {
      const { world } = await afterTheOriginal({ version })
      const before = await everything(world)

      const run = await world.resync()

      expect(run).toMatchObject({
        status: "completed",
        failures: [],
        refusedEntities: [],
        refusedDeletes: [],
      })
      expect(world.writesSince()).toEqual({ upserted: 0, deleted: 0, patched: 0 })
      expect(await everything(world)).toEqual(before)
    })
  },
)

describe.each([
  { name: "with a memory of earlier runs", remembers: true },
  { name: "without one", remembers: false },
])("what changed in Sentry since the original's last run, $name", ({ remembers }) => {
  it("is updated in place", async () => {
    const { world, organization, ids } = await afterTheOriginal({ remembers })
    organization.addEvent(ids.first, { environment: "staging" })

    await world.resync()

    // The issue, and the environment that its project did not have before.
    expect(world.writesSince()).toEqual({ upserted: 2, deleted: 0, patched: 0 })
    const issues = await world.entities("sentryIssue")
    expect(Object.keys(issues)).toHaveLength(4)
    expect([issues[ids.first]?.relations.projectEnvironment].flat().sort()).toEqual([
      "api-production",
      "api-staging",
    ])
  })

  it("is deleted where Sentry proves it gone", async () => {
    const { world, organization, ids } = await afterTheOriginal({ remembers })
    organization.deleteIssue(ids.first)

    const run = await world.resync()

    expect(run).toMatchObject({ status: "completed", refusedDeletes: [] })
    expect(Object.keys(await world.entities("sentryIssue")).sort()).toEqual(
      [ids.second, ids.third, ids.other].sort(),
    )
  })

  it("stays where Sentry does not say, because it may not be read", async () => {
    const { world, organization, simulator, ids } = await afterTheOriginal({ remembers })
    const before = await everything(world)
    organization.deleteIssue(ids.first)
    simulator.faults.add({ path: "/issues/", action: { status: 403, body: { detail: "no" } } })

    const run = await world.resync()

    expect(run.status).toBe("failed")
    expect(await everything(world)).toEqual(before)
    expect(Object.keys(await world.entities("sentryIssue"))).toContain(ids.first)
  })
})

it("leaves alone what another integration of the same type wrote, and what a person did", async () => {
  const { world } = await afterTheOriginal({})
  const foreign = { identifier: "foreign", title: "Foreign", properties: {}, relations: {} }
  await writeAs(world.catalog, "port-ocean/sentry/0.3.153/other/exporter", { sentryIssue: [foreign] })
  await writeAs(world.catalog, "Mozilla/5.0", { sentryIssue: [{ ...foreign, identifier: "by-hand" }] })

  const run = await world.resync()

  expect(run).toMatchObject({ status: "completed", refusedDeletes: [] })
  expect(Object.keys(await world.entities("sentryIssue"))).toEqual(
    expect.arrayContaining(["foreign", "by-hand"]),
  )
})

describe("a swap back", () => {
  it("finds all entities by the original's two ways of listing its own, whoever of the two wrote them last", async () => {
    const { world, organization, ids } = await afterTheOriginal({})
    organization.addEvent(ids.first, { environment: "staging" })
    organization.addIssue("web", {
      title: "New",
      environment: "production",
      at: organization.clock.now() - hour,
    })
    await world.resync()

    const all = Object.entries(await everything(world)).flatMap(([blueprint, entities]) =>
      Object.keys(entities).map((name) => `${blueprint} ${name}`),
    )

    expect(all).toHaveLength(11)
    expect(await listedByDatasource(world.catalog)).toEqual(all.sort())
    expect(await listedBySearch(world.catalog)).toEqual(all.sort())
  })
})

/** The original ran with its packaged mapping until an hour ago; nothing of it is left but what it wrote. */
async function afterTheOriginal({
  version = "0.3.153",
  remembers = true,
}: {
  version?: string
  remembers?: boolean
}): Promise<{
  world: World
  organization: Organization
  simulator: Simulator
  ids: Record<"first" | "second" | "third" | "other", string>
}> {
  const clock = steppedClock("2026-03-02T10:00:00Z")
  const { organization, ids } = shop(clock)
  const simulator = await useSimulator({ organization })
  clock.set("2026-03-02T11:00:00Z")
  const options = {
    sentry: simulator,
    clock,
    mapping: { ...packaged?.mapping, entityDeletionThreshold: 1 },
    blueprints: packaged?.blueprints ?? [],
  }
  const model = await createWorld(options)
  await model.resync()
  const written = await everything(model)

  const catalog = await startCatalog({ clock })
  const world = await createWorld({ ...options, catalog, remembers })
  await writeAs(
    catalog,
    `port-ocean/sentry/${version}/my-sentry/exporter`,
    Object.fromEntries(Object.entries(written).map(([name, entities]) => [name, Object.values(entities)])),
  )
  clock.set("2026-03-02T12:00:00Z")
  world.writesSince()
  return { world, organization, simulator, ids }
}

function shop(clock: ReturnType<typeof steppedClock>) {
  const organization = createOrganization({ slug: "acme", clock })
  organization.addMember({ email: "ann@acme.example" })
  for (const slug of ["api", "web"]) organization.addProject({ slug })
  organization.addTeam({ slug: "backend", projects: ["api"], members: ["ann@acme.example"] })
  organization.addTeam({ slug: "frontend", projects: ["web"], members: [] })
  const add = (project: string, title: string) =>
    organization.addIssue(project, { title, environment: "production", at: clock.now() - hour }).id
  const ids = {
    first: add("api", "first"),
    second: add("api", "second"),
    third: add("api", "third"),
    other: add("web", "other"),
  }
  return { organization, ids }
}

type Written = Pick<StoredEntity, "identifier" | "title" | "properties" | "relations">

/** As the original sends them: in bulk, signed by the user agent. */
async function writeAs(
  catalog: RunningCatalog,
  userAgent: string,
  entities: Record<string, readonly Written[]>,
): Promise<void> {
  for (const [blueprint, list] of Object.entries(entities)) {
    const body = list.map(({ identifier, title, properties, relations }) => ({
      identifier,
      title,
      properties,
      relations,
    }))
    const answer = await catalog.request(
      "POST",
      `/v1/blueprints/${blueprint}/entities/bulk?upsert=true&merge=true&create_missing_related_entities=true`,
      { entities: body },
      { "user-agent": userAgent },
    )
    if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  }
}

async function everything(world: World): Promise<Record<string, Record<string, StoredEntity>>> {
  const lists = await Promise.all(blueprints.map(async (name) => [name, await world.entities(name)] as const))
  return Object.fromEntries(lists)
}

async function listedByDatasource({ request }: RunningCatalog): Promise<string[]> {
  const { body } = await request("POST", "/v1/blueprints/entities/datasource-entities", {
    datasource_prefix: "port-ocean/sentry/",
    datasource_suffix: "/my-sentry/exporter",
    limit: 5_000,
  })
  return namesIn(body)
}

async function listedBySearch({ request }: RunningCatalog): Promise<string[]> {
  const contains = (value: string): JsonObject => ({ property: "$datasource", operator: "contains", value })
  const { body } = await request("POST", "/v1/entities/search?include=blueprint&include=identifier", {
    combinator: "and",
    rules: [contains("port-ocean/sentry/"), contains("/my-sentry/exporter")],
  })
  return namesIn(body)
}

function namesIn(body: unknown): string[] {
  const entities = at(body, "entities") as { blueprint: string; identifier: string }[] // as the catalog answers
  return entities.map(({ blueprint, identifier }) => `${blueprint} ${identifier}`).sort()
}

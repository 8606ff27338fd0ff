// Relations that a mapping gives as search queries, where what they find loads later, changes, or is not unique. With the
// documentation's mappings: `team` by the projects a team has, `assignee` by e-mail.
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../src/common/json.ts"
import { createOrganization, type Organization } from "../src/simulator/organization.ts"
import { seedMapping } from "./support/seed.ts"
import { defaultBlueprints, exampleBlueprints } from "./support/seed-blueprints.ts"
import { useSimulator } from "./support/simulator.ts"
import { createWorld, type World } from "./support/world.ts"

const success = { status: "completed", failures: [], openSources: [], refusedEntities: [] }
const nothing = { upserted: 0, deleted: 0, patched: 0 }

describe("a relation to the team that has the project", () => {
  it("is there after the first run, though teams come after project environments in the mapping", async () => {
    const { world } = await createShop({ payments: ["checkout"] })

    expect(await world.resync()).toMatchObject(success)

    expect(world.port.sentTo("POST", /^\/blueprints\/sentryProject\/entities\/bulk$/)).not.toEqual([])
    expect(await teamsOf(world)).toEqual({ "checkout-production": "payments", "search-production": null })
  })

  it("is written again when the team gains a project, though nothing else of the environment changed", async () => {
    const { world, organization } = await createShop({ payments: ["checkout"] })
    await world.resync()
    world.writesSince()

    organization.setTeamProjects("payments", ["checkout", "search"])
    const second = await world.resync()

    expect(second).toMatchObject(success)
    expect(await teamsOf(world)).toEqual({
      "checkout-production": "payments",
      "search-production": "payments",
    })
    const counts = second.resources.find(({ kind }) => kind === "project-tag")?.counts
    expect(counts).toMatchObject({ unchanged: 2, created: 0, updated: 0 })
    // The team, and the relation of one environment.
    expect(world.writesSince()).toEqual({ ...nothing, upserted: 2 })
    await world.resync()
    expect(world.writesSince()).toEqual(nothing)
  })

  it("is cleared when the team loses the project", async () => {
    const { world, organization } = await createShop({ payments: ["checkout", "search"] })
    await world.resync()

    organization.setTeamProjects("payments", ["search"])
    expect(await world.resync()).toMatchObject(success)

    expect(await teamsOf(world)).toEqual({ "checkout-production": null, "search-production": "payments" })
    world.writesSince()
    await world.resync()
    expect(world.writesSince()).toEqual(nothing)
  })

  it("moves when the project goes from one team to another", async () => {
    const { world, organization } = await createShop({ payments: ["checkout"], growth: ["search"] })
    await world.resync()

    organization.setTeamProjects("payments", [])
    organization.setTeamProjects("growth", ["search", "checkout"])
    expect(await world.resync()).toMatchObject(success)

    expect(await teamsOf(world)).toEqual({ "checkout-production": "growth", "search-production": "growth" })
  })

  it("keeps the environment's own values when only the relation is sent", async () => {
    const { world, organization } = await createShop({ payments: ["checkout"] })
    await world.resync()
    const before = (await world.entities("sentryProject"))["search-production"]

    organization.setTeamProjects("payments", ["search"])
    await world.resync()

    const after = (await world.entities("sentryProject"))["search-production"]
    expect(before?.properties).toMatchObject({ status: "active" })
    expect(after).toMatchObject({ title: before?.title, properties: before?.properties })
    expect(after?.relations).toEqual({ team: "payments" })
  })

  it("is left alone in a run that finds nothing changed, with and without a memory of earlier runs", async () => {
    for (const remembers of [true, false]) {
      const { world } = await createShop({ payments: ["checkout"] }, { remembers })
      await world.resync()
      await world.resync()
      world.writesSince()

      expect(await world.resync()).toMatchObject(success)

      expect(world.writesSince()).toEqual(nothing)
      expect(await teamsOf(world)).toMatchObject({ "checkout-production": "payments" })
    }
  })

  it("is sent alone, as the query that the mapping gives", async () => {
    const { world, organization } = await createShop({ payments: ["checkout"] })
    await world.resync()
    world.port.sent.length = 0

    organization.setTeamProjects("payments", ["checkout", "search"])
    await world.resync()

    const [sent] = world.port.sentTo("POST", /^\/blueprints\/sentryProject\/entities\/bulk$/)
    const rules = [{ property: "projects", operator: "contains", value: "search" }]
    const relations = { team: { combinator: "and", rules } }
    expect(sent?.body).toEqual({
      entities: [{ identifier: "search-production", blueprint: "sentryProject", relations }],
    })
    expect(sent?.query.get("merge")).toBe("true")
  })
})

describe("a search that finds two for a relation that takes one", () => {
  it("is told with Port's reason, and its entity is there without it", async () => {
    const { world } = await createShop(
      { payments: ["checkout"], growth: ["checkout", "search"] },
      { teamsFirst: true },
    )

    const run = await world.resync()

    expect(run).toMatchObject({ status: "completed", failures: [], openSources: [] })
    expect(run.refusedEntities).toEqual([ambiguous()])
    expect(run.resources.find(({ kind }) => kind === "project-tag")?.counts).toMatchObject({ created: 2 })
    expect(await teamsOf(world)).toEqual({ "checkout-production": null, "search-production": "growth" })
  })

  it("costs no write where nothing has changed, and is told all the same", async () => {
    for (const teamsFirst of [true, false]) {
      const { world } = await createShop({ payments: ["checkout"], growth: ["checkout"] }, { teamsFirst })
      await world.resync()
      world.writesSince()

      const second = await world.resync()

      expect(world.writesSince()).toEqual(nothing)
      expect(second.refusedEntities).toEqual([ambiguous()])
    }
  })

  it("does not keep back a change of its entity, which keeps the link it has", async () => {
    for (const merge of [true, false]) {
      const { world, organization, mapping } = await createShop(
        { payments: ["checkout"], growth: [] },
        { teamsFirst: true, change: (mapping) => Object.assign(mapping, { enableMergeEntity: merge }) },
      )
      await world.resync()

      organization.setTeamProjects("growth", ["checkout"])
      await world.setMapping(JSON.parse(JSON.stringify(mapping).replace('".platform"', '"\\"go\\""')))
      const second = await world.resync()

      expect(second).toMatchObject(success)
      expect(second.notes).toContainEqual(expect.stringMatching(/search for "team" finds several/))
      const environment = (await world.entities("sentryProject"))["checkout-production"]
      expect(environment?.properties).toMatchObject({ platform: "go" })
      expect(environment?.relations).toEqual({ team: "payments" })
    }
  })

  it("is told in every run, and gone when the project has one team again", async () => {
    const { world, organization } = await createShop(
      { payments: ["checkout"], growth: ["checkout"] },
      { teamsFirst: true },
    )
    await world.resync()

    expect((await world.resync()).refusedEntities).toEqual([ambiguous()])
    organization.setTeamProjects("growth", [])
    expect(await world.resync()).toMatchObject(success)

    expect(await teamsOf(world)).toMatchObject({ "checkout-production": "payments" })
  })

  it("is told too where the teams load after the environment, which stays without one", async () => {
    const { world } = await createShop({ payments: ["checkout"], growth: ["checkout", "search"] })

    const first = await world.resync()
    const second = await world.resync()

    for (const run of [first, second]) {
      expect(run).toMatchObject({ status: "completed", failures: [] })
      expect(run.refusedEntities).toEqual([ambiguous()])
    }
    expect(await teamsOf(world)).toEqual({ "checkout-production": null, "search-production": "growth" })
  })

  it("keeps the link it has where a second team gains the project later, and notes it until that is settled", async () => {
    const { world, organization } = await createShop({ payments: ["checkout"], growth: [] })
    await world.resync()

    organization.setTeamProjects("growth", ["checkout"])
    const second = await world.resync()
    world.writesSince()
    const third = await world.resync()

    for (const run of [second, third]) {
      expect(run).toMatchObject(success)
      expect(run.notes).toContainEqual(expect.stringMatching(/search for "team" finds several/))
    }
    expect(world.writesSince()).toEqual(nothing)
    expect(await teamsOf(world)).toMatchObject({ "checkout-production": "payments" })
    organization.setTeamProjects("payments", [])
    expect(await world.resync()).toMatchObject(success)
    expect(await teamsOf(world)).toMatchObject({ "checkout-production": "growth" })
  })
})

describe("an entity that was refused for something else", () => {
  it("is not created by its search relation", async () => {
    const { world } = await createShop({ payments: ["checkout"] }, { change: withBadPlatform })

    const run = await world.resync()

    expect(run.refusedEntities).toMatchObject([
      { kind: "project-tag", blueprint: "sentryProject", identifier: "checkout-production", status: 422 },
    ])
    expect(await teamsOf(world)).toEqual({ "search-production": null })
  })
})

describe("a relation to the user with an e-mail", () => {
  it("is there after the first run, though users come last in the mapping", async () => {
    const { world, organization, issue } = await createDesk()
    organization.assign(issue, { user: "ada@desk.example" })

    expect(await world.resync()).toMatchObject(success)

    expect(await assigneeOf(world, issue)).toBe("ada@desk.example")
    world.writesSince()
    await world.resync()
    expect(world.writesSince()).toEqual(nothing)
  })

  it("is there as soon as users are mapped, though the issue did not change", async () => {
    const { world, organization, issue } = await createDesk()
    organization.assign(issue, { user: "ada@desk.example" })
    const { resources, ...rest } = usersLast()
    await world.setMapping({ ...rest, resources: resources.filter(({ kind }) => kind !== "user") })
    await world.resync()
    expect(await assigneeOf(world, issue)).toBeNull()

    await world.setMapping(usersLast())
    const second = await world.resync()

    expect(second).toMatchObject(success)
    const counts = second.resources.find(({ kind }) => kind === "issue-tag")?.counts
    expect(counts).toMatchObject({ unchanged: 1, updated: 0 })
    expect(await assigneeOf(world, issue)).toBe("ada@desk.example")
  })

  it("goes with the assignment, and with the user", async () => {
    const { world, organization, issue } = await createDesk()
    organization.assign(issue, { user: "ada@desk.example" })
    await world.resync()

    organization.unassign(issue)
    await world.resync()
    expect(await assigneeOf(world, issue)).toBeNull()

    organization.assign(issue, { user: "ada@desk.example" })
    await world.resync()
    expect(await assigneeOf(world, issue)).toBe("ada@desk.example")
    organization.removeMember("ada@desk.example")
    expect(await world.resync()).toMatchObject(success)
    expect(await assigneeOf(world, issue)).toBeNull()
  })
})

interface ShopOptions {
  /** Before the project environments in the mapping; after them by default. */
  teamsFirst?: boolean
  remembers?: boolean
  /** Of the mapping, before it is given to the catalog. */
  change?: (mapping: { resources: JsonObject[] }) => void
}

/** Projects `checkout` and `search` with an environment each, and teams with the projects they have. */
async function createShop(
  teams: Record<string, string[]>,
  { teamsFirst = false, remembers = true, change }: ShopOptions = {},
): Promise<{ world: World; organization: Organization; mapping: JsonObject }> {
  const organization = createOrganization({ slug: "shop" })
  for (const slug of ["checkout", "search"]) {
    organization.addProject({ slug })
    organization.addIssue(slug, { title: "Broken", environment: "production", at: hourAgo() })
  }
  for (const [slug, projects] of Object.entries(teams)) organization.addTeam({ slug, projects })
  const mapping = seedMapping("newer/mapping.project-environment.yaml")
  // Without the page's issues, which relate to environments and so make those that are missing.
  mapping.resources = mapping.resources.filter(({ kind }) => kind === "project-tag")
  const { resources } = seedMapping("newer/mapping.team.yaml")
  if (teamsFirst) mapping.resources.unshift(...resources)
  else mapping.resources.push(...resources)
  change?.(mapping)
  const world = await createWorld({
    sentry: await useSimulator({ organization }),
    blueprints: exampleBlueprints(),
    mapping,
    remembers,
  })
  return { world, organization, mapping }
}

/** One project with an issue in production, and a member. */
async function createDesk(): Promise<{ world: World; organization: Organization; issue: string }> {
  const organization = createOrganization({ slug: "desk" })
  organization.addProject({ slug: "counter" })
  organization.addMember({ email: "ada@desk.example", name: "Ada" })
  const issue = { title: "Broken", environment: "production", at: hourAgo() }
  const { id } = organization.addIssue("counter", issue)
  const world = await createWorld({
    sentry: await useSimulator({ organization }),
    blueprints: defaultBlueprints(),
    mapping: usersLast(),
  })
  return { world, organization, issue: id }
}

/** The default mapping with Sentry's users at its end, and without Port's. */
function usersLast() {
  const { resources, ...rest } = seedMapping("newer/mapping.default.yaml")
  const [users, portUsers, ...others] = resources
  if (users?.kind !== "user" || portUsers?.kind !== "user") throw new Error("the mapping begins otherwise")
  return { ...rest, resources: [...others, users] }
}

/** A platform that its blueprint has no place for, in one of the two projects. */
function withBadPlatform({ resources }: { resources: JsonObject[] }): void {
  const text = JSON.stringify(resources[0]).replace(
    '"platform":".platform"',
    '"platform":"if .slug == \\"checkout\\" then 5 else .platform end"',
  )
  resources[0] = JSON.parse(text)
}

function ambiguous() {
  return {
    kind: "search relation",
    blueprint: "sentryProject",
    identifier: "checkout-production",
    status: 422,
    message: expect.stringMatching(/relation "team" (found|finds) more than one/),
    lost: false,
  }
}

/** A run reads what there was when it began, to the second. */
function hourAgo(): number {
  return Date.now() - 3_600_000
}

async function teamsOf(world: World): Promise<Record<string, unknown>> {
  const environments = Object.values(await world.entities("sentryProject"))
  return Object.fromEntries(environments.map(({ identifier, relations }) => [identifier, relations.team]))
}

async function assigneeOf(world: World, issue: string): Promise<unknown> {
  return (await world.entities("sentryIssue"))[`${issue}-production`]?.relations.assignee
}

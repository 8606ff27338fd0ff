// The default mapping relates Port's own users to Sentry's. They belong to Port: nothing but our relation changes on them.
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { createOrganization, type Organization } from "../../src/simulator/organization.ts"
import type { Simulator } from "../../src/simulator/serve.ts"
import { seedMapping } from "../support/seed.ts"
import { defaultBlueprints, sentryUserRelation } from "../support/seed-blueprints.ts"
import { useSimulator } from "../support/simulator.ts"
import { createWorld, type StoredEntity, type World, type WorldOptions } from "../support/world.ts"

const nothing = { upserted: 0, deleted: 0, patched: 0 }
const success = {
  status: "completed",
  failures: [],
  openSources: [],
  refusedEntities: [],
  refusedDeletes: [],
}

describe("a user of Port's who is a member in Sentry", () => {
  it("gets the relation, and keeps all else that is known of them", async () => {
    const { world } = await createOffice()
    const before = await portUsers(world)

    expect(await world.resync()).toMatchObject(success)

    const after = await portUsers(world)
    expect(after["ada@office.example"]?.relations).toEqual({
      manager: "bob@office.example",
      sentry_user: "ada@office.example",
    })
    expect(withoutOurs(after)).toEqual(withoutOurs(before))
    world.writesSince()
    await world.resync()
    expect(world.writesSince()).toEqual(nothing)
  })

  it("keeps all else even where the mapping replaces entities instead of merging", async () => {
    const { world } = await createOffice({ mapping: { ...defaultMapping(), enableMergeEntity: false } })
    const before = await portUsers(world)

    await world.resync()

    expect((await portUsers(world))["ada@office.example"]?.relations.sentry_user).toBe("ada@office.example")
    expect(withoutOurs(await portUsers(world))).toEqual(withoutOurs(before))
  })

  it("is not made where Port has none, and the report counts those", async () => {
    const { world } = await createOffice()

    const run = await world.resync()

    expect(Object.keys(await portUsers(world)).sort()).toEqual(["ada@office.example", "bob@office.example"])
    expect(Object.keys(await world.entities("sentryUser")).sort()).toEqual([
      "ada@office.example",
      "cyd@office.example",
    ])
    expect(run.resources[1]?.counts).toMatchObject({
      mapped: 2,
      created: 0,
      updated: 1,
      without: 1,
      refused: 0,
    })
    expect(run.notMade).toEqual({ _user: 1 })
    expect(run.notes).toEqual([])
  })

  it("is made where the setting says so", async () => {
    const { world } = await createOffice({ createSystemEntities: true })

    const run = await world.resync()

    expect(run.resources[1]?.counts).toMatchObject({ mapped: 2, created: 1, updated: 1, without: 0 })
    const made = (await portUsers(world))["cyd@office.example"]
    expect(made?.relations).toMatchObject({ sentry_user: "cyd@office.example" })
  })
})

describe.each([
  { name: "with a memory of earlier runs", remembers: true },
  { name: "without one", remembers: false },
])("a user of Port's who leaves Sentry, $name", ({ remembers }) => {
  it("stays, and loses nothing but the relation", async () => {
    const { world, organization } = await createOffice({ remembers })
    const before = await portUsers(world)
    await world.resync()

    organization.removeMember("ada@office.example")
    world.writesSince()
    expect(await world.resync()).toMatchObject(success)

    const after = await portUsers(world)
    expect(after["ada@office.example"]?.relations).toEqual({
      manager: "bob@office.example",
      sentry_user: null,
    })
    expect(withoutOurs(after)).toEqual(withoutOurs(before))
    expect(Object.keys(await world.entities("sentryUser"))).toEqual(["cyd@office.example"])
    expect(world.writesSince()).toEqual({ upserted: 0, deleted: 1, patched: 1 })
    await world.resync()
    expect(world.writesSince()).toEqual(nothing)
  })

  it("is let go before the Sentry user is deleted, so that no catalog takes one for a dependent of the other", async () => {
    // Made after the Sentry user, and so listed after it too.
    const { world, organization } = await createOffice({ remembers, createSystemEntities: true })
    await world.resync()
    world.port.sent.length = 0

    organization.removeMember("cyd@office.example")
    await world.resync()

    const steps = world.port.sent.map(({ method, path }) => `${method} ${path}`)
    const cleared = steps.indexOf("PATCH /blueprints/_user/entities/cyd%40office.example")
    const deleted = steps.indexOf("POST /blueprints/sentryUser/bulk/entities/delete")
    expect(cleared).toBeGreaterThan(-1)
    expect(deleted).toBeGreaterThan(cleared)
  })

  it("stays even where a setting had them made", async () => {
    const { world, organization } = await createOffice({ remembers, createSystemEntities: true })
    await world.resync()

    organization.removeMember("cyd@office.example")
    expect(await world.resync()).toMatchObject(success)

    const users = await portUsers(world)
    expect(users["cyd@office.example"]?.relations).toMatchObject({ sentry_user: null })
    expect(Object.keys(await world.entities("sentryUser"))).toEqual(["ada@office.example"])
  })

  it("keeps the relation while the members cannot be read", async () => {
    const { world, organization, simulator } = await createOffice({ remembers })
    await world.resync()

    organization.removeMember("ada@office.example")
    simulator.tokens.grant(simulator.token, {
      scopes: ["org:read", "project:read", "team:read", "event:read"],
    })
    const run = await world.resync()

    expect(run).toMatchObject({ status: "failed", openSources: [{ kind: "user" }] })
    expect((await portUsers(world))["ada@office.example"]?.relations.sentry_user).toBe("ada@office.example")
    expect(run.refusedDeletes.map(({ blueprint, identifier }) => `${blueprint} ${identifier}`)).toContain(
      "_user ada@office.example",
    )
  })

  it("loses the relation also where somebody else wrote on them since", async () => {
    const { world, organization } = await createOffice({ remembers })
    await world.resync()
    const change = { properties: { status: "Active" } }
    await send(world, "PATCH", "/v1/blueprints/_user/entities/ada%40office.example", change)
    world.writesSince()
    await world.resync()
    expect(world.writesSince()).toEqual(nothing)

    organization.removeMember("ada@office.example")
    expect(await world.resync()).toMatchObject(success)

    const ada = (await portUsers(world))["ada@office.example"]
    expect(ada?.properties).toMatchObject({ status: "Active", port_role: "Member" })
    expect(ada?.relations).toEqual({ manager: "bob@office.example", sentry_user: null })
  })

  it("gets the relation again when they come back", async () => {
    const { world, organization } = await createOffice({ remembers })
    await world.resync()
    organization.removeMember("ada@office.example")
    await world.resync()

    organization.addMember({ email: "ada@office.example" })
    expect(await world.resync()).toMatchObject(success)

    expect((await portUsers(world))["ada@office.example"]?.relations.sentry_user).toBe("ada@office.example")
  })
})

describe("a user of Port's who never was in Sentry", () => {
  it("is not written at all", async () => {
    const { world, organization } = await createOffice()
    const { updatedAt } = (await portUsers(world))["bob@office.example"] ?? {}

    await world.resync()
    organization.removeMember("ada@office.example")
    await world.resync()

    expect((await portUsers(world))["bob@office.example"]?.updatedAt).toBe(updatedAt)
    expect(JSON.stringify(world.port.sentTo("POST", /\/_user\/entities/))).not.toContain("bob@office.example")
  })
})

/** Sentry has Ada and Cyd; Port has Ada and Bob, who is Ada's manager there. */
async function createOffice(options: Partial<WorldOptions> = {}): Promise<{
  world: World
  organization: Organization
  simulator: Simulator
}> {
  const organization = createOrganization({ slug: "office" })
  for (const name of ["ada", "cyd"]) organization.addMember({ email: `${name}@office.example`, name })
  const simulator = await useSimulator({ organization })
  const world = await createWorld({
    sentry: simulator,
    blueprints: defaultBlueprints(),
    mapping: defaultMapping(),
    ...options,
  })
  const manager = { title: "Manager", target: "_user", required: false, many: false }
  await send(world, "PATCH", "/v1/blueprints/_user", { relations: { ...sentryUserRelation, manager } })
  await send(world, "POST", "/v1/blueprints/_user/entities", {
    identifier: "bob@office.example",
    title: "Bob of Port",
    properties: { status: "Active" },
  })
  await send(world, "POST", "/v1/blueprints/_user/entities", {
    identifier: "ada@office.example",
    title: "Ada of Port",
    icon: "User",
    properties: { status: "Invited", port_role: "Member", moderated_blueprints: ["service"] },
    relations: { manager: "bob@office.example" },
  })
  return { world, organization, simulator }
}

/** Half of its entities may go: of two each is that. */
function defaultMapping(): JsonObject {
  return { ...seedMapping("newer/mapping.default.yaml"), entityDeletionThreshold: 0.5 }
}

async function send(world: World, method: string, path: string, body: JsonObject): Promise<void> {
  const { status, body: answer } = await world.catalog.request(method, path, body)
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`)
}

async function portUsers(world: World): Promise<Record<string, StoredEntity>> {
  return await world.entities("_user")
}

/** What is Port's on its users. */
function withoutOurs(users: Record<string, StoredEntity>) {
  return Object.values(users).map(({ updatedAt: _at, relations, ...rest }) => {
    const { sentry_user: _ours, ...others } = relations
    const { updatedBy: _by, ...kept } = rest as typeof rest & { updatedBy?: unknown } // the catalog tells more than the type
    return { ...kept, relations: others }
  })
}

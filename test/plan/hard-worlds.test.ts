// Plans where not all goes well: lists that break off, blueprints that are missing, entities named by a search, or made twice.
import { describe, expect, it } from "vitest"
import { planThenRun } from "../support/planned.ts"
import {
  blueprint,
  createSmallWorld,
  filledWorld,
  hour,
  mappingOf,
  resource,
  resources,
  type SmallWorld,
  smallBlueprints,
} from "../support/small-world.ts"

describe("a list that Sentry fails to give", () => {
  it.each([{ remembers: true }, { remembers: false }])(
    "keeps what it may hold, in the plan as in the run ($remembers)",
    async ({ remembers }) => {
      const world = await filledWorld({ remembers })
      world.organization.removeMember("bob@acme.example")
      world.organization.removeTeam("frontend")
      world.simulator.faults.add({ path: "organizations/acme/members/", action: { status: 500 } })

      const { plan } = await next(world)

      expect(plan.record.openSources).toMatchObject([{ kind: "user", outcome: { state: "failed" } }])
      expect(plan.changes.map(({ what, identifier }) => `${what} ${identifier}`)).toEqual(["delete frontend"])
    },
  )
})

describe("a blueprint that Port does not have", () => {
  it("is a failure of the plan as of the run", async () => {
    const lost = resource("team", { identifier: ".slug", blueprint: '"squad"' })
    const world = await createSmallWorld({ mapping: mappingOf([lost, resources.project]) })

    const { plan } = await next(world)

    expect(plan.record.failures).toEqual([
      'Port has no blueprint "squad", so 2 of its entities could not be written',
    ])
    expect(plan.changes).toHaveLength(3)
  })
})

describe("an entity that a search names", () => {
  const rules = [{ property: '"$title"', operator: '"="', value: ".name" }]
  const bySearch = resource("project", {
    identifier: { combinator: '"and"', rules },
    blueprint: '"service"',
    properties: { tier: ".platform" },
  })
  const blueprints = [...smallBlueprints, blueprint("service", { tier: { type: "string" } })]

  it("is planned under its name, and as refused where there is none", async () => {
    const world = await createSmallWorld({ mapping: mappingOf([bySearch]), blueprints })
    for (const [identifier, title] of [
      ["s1", "api"],
      ["s2", "web"],
    ]) {
      await world.catalog.request("POST", "/v1/blueprints/service/entities", { identifier, title })
    }

    const { plan } = await next(world, ["service"])

    expect(plan.changes.map(({ what, identifier }) => `${what} ${identifier}`).sort()).toEqual([
      "update s1",
      "update s2",
    ])
    expect(plan.record.refusedEntities).toMatchObject([{ blueprint: "service", status: 404 }])
  })

  it("is found among those that the same run makes", async () => {
    const first = resource("project", { identifier: '"s-" + .slug', title: ".name", blueprint: '"service"' })
    const world = await createSmallWorld({ mapping: mappingOf([first, bySearch]), blueprints })

    const { plan } = await next(world, ["service"])

    expect(plan.record.refusedEntities).toEqual([])
    expect(plan.changes.find(({ identifier }) => identifier === "s-api")?.fields).toEqual([
      { field: "title", from: null, to: "api" },
      { field: "properties.tier", from: null, to: "node" },
    ])
  })
})

describe("two resources that make one entity", () => {
  it.each([{ enableMergeEntity: true }, { enableMergeEntity: false }])(
    "are planned as one change, merged or replaced as the run does it ($enableMergeEntity)",
    async ({ enableMergeEntity }) => {
      const titled = resource("project", { identifier: ".slug", title: ".id", blueprint: '"project"' })
      const world = await createSmallWorld({
        mapping: mappingOf([resources.project, titled], { enableMergeEntity }),
      })

      const { plan } = await next(world, ["project"])

      expect(plan.changes).toHaveLength(3)
      expect(plan.changes[0]?.fields.map(({ field }) => field)).toEqual(
        enableMergeEntity ? ["title", "properties.platform"] : ["title"],
      )
    },
  )
})

describe("an entity of somebody else with the same name", () => {
  it("is planned as changed, not as created", async () => {
    const world = await createSmallWorld({ mapping: mappingOf([resources.project]) })
    await world.catalog.request("POST", "/v1/blueprints/project/entities", {
      identifier: "api",
      title: "By hand",
      properties: { platform: "node" },
    })

    const { plan } = await next(world, ["project"])

    expect(plan.changes.find(({ identifier }) => identifier === "api")).toMatchObject({
      what: "update",
      fields: [{ field: "title", from: "By hand", to: null }],
    })
  })
})

function next(world: SmallWorld, blueprints?: string[]) {
  world.wait(hour)
  return planThenRun(world, blueprints)
}

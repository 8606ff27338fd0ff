// Plans of relations: found by searches, required by others, and on entities that Port owns.
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { planThenRun } from "../support/planned.ts"
import {
  blueprint,
  createSmallWorld,
  hour,
  mappingOf,
  resource,
  resources,
  type SmallWorld,
  type SmallWorldOptions,
  smallBlueprints,
} from "../support/small-world.ts"

describe("a relation to the team that has the project", () => {
  it.each([{ teamsFirst: true }, { teamsFirst: false }])(
    "is planned as the run leaves it, at first and when a project changes hands (teams first: $teamsFirst)",
    async ({ teamsFirst }) => {
      const world = await searchingWorld({ teamsFirst })

      const { plan } = await next(world)
      expect(fieldsOf(plan, "web")).toContainEqual({ field: "relations.team", from: null, to: "frontend" })
      expect((await next(world)).plan.changes).toEqual([])

      world.organization.setTeamProjects("frontend", [])
      world.organization.setTeamProjects("backend", ["api", "web"])
      const second = await next(world)
      expect(fieldsOf(second.plan, "web")).toEqual([
        { field: "relations.team", from: "frontend", to: "backend" },
      ])
      expect(fieldsOf(second.plan, "worker")).toEqual([
        { field: "relations.team", from: "backend", to: null },
      ])
    },
  )

  it.each([{ teamsFirst: true }, { teamsFirst: false }])(
    "is planned as refused where two teams have the project (teams first: $teamsFirst)",
    async ({ teamsFirst }) => {
      const world = await searchingWorld({ teamsFirst })
      world.organization.setTeamProjects("frontend", ["web", "api"])

      const { plan } = await next(world)

      expect(plan.record.refusedEntities).toMatchObject([
        {
          blueprint: "project",
          identifier: "api",
          status: 422,
          message: expect.stringContaining("more than one"),
        },
      ])
      await next(world)
    },
  )

  it("is planned as kept where a second team gains the project later", async () => {
    const world = await searchingWorld({ teamsFirst: true })
    await next(world)
    world.organization.setTeamProjects("frontend", ["web", "api"])

    const { plan } = await next(world)

    expect(plan.record.notes.join()).toContain("finds several")
    expect(fieldsOf(plan, "api")).toBeUndefined()
  })
})

describe("an entity that requires one that goes", () => {
  it("is planned to go along, with the reason, and optional relations as emptied", async () => {
    const owner = { project: { target: "project", required: true, many: false } }
    const fan = { likes: { target: "project", required: false, many: true } }
    const world = await createSmallWorld({
      mapping: mappingOf([resources.project]),
      blueprints: [...smallBlueprints, blueprint("budget", {}, owner), blueprint("fan", {}, fan)],
    })
    await world.run()
    await byHand(world, "budget", { identifier: "b1", relations: { project: "web" } })
    await byHand(world, "fan", { identifier: "f1", relations: { likes: ["web", "api"] } })
    world.organization.removeProject("web")

    const { plan } = await next(world, ["project", "budget", "fan"])

    expect(plan.changes).toMatchObject([
      { what: "delete", blueprint: "project", identifier: "web" },
      { what: "delete", blueprint: "budget", identifier: "b1", kind: undefined },
      {
        what: "update",
        blueprint: "fan",
        fields: [{ field: "relations.likes", from: ["api", "web"], to: "api" }],
      },
    ])
    expect(plan.changes[1]?.because).toBe("it cannot be without project web, which is deleted")
    expect(plan.changes[2]?.because).toBe("project web is deleted")
  })

  it("keeps it where dependents may not be deleted", async () => {
    const owner = { project: { target: "project", required: true, many: false } }
    const world = await createSmallWorld({
      mapping: mappingOf([resources.project], { deleteDependentEntities: false }),
      blueprints: [...smallBlueprints, blueprint("budget", {}, owner)],
    })
    await world.run()
    await byHand(world, "budget", { identifier: "b1", relations: { project: "web" } })
    world.organization.removeProject("web")

    const { plan } = await next(world, ["project", "budget"])

    expect(plan.changes).toEqual([])
    expect(plan.record.failures).toEqual([
      "project web was not deleted: other entities need it (deleteDependentEntities is false)",
    ])
  })
})

describe("entities of Port's own blueprints", () => {
  it("are planned to get our relation, to lose it, and never to go", async () => {
    const portUser = resource("user", {
      identifier: ".email",
      blueprint: '"_user"',
      relations: { sentry_user: ".email" },
    })
    const world = await createSmallWorld({ mapping: mappingOf([resources.user, portUser]) })
    const relations = { sentry_user: { target: "user", required: false, many: false } }
    await world.catalog.request("PATCH", "/v1/blueprints/_user", { relations })
    await byHand(world, "_user", { identifier: "bob@acme.example", title: "Bob" })

    const { plan } = await next(world, ["user", "_user"])
    expect(plan.changes.filter((change) => change.blueprint === "_user")).toMatchObject([
      {
        what: "update",
        identifier: "bob@acme.example",
        fields: [{ field: "relations.sentry_user", to: "bob@acme.example" }],
      },
    ])

    world.organization.removeMember("bob@acme.example")
    const second = await next(world, ["user", "_user"])
    expect(second.plan.changes.map(({ what, blueprint: of }) => `${what} ${of}`)).toEqual([
      "delete user",
      "update _user",
    ])
  })
})

async function searchingWorld({ teamsFirst }: { teamsFirst: boolean }): Promise<SmallWorld> {
  const rules = [{ property: '"projects"', operator: '"contains"', value: ".slug" }]
  const project = resource("project", {
    identifier: ".slug",
    title: ".name",
    blueprint: '"project"',
    properties: { platform: ".platform" },
    relations: { team: { combinator: '"and"', rules } },
  })
  const team = resource("team", {
    identifier: ".slug",
    blueprint: '"team"',
    properties: { projects: "[.projects[].slug]" },
  })
  const options: SmallWorldOptions = {
    mapping: mappingOf(teamsFirst ? [team, project] : [project, team]),
    blueprints: [
      blueprint("team", { projects: { type: "array" } }),
      blueprint(
        "project",
        { platform: { type: "string" } },
        { team: { target: "team", required: false, many: false } },
      ),
    ],
  }
  const world = await createSmallWorld(options)
  return world
}

/** As somebody else writes into the catalog. */
async function byHand(world: SmallWorld, of: string, entity: JsonObject): Promise<void> {
  const { status, body } = await world.catalog.request(
    "POST",
    `/v1/blueprints/${of}/entities?upsert=true`,
    entity,
  )
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`)
}

function next(world: SmallWorld, blueprints = ["team", "project"]) {
  world.wait(hour)
  return planThenRun(world, blueprints)
}

function fieldsOf(plan: Awaited<ReturnType<SmallWorld["plan"]>>, identifier: string) {
  return plan.changes.find((change) => change.identifier === identifier)?.fields
}

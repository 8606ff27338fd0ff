// What a person set to stop deletes, and how entities that others need are deleted.
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import {
  blueprint,
  createSmallWorld,
  everything,
  issueWhere,
  mappingOf,
  resource,
  resources,
  smallBlueprints,
  wanting,
} from "../support/small-world.ts"

describe("entityDeletionThreshold", () => {
  async function withTenIssues() {
    const mapping = mappingOf([resources.project, resources.issue], { entityDeletionThreshold: 0.3 })
    const world = await createSmallWorld({ mapping })
    for (let index = 0; index < 5; index++) world.organization.addIssue("api", { title: `more ${index}` })
    await world.run()
    expect(await world.names("issue")).toHaveLength(10)
    return world
  }

  it("lets as many entities go as it allows", async () => {
    const world = await withTenIssues()
    for (const title of ["more 0", "more 1", "more 2"]) world.organization.deleteIssue(world.idOf(title))
    const record = await world.run()
    expect(record.refusedDeletes).toEqual([])
    expect(await world.names("issue")).toHaveLength(7)
  })

  it("lets none go where more would, and says so of each", async () => {
    const world = await withTenIssues()
    const gone = ["more 0", "more 1", "more 2", "more 3"].map((title) => world.idOf(title))
    for (const id of gone) world.organization.deleteIssue(id)
    const record = await world.run()
    expect(await world.names("issue")).toHaveLength(10)
    expect(record.refusedDeletes.map(({ identifier }) => identifier).sort()).toEqual(gone.sort())
    expect(record.refusedDeletes[0]?.reason).toBe(
      "4 of 10 would go (40 %), more than entityDeletionThreshold allows (30 %)",
    )
  })

  it("counts the entities of each blueprint on their own", async () => {
    const world = await withTenIssues()
    world.organization.removeProject("worker")
    const record = await world.run()
    expect(record.refusedDeletes.map(({ blueprint }) => blueprint)).toEqual(["project"])
    expect(await world.names("project")).toHaveLength(3)
    expect(await world.names("issue")).toHaveLength(9)
  })

  it("holds back a kind that was dropped from the mapping, unless it is 1", async () => {
    const world = await createSmallWorld({ mapping: mappingOf(undefined, { entityDeletionThreshold: 0.9 }) })
    await world.run()
    await world.setMapping(mappingOf([resources.user], { entityDeletionThreshold: 0.9 }))
    const record = await world.run()
    expect(new Set(record.refusedDeletes.map(({ blueprint }) => blueprint))).toEqual(
      new Set(["team", "project", "environment", "issue", "issueEnvironment"]),
    )
    await world.setMapping(mappingOf([resources.user]))
    await world.run()
    expect(await everything(world)).toMatchObject({ team: [], project: [], issue: [], issueEnvironment: [] })
    expect(await world.names("user")).toHaveLength(2)
  })
})

describe("enableDelete: false", () => {
  it.each([{ remembers: true }, { remembers: false }])(
    "keeps what its resource made, and the report says why ($remembers)",
    async ({ remembers }) => {
      const keeping = { ...resources.issue, enableDelete: false }
      const world = await createSmallWorld({ remembers, mapping: mappingOf([resources.project, keeping]) })
      await world.run()
      const id = world.idOf("web one")
      world.organization.deleteIssue(id)
      world.organization.removeProject("worker")
      const record = await world.run()
      expect(await world.names("issue")).toHaveLength(5)
      expect(await world.names("project")).toEqual(["api", "web"])
      expect(record.refusedDeletes).toContainEqual({
        kind: "issue",
        blueprint: "issue",
        identifier: id,
        reason: "resources[1] has enableDelete: false",
      })
    },
  )
})

describe("deleteDependentEntities", () => {
  const needy: readonly JsonObject[] = [
    ...smallBlueprints.filter(({ identifier }) => identifier !== "issue"),
    blueprint(
      "issue",
      { status: { type: "string" } },
      {
        project: { target: "project", required: true, many: false },
        twin: { target: "issue", required: false, many: false },
      },
    ),
  ]

  it("set to false has the entities that refer to others deleted first", async () => {
    const mapping = mappingOf([resources.project, resources.issue], { deleteDependentEntities: false })
    const world = await createSmallWorld({ mapping, blueprints: needy })
    await world.run()
    world.organization.removeProject("web")
    const record = await world.run()
    expect(wanting(record)).toEqual([])
    expect(await world.names("project")).toEqual(["api", "worker"])
    expect(await world.names("issue")).toHaveLength(3)
    expect(world.port.sentTo("POST", /entities\/delete$/)).toEqual([])
    for (const { query } of world.port.sentTo("DELETE", /./)) {
      expect(query.get("delete_dependents")).toBe("false")
    }
  })

  it("set to false leaves an entity that somebody else's still needs, and the run tells it", async () => {
    const mapping = mappingOf([resources.project], { deleteDependentEntities: false })
    const world = await createSmallWorld({ mapping, blueprints: needy })
    await world.run()
    await world.catalog.request("POST", "/v1/blueprints/issue/entities", {
      identifier: "by-hand",
      relations: { project: "web" },
    })
    world.organization.removeProject("web")
    const record = await world.run()
    expect(wanting(record)).toEqual([
      "project web was not deleted: other entities need it (deleteDependentEntities is false)",
    ])
    expect(await world.names("project")).toContain("web")
    expect(await world.names("issue")).toEqual(["by-hand"])
  })

  it("set to true deletes by the bulk, dependents included", async () => {
    const world = await createSmallWorld({
      mapping: mappingOf([resources.project, issueWhere({})]),
      blueprints: needy,
    })
    await world.run()
    world.organization.removeProject("web")
    expect(wanting(await world.run())).toEqual([])
    expect(await world.names("issue")).toHaveLength(3)
    const [bulk] = world.port.sentTo("POST", /entities\/delete$/)
    expect(bulk?.query.get("delete_dependents")).toBe("true")
  })

  it("never takes along an entity that could not be decided, only because it needs a deleted one", async () => {
    const byTitle = resource("issue", {
      identifier: '.title | gsub(" "; "-")',
      blueprint: '"issue"',
      relations: { project: ".project.slug" },
    })
    const world = await createSmallWorld({
      remembers: false,
      mapping: mappingOf([resources.project, byTitle]),
      blueprints: needy,
    })
    await world.run()
    world.organization.removeProject("web")
    const record = await world.run()
    expect(await world.names("issue")).toEqual(["api-one", "api-two", "web-one", "web-two", "worker-one"])
    expect(await world.names("project")).toContain("web")
    expect(record.refusedDeletes.find(({ identifier }) => identifier === "web")?.reason).toMatch(
      /^issue web-(one|two) relates to it/,
    )
  })
})

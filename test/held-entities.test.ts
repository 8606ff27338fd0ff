// What the catalog holds is remembered: an unchanged organization costs a list of our entities, not their contents; and
// what anybody else did to them is seen all the same.
import { describe, expect, it } from "vitest"
import type { CatalogTables } from "../src/catalog/store/tables.ts"
import {
  createSmallWorld,
  day,
  mappingOf,
  resource,
  resources,
  type SmallWorld,
} from "./support/small-world.ts"

const mapping = mappingOf([resources.project, resources.issue])

async function loaded(): Promise<SmallWorld> {
  const world = await createSmallWorld({ mapping })
  await world.run()
  world.port.sent.length = 0
  return world
}

/** Paths of the requests that read entities from the catalog, since the last look. */
function readsOf({ port }: SmallWorld): string[] {
  const paths = port.sentTo("POST", /entities\/search$|datasource-entities$/).map(({ path }) => path)
  port.sent.length = 0
  return paths.map((path) => path.replace(/^.*\/blueprints/, ""))
}

describe("a run that remembers what the catalog holds", () => {
  it("lists our entities once, reads none, writes none, and asks for no blueprint", async () => {
    const world = await loaded()

    const record = await world.run()

    expect(record.status).toBe("completed")
    expect(record.resources.map(({ counts }) => counts.unchanged)).toEqual([3, 5])
    expect(world.port.sentTo("GET", /\/blueprints\//)).toEqual([])
    expect(readsOf(world)).toEqual(["/entities/datasource-entities"])
  })

  it("sends what changed, alone, and knows it the next time", async () => {
    const world = await loaded()
    world.organization.assign(world.idOf("api one"), { user: "ann@acme.example" })
    world.organization.renameProject("web", { name: "Web" })

    await world.run()
    expect(world.writesSince()).toEqual({ upserted: 1, deleted: 0, patched: 0 })
    await world.run()
    expect(readsOf(world)).toEqual(["/entities/datasource-entities"])
  })

  it("reads an entity that somebody has written with our name since, and mends it", async () => {
    const world = await loaded()
    const id = world.idOf("api one")
    const other = await otherProcess(world, id)

    await world.run()

    expect(readsOf(world)).toContain("/issue/entities/search")
    expect((await world.entities("issue"))[id]?.title).toBe("api one")
    expect(other.title).toBe("by another")
  })

  it("writes an entity again that another writer took over", async () => {
    const world = await loaded()
    const id = world.idOf("api one")
    await world.catalog.request("PATCH", `/v1/blueprints/issue/entities/${id}`, { title: "by hand" })

    await world.run()

    expect((await world.entities("issue"))[id]?.title).toBe("api one")
  })

  it("makes an entity again that somebody has deleted", async () => {
    const world = await loaded()
    const id = world.idOf("api one")
    await world.catalog.request("DELETE", `/v1/blueprints/issue/entities/${id}`)

    const record = await world.run()

    expect(record.resources[1]?.counts).toMatchObject({ created: 1, unchanged: 4 })
    expect(await world.names("issue")).toContain(id)
  })

  it("deletes what is gone by a list of that moment", async () => {
    const world = await loaded()
    const id = world.idOf("web two")
    world.organization.deleteIssue(id)

    await world.run()

    expect(await world.names("issue")).not.toContain(id)
    expect(readsOf(world).filter((path) => path === "/entities/datasource-entities")).toHaveLength(2)
    await world.run() // nothing relates to issues, so nothing is read again
    expect(readsOf(world)).toEqual(["/entities/datasource-entities"])
  })

  it("reads again what related to an entity that somebody has deleted, and relates it again", async () => {
    const world = await loaded()
    const id = world.idOf("web one")
    await world.catalog.request("DELETE", "/v1/blueprints/project/entities/web")
    expect((await world.entities("issue"))[id]?.relations.project).toBeNull()
    readsOf(world)

    await world.run()

    expect((await world.entities("issue"))[id]?.relations.project).toBe("web")
    expect(readsOf(world)).toContain("/issue/entities/search")
    await world.run()
    expect(readsOf(world)).toEqual(["/entities/datasource-entities"])
  })

  it("reads again what related to an entity that went by our own doing, once", async () => {
    const world = await loaded()
    world.organization.removeProject("worker")
    await world.run()
    readsOf(world)
    await world.run()
    expect(readsOf(world)).toContain("/issue/entities/search")
    await world.run()
    expect(readsOf(world)).toEqual(["/entities/datasource-entities"])
  })

  it("reads everything once a day, since other changes too come without a write of the entity", async () => {
    const world = await loaded()
    world.wait(day)
    await world.run()
    expect(readsOf(world)).toEqual([
      "/project/entities/search",
      "/issue/entities/search",
      "/entities/datasource-entities",
    ])
    await world.run()
    expect(readsOf(world)).toEqual(["/entities/datasource-entities"])
  })

  it("reads the catalog where another mapping writes other keys", async () => {
    const world = await loaded()
    const { issue } = resources
    const entity = { identifier: ".id", title: ".shortId", blueprint: '"issue"' }
    await world.setMapping(
      mappingOf([resources.project, { ...issue, port: { entity: { mappings: entity } } }]),
    )

    await world.run()

    expect(readsOf(world)).toContain("/issue/entities/search")
    expect(
      Object.values(await world.entities("issue")).every(({ title }) =>
        /^API|^WEB|^WORKER/.test(title ?? ""),
      ),
    ).toBe(true)
  })

  it("knows of a changed entity only what was written, not what another resource writes into it", async () => {
    const platform = resource("project", {
      identifier: ".slug",
      blueprint: '"project"',
      properties: { platform: 'if .platform == "none" then null else .platform end' },
    })
    const named = resource("project", { identifier: ".slug", title: ".name", blueprint: '"project"' })
    const world = await createSmallWorld({ mapping: mappingOf([named, platform]) })
    await world.run()
    world.organization.renameProject("api", { name: "The API" })
    await world.run()
    const project = world.organization.projectOf("api")
    if (project) project.platform = "none"
    world.organization.changed()

    await world.run()

    expect((await world.entities("project")).api).toMatchObject({
      title: "The API",
      properties: { platform: null },
    })
  })

  it("reads an entity whose last write is older than ours, as after a restored backup", async () => {
    const world = await loaded()
    const id = world.idOf("api one")
    await world.catalog.database
      .kysely<CatalogTables>()
      .updateTable("catalog_entities")
      .set({ updated_at: Date.parse("2026-03-01T00:00:00Z"), title: "of the backup" })
      .where("identifier", "=", id)
      .execute()

    await world.run()

    expect((await world.entities("issue"))[id]?.title).toBe("api one")
  })

  it("is not used by a plan, which looks at the catalog itself", async () => {
    const world = await loaded()
    await world.plan()
    expect(readsOf(world)).toContain("/issue/entities/search")
  })
})

/** A write by another process of the same integration, which shares no database with ours. */
async function otherProcess(world: SmallWorld, identifier: string) {
  world.wait(60_000)
  const entity = { identifier, blueprint: "issue", title: "by another" }
  const [outcome] = await world.deps.port.entities.upsert("issue", [entity], {
    merge: true,
    createMissing: false,
  })
  expect(outcome?.ok).toBe(true)
  const held = await world.entities("issue")
  return { title: held[identifier]?.title }
}

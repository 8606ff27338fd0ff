// Whose an entity is, by its last writer: ours of any version; never a person's, another integration's, or one that
// was written while the run was under way.
import { describe, expect, it } from "vitest"
import {
  createSmallWorld,
  issueWhere,
  mappingOf,
  resources,
  type SmallWorld,
  wanting,
} from "../support/small-world.ts"

const original = "port-ocean/sentry/0.3.153/my-sentry/exporter"

describe.each([{ remembers: true }, { remembers: false }])(
  "an entity that is not ours ($remembers)",
  ({ remembers }) => {
    it.each([
      ["a person's", {}],
      ["one of another identifier", { "user-agent": "port-ocean/sentry/0.3.153/their-sentry/exporter" }],
      ["one of another integration", { "user-agent": "port-ocean/github/1.0.0/my-sentry/exporter" }],
    ])("stays as it is: %s", async (_, headers: Record<string, string>) => {
      const world = await createSmallWorld({ remembers })
      await put(world, "issue", { identifier: "123456789", title: "theirs" }, headers)
      await put(world, "project", { identifier: "no-such-project", title: "theirs" }, headers)
      await world.run()
      await world.run()
      expect((await world.entities("issue"))["123456789"]?.title).toBe("theirs")
      expect((await world.entities("project"))["no-such-project"]?.title).toBe("theirs")
      expect(world.writesSince().deleted).toBe(0)
    })

    it("stays when a person wrote it last, though its issue is gone", async () => {
      const world = await createSmallWorld({ remembers, mapping: mappingOf([resources.issue]) })
      await world.run()
      const id = world.idOf("api one")
      await put(world, "issue", { identifier: id, title: "mine now" }, {})
      world.organization.deleteIssue(id)
      await world.run()
      expect((await world.entities("issue"))[id]?.title).toBe("mine now")
    })
  },
)

describe("an entity written while a run is under way", () => {
  it("stays in that run, whatever the run knows of its object, and goes in the next", async () => {
    const world = await createSmallWorld({ mapping: mappingOf([resources.issue]) })
    await world.run()
    const id = world.idOf("api one")
    world.organization.deleteIssue(id)
    world.port.intercept = async ({ path }) => {
      if (path !== "/blueprints/entities/datasource-entities") return undefined
      world.wait(1_000)
      await put(world, "issue", { identifier: id, title: "by an event" }, { "user-agent": original })
      return undefined
    }
    const record = await world.run()
    expect(record.refusedDeletes).toEqual([])
    expect(await world.names("issue")).toContain(id)
    world.port.intercept = undefined
    await world.run()
    expect(await world.names("issue")).not.toContain(id)
  })
})

describe.each([{ remembers: true }, { remembers: false }])(
  "a swap from the original ($remembers)",
  ({ remembers }) => {
    it("updates what it wrote instead of doubling it", async () => {
      const world = await createSmallWorld({ remembers })
      const id = world.idOf("api one")
      await put(world, "issue", { identifier: id, title: "as it was", properties: {} }, byOriginal)
      await put(world, "project", { identifier: "api", title: "as it was", properties: {} }, byOriginal)
      const record = await world.run()
      expect(wanting(record)).toEqual([])
      const issues = await world.entities("issue")
      expect(Object.keys(issues)).toHaveLength(5)
      expect(issues[id]).toMatchObject({ title: "api one", properties: { status: "unresolved" } })
      expect(await world.names("project")).toEqual(["api", "web", "worker"])
      const second = await world.run()
      expect(second.refusedDeletes).toEqual([])
    })

    it("sends nothing for what it wrote as we would have", async () => {
      const world = await createSmallWorld({ remembers, mapping: mappingOf([resources.project]) })
      for (const slug of ["api", "web", "worker"]) {
        await put(
          world,
          "project",
          { identifier: slug, title: slug, properties: { platform: "node" } },
          byOriginal,
        )
      }
      await world.run()
      expect(world.writesSince()).toEqual({ upserted: 0, deleted: 0, patched: 0 })
    })

    it("deletes what it left behind only with proof", async () => {
      const world = await createSmallWorld({
        remembers,
        mapping: mappingOf([resources.project, issueWhere({}), resources.issueEnvironment]),
      })
      const resolved = world.idOf("web one")
      world.organization.resolve(resolved)
      const deleted = world.idOf("web two")
      world.organization.deleteIssue(deleted)
      await put(world, "project", { identifier: "removed" }, byOriginal)
      await put(world, "issue", { identifier: resolved, properties: { status: "unresolved" } }, byOriginal)
      await put(world, "issue", { identifier: deleted, properties: { status: "unresolved" } }, byOriginal)
      await put(world, "issue", { identifier: "by-some-older-mapping" }, byOriginal)
      const odd = `${world.idOf("api one")}-nowhere`
      await put(world, "issueEnvironment", { identifier: odd }, byOriginal)

      const record = await world.run()
      expect(wanting(record)).toEqual([])
      expect(await world.names("project")).not.toContain("removed")
      expect(await world.names("issue")).not.toContain(deleted)
      expect((await world.entities("issue"))[resolved]?.properties.status).toBe("resolved")
      expect(await world.names("issue")).toContain("by-some-older-mapping")
      expect(await world.names("issueEnvironment")).toContain(odd)
      expect(record.refusedDeletes.map(({ identifier }) => identifier).sort()).toEqual(
        ["by-some-older-mapping", odd].sort(),
      )
    })

    it("loses nothing when its first run cannot read everything", async () => {
      const world = await createSmallWorld({
        remembers,
        mapping: mappingOf([resources.project, resources.issue]),
      })
      for (const title of ["api one", "web one", "web two"]) {
        await put(world, "issue", { identifier: world.idOf(title) }, byOriginal)
      }
      await put(world, "project", { identifier: "removed" }, byOriginal)
      world.simulator.tokens.grant(world.simulator.token, { deniedProjects: ["web"] })
      const record = await world.run()
      expect(record.openSources.map(({ kind, part }) => [kind, part])).toEqual([["issue", "web"]])
      expect(await world.names("issue")).toHaveLength(5)
      expect(await world.names("project")).not.toContain("removed")
    })
  },
)

const byOriginal = { "user-agent": original }

async function put(
  world: SmallWorld,
  blueprint: string,
  entity: { identifier: string; title?: string; properties?: Record<string, string> },
  headers: Record<string, string>,
): Promise<void> {
  const path = `/v1/blueprints/${blueprint}/entities?upsert=true&merge=true`
  const { status, body } = await world.catalog.request("POST", path, entity, headers)
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`)
}

// Values of tags that vanish, from an issue and from a project.
import { describe, expect, it } from "vitest"
import {
  createSmallWorld,
  mappingOf,
  removeTagValue,
  resources,
  type SmallWorldOptions,
  wanting,
} from "../support/small-world.ts"

describe("a tag's value that vanishes from an issue", () => {
  const mapping = mappingOf([resources.environment, resources.issueEnvironment])

  it("takes its entity along where it is remembered what that was made of", async () => {
    const world = await loaded({ mapping })
    const id = world.idOf("api two")
    removeTagValue(world.organization, id, "staging")
    const record = await world.run()
    expect(wanting(record)).toEqual([])
    expect(record.refusedDeletes).toEqual([])
    expect(await world.names("issueEnvironment")).not.toContain(`${id}-staging`)
    expect(await world.names("issueEnvironment")).toContain(`${id}-production`)
  })

  it("leaves its entity without memory, and the report says why", async () => {
    const world = await loaded({ mapping, remembers: false })
    const id = world.idOf("api two")
    removeTagValue(world.organization, id, "staging")
    const record = await world.run()
    expect(await world.names("issueEnvironment")).toContain(`${id}-staging`)
    expect(record.refusedDeletes).toContainEqual({
      kind: "issue-tag",
      blueprint: "issueEnvironment",
      identifier: `${id}-staging`,
      reason: expect.stringContaining("could not be traced to one issue-tag"),
    })
  })

  it("leaves the issue's own entity where the mapping takes the issue itself, with an empty list", async () => {
    const byIssue = {
      ...resources.issueEnvironment,
      port: {
        entity: {
          mappings: {
            identifier: ".id",
            blueprint: '"issueEnvironment"',
            properties: { status: '.__tags | map(.name) | join(" ")' },
          },
        },
      },
    }
    const world = await loaded({ mapping: mappingOf([byIssue]) })
    const id = world.idOf("web two")
    expect((await world.entities("issueEnvironment"))[id]?.properties.status).toBe("staging")
    removeTagValue(world.organization, id, "staging")
    const record = await world.run()
    expect(wanting(record)).toEqual([])
    expect((await world.entities("issueEnvironment"))[id]?.properties.status).toBe("")
  })
})

describe.each([{ remembers: true }, { remembers: false }])(
  "a tag's value that vanishes from a project ($remembers)",
  ({ remembers }) => {
    const mapping = mappingOf([resources.project, resources.environment])

    it("takes its entity along, and leaves the project's others", async () => {
      const world = await loaded({ mapping, remembers })
      removeTagValue(world.organization, world.idOf("web two"), "staging")
      const record = await world.run()
      expect(wanting(record)).toEqual([])
      expect(await world.names("environment")).toEqual([
        "api-production",
        "api-staging",
        "web-production",
        "worker-production",
      ])
    })

    it("takes the last one along as well", async () => {
      const world = await loaded({ mapping, remembers })
      removeTagValue(world.organization, world.idOf("worker one"), "production")
      const record = await world.run()
      expect(wanting(record)).toEqual([])
      expect(await world.names("environment")).not.toContain("worker-production")
      expect(await world.names("environment")).toHaveLength(4)
    })

    it("leaves the entity where the project's values could not be read", async () => {
      const world = await loaded({ mapping, remembers })
      removeTagValue(world.organization, world.idOf("web two"), "staging")
      world.simulator.faults.add({ path: "/projects/acme/web/tags/", action: { status: 500 } })
      const record = await world.run()
      expect(record.openSources.map(({ kind, part }) => [kind, part])).toEqual([["project-tag", "web"]])
      expect(record.refusedDeletes.map(({ identifier }) => identifier).sort()).toEqual([
        "web-production",
        "web-staging",
      ])
      expect(await world.names("environment")).toHaveLength(5)

      world.simulator.faults.clear()
      await world.run()
      expect(await world.names("environment")).not.toContain("web-staging")
      expect(await world.names("environment")).toHaveLength(4)
    })
  },
)

async function loaded(options: SmallWorldOptions) {
  const world = await createSmallWorld(options)
  expect(wanting(await world.run())).toEqual([])
  return world
}

// Entities that Port made bare because others relate to them: no object is behind them, and they stay while something
// relates to them.
import { describe, expect, it } from "vitest"
import { createSmallWorld, mappingOf, resources, wanting } from "../support/small-world.ts"

const all = ["api", "web", "worker"]

describe.each([{ remembers: true }, { remembers: false }])(
  "a target made bare ($remembers)",
  ({ remembers }) => {
    const mapping = mappingOf([resources.issue])

    it("stays as long as an issue of the list relates to it", async () => {
      const world = await createSmallWorld({ remembers, mapping })
      await world.run()
      expect(await world.names("project")).toEqual(all)
      const record = await world.run()
      expect(await world.names("project")).toEqual(all)
      expect(record.refusedDeletes).toEqual([])
    })

    it("stays while the only issue that relates to it is resolved and kept, and goes after it", async () => {
      const world = await createSmallWorld({ remembers, mapping })
      await world.run()
      const id = world.idOf("worker one")
      world.organization.resolve(id)
      await world.run()
      await world.run()
      expect(await world.names("project")).toEqual(all)
      expect((await world.entities("issue"))[id]?.relations.project).toBe("worker")
      world.organization.deleteIssue(id)
      await world.run()
      expect(await world.names("issue")).not.toContain(id)
      expect(await world.names("project")).toEqual(["api", "web"])
    })

    it("stays while the issues that relate to it cannot be read", async () => {
      const world = await createSmallWorld({ remembers, mapping })
      await world.run()
      world.simulator.tokens.grant(world.simulator.token, { deniedProjects: ["web"] })
      const record = await world.run()
      expect(await world.names("project")).toEqual(all)
      expect(await world.names("issue")).toHaveLength(5)
      expect((await world.entities("issue"))[world.idOf("web one")]?.relations.project).toBe("web")
      expect(record.refusedDeletes.find(({ identifier }) => identifier === "web")?.reason).toMatch(
        /relates to it/,
      )

      world.simulator.tokens.grant(world.simulator.token)
      const after = await world.run()
      expect(wanting(after)).toEqual([])
      expect(after.refusedDeletes).toEqual([])
      expect(await world.names("project")).toEqual(all)
    })

    it("stays beside entities that the mapping makes itself", async () => {
      const world = await createSmallWorld({
        remembers,
        mapping: mappingOf([resources.project, resources.environment, resources.issueEnvironment]),
      })
      await world.run()
      // The project's own values no longer name it, as when people hid it; the issue's do.
      const id = world.idOf("web two")
      const issue = world.organization.issueOf(id)
      if (issue) issue.issueCategory = "performance"
      world.organization.changed()
      await world.run()
      await world.run()
      expect(await world.names("environment")).toContain("web-staging")
      expect((await world.entities("issueEnvironment"))[`${id}-staging`]?.relations.environment).toBe(
        "web-staging",
      )
    })
  },
)

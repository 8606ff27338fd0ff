// An issue that is resolved leaves its list and lives on: its entity is brought up to date, and goes when its time is over.
import { describe, expect, it } from "vitest"
import {
  createSmallWorld,
  day,
  hour,
  issueWhere,
  mappingOf,
  resources,
  type SmallWorldOptions,
  wanting,
} from "../support/small-world.ts"

const onlyIssues = { mapping: mappingOf([resources.issue]) }

describe.each([{ remembers: true }, { remembers: false }])(
  "a resolved issue ($remembers)",
  ({ remembers }) => {
    it("gives its entity the new status and stays for keepResolvedFor, thirty days unless told otherwise", async () => {
      const world = await loaded({ ...onlyIssues, remembers })
      const id = world.idOf("api one")
      world.organization.resolve(id)

      const record = await world.run()
      expect(wanting(record)).toEqual([])
      expect(record.kept).toEqual({ issue: 1 })
      expect((await world.entities("issue"))[id]?.properties.status).toBe("resolved")

      world.wait(30 * day - 2 * hour)
      await world.run()
      expect(await world.names("issue")).toContain(id)

      world.wait(2 * hour)
      const last = await world.run()
      expect(wanting(last)).toEqual([])
      expect(last.refusedDeletes).toEqual([])
      expect(await world.names("issue")).not.toContain(id)
      expect(await world.names("issue")).toHaveLength(4)
    })

    it("writes its entity once, not at every run while it stays", async () => {
      const world = await loaded({ ...onlyIssues, remembers })
      world.organization.resolve(world.idOf("api one"))
      await world.run()
      expect(world.writesSince()).toEqual({ upserted: 1, deleted: 0, patched: 0 })
      await world.run()
      expect(world.writesSince()).toEqual({ upserted: 0, deleted: 0, patched: 0 })
    })

    it("begins its time anew after it was back in the list", async () => {
      const world = await loaded({ ...onlyIssues, remembers })
      const id = world.idOf("api one")
      world.organization.resolve(id)
      await world.run()
      world.wait(20 * day)
      world.organization.unresolve(id)
      await world.run()
      expect((await world.entities("issue"))[id]?.properties.status).toBe("unresolved")
      world.wait(5 * day)
      world.organization.resolve(id)
      await world.run()

      world.wait(10 * day)
      await world.run()
      expect(await world.names("issue")).toContain(id)
      world.wait(20 * day)
      await world.run()
      expect(await world.names("issue")).not.toContain(id)
    })

    it("goes at once where the setting keepResolvedFor is 0, as in the original", async () => {
      const world = await loaded({ ...onlyIssues, remembers, keepResolvedForMs: 0 })
      world.organization.resolve(world.idOf("api one"))
      const record = await world.run()
      expect(wanting(record)).toEqual([])
      expect(await world.names("issue")).not.toContain(world.idOf("api one"))
      expect(await world.names("issue")).toHaveLength(4)
    })

    it.each(["0", 0])("goes at once where the selector says keepResolvedFor: %j", async (keepResolvedFor) => {
      const mapping = mappingOf([issueWhere({ keepResolvedFor })])
      const world = await loaded({ mapping, remembers })
      world.organization.resolve(world.idOf("api one"))
      await world.run()
      expect(await world.names("issue")).not.toContain(world.idOf("api one"))
      expect(await world.names("issue")).toHaveLength(4)
    })

    it("stays as long as its selector says, whatever the setting says", async () => {
      const mapping = mappingOf([issueWhere({ keepResolvedFor: "2d" })])
      const world = await loaded({ mapping, remembers, keepResolvedForMs: 0 })
      world.organization.resolve(world.idOf("api one"))
      await world.run()
      world.wait(1 * day)
      await world.run()
      expect(await world.names("issue")).toContain(world.idOf("api one"))
      world.wait(1 * day)
      await world.run()
      expect(await world.names("issue")).not.toContain(world.idOf("api one"))
    })

    it("never comes in where the catalog did not hold it while it was open", async () => {
      const world = await createSmallWorld({ ...onlyIssues, remembers })
      world.organization.resolve(world.idOf("api one"))
      await world.run()
      expect(await world.names("issue")).not.toContain(world.idOf("api one"))
      expect(await world.names("issue")).toHaveLength(4)
    })

    it("keeps the entities of its environments too, each with the new status", async () => {
      const world = await loaded({ mapping: mappingOf([resources.issueEnvironment]), remembers })
      const id = world.idOf("api two")
      world.organization.resolve(id)
      const record = await world.run()
      expect(wanting(record)).toEqual([])
      const entities = await world.entities("issueEnvironment")
      expect(entities[`${id}-production`]?.properties.status).toBe("resolved")
      expect(entities[`${id}-staging`]?.properties.status).toBe("resolved")
      world.wait(30 * day)
      await world.run()
      expect((await world.names("issueEnvironment")).filter((name) => name.startsWith(id))).toEqual([])
      expect(await world.names("issueEnvironment")).toHaveLength(4)
    })
  },
)

describe("an issue that grew too old for any list", () => {
  it.each([{ remembers: true }, { remembers: false }])(
    "stays for its time, and then goes ($remembers)",
    async ({ remembers }) => {
      const world = await loaded({ ...onlyIssues, remembers })
      world.wait(91 * day)
      for (const title of ["api two", "web one", "web two", "worker one"]) {
        world.organization.addEvent(world.idOf(title))
      }
      const id = world.idOf("api one")
      // Without a record its last write counts, and that was when it came.
      await world.run()
      expect((await world.names("issue")).includes(id)).toBe(remembers)
      world.wait(31 * day)
      await world.run()
      expect(await world.names("issue")).not.toContain(id)
      expect(await world.names("issue")).toHaveLength(4)
    },
  )
})

async function loaded(options: SmallWorldOptions) {
  const world = await createSmallWorld(options)
  expect(wanting(await world.run())).toEqual([])
  world.writesSince()
  return world
}

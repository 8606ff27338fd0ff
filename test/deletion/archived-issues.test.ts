// Archived issues: kept like resolved ones, or out of the catalog at once where the selector wants none of them.
import { describe, expect, it } from "vitest"
import { createSmallWorld, issueWhere, mappingOf, wanting } from "../support/small-world.ts"

describe.each([{ remembers: true }, { remembers: false }])(
  "an archived issue ($remembers)",
  ({ remembers }) => {
    it.each(["is:unresolved", ""])(
      "goes at once where includeArchived is false (issueQuery %j)",
      async (issueQuery) => {
        const world = await loaded({ includeArchived: false, issueQuery }, remembers)
        const id = world.idOf("api one")
        world.organization.archive(id)
        const record = await world.run()
        expect(wanting(record)).toEqual([])
        expect(record.refusedDeletes).toEqual([])
        expect(await world.names("issue")).not.toContain(id)
        expect(await world.names("issue")).toHaveLength(4)
      },
    )

    it("stays with its new status where includeArchived is true", async () => {
      const world = await loaded({ includeArchived: true }, remembers)
      const id = world.idOf("api one")
      world.organization.archive(id, "forever")
      const record = await world.run()
      expect(record.kept).toEqual({ issue: 1 })
      expect((await world.entities("issue"))[id]?.properties.status).toBe("ignored")
    })

    it("stays for good where the list shows every status", async () => {
      const world = await loaded({ issueQuery: "" }, remembers)
      world.organization.archive(world.idOf("api one"))
      world.wait(40 * 86_400_000)
      const record = await world.run()
      expect(record.kept).toEqual({})
      expect(await world.names("issue")).toContain(world.idOf("api one"))
    })
  },
)

async function loaded(selector: { includeArchived?: boolean; issueQuery?: string }, remembers: boolean) {
  const world = await createSmallWorld({ mapping: mappingOf([issueWhere(selector)]), remembers })
  await world.run()
  expect(await world.names("issue")).toHaveLength(5)
  return world
}

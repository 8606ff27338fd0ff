// The original compares with Port only batches of more than ten entities. Here what did not change is not sent, however
// few there are; and what did change is sent alone.
import { expect, it } from "vitest"
import { createSmallWorld, mappingOf, resources } from "./support/small-world.ts"

it.each([1, 3, 10, 11, 21, 50])(
  "of %i entities of a kind none is written again, and a changed one alone",
  async (count) => {
    const world = await createSmallWorld({ mapping: mappingOf([resources.project]) })
    const { organization } = world
    for (const slug of ["api", "web", "worker"]) organization.removeProject(slug)
    for (let number = 1; number <= count; number++) organization.addProject({ slug: `project-${number}` })
    await world.run()
    expect(await world.names("project")).toHaveLength(count)
    world.writesSince()

    const unchanged = await world.run()
    expect(unchanged.resources[0]?.counts).toMatchObject({ unchanged: count, created: 0, updated: 0 })
    expect(world.writesSince()).toEqual({ upserted: 0, deleted: 0, patched: 0 })

    organization.renameProject("project-1", { name: "Renamed" })
    await world.run()
    expect(world.writesSince()).toEqual({ upserted: 1, deleted: 0, patched: 0 })
  },
)

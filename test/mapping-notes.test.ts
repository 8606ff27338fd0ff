// What a run tells of a mapping that runs, and of one that changed, through the whole path.
import { describe, expect, it } from "vitest"
import {
  createSmallWorld,
  everything,
  filledWorld,
  mappingOf,
  mirrorOf,
  resource,
  resources,
  wanting,
} from "./support/small-world.ts"

describe("a run", () => {
  it("tells once which fields are always null and which fail, and leaves what is null now and then to the log", async () => {
    const issues = resource("issue", {
      identifier: ".id",
      title: ".title",
      blueprint: '"issue"',
      properties: { status: ".stauts" },
      relations: { project: 'if .title == "api one" then null else .project.slug end' },
    })
    const users = resource("user", { identifier: ".email", blueprint: '"user"', title: ".email.name" })
    const world = await createSmallWorld({ mapping: mappingOf([users, resources.project, issues]) })

    const record = await world.run()

    expect(record.status).toBe("completed")
    expect(record.notes).toEqual([
      expect.stringMatching(
        /^resources\[0\] \(user\): title \(\.email\.name\) always null \(2\), for example \w+@acme\.example: Cannot index string/,
      ),
      expect.stringMatching(
        /^resources\[2\] \(issue\): properties\.status \(\.stauts\) always null \(5\), for example \d+$/,
      ),
    ])
  })

  it("tells of entities that are made of several objects, with both", async () => {
    const users = resource("user", { identifier: '"everyone"', title: ".email", blueprint: '"user"' })
    const world = await createSmallWorld({ mapping: mappingOf([users, resources.project]) })

    const record = await world.run()

    expect(record.notes).toEqual([
      expect.stringMatching(
        /^user: 1 entity is made more than once, and the last one counts: "everyone" of user \d+ \(resources\[0\]\) and of user \d+ \(resources\[0\]\)$/,
      ),
    ])
    expect(Object.keys(await world.entities("user"))).toEqual(["everyone"])
  })

  it("has nothing to tell of the six kinds as they should be", async () => {
    expect((await (await filledWorld()).run()).notes).toEqual([])
  })

  it("counts objects that cannot be mapped, with the id of one", async () => {
    const teams = resource("team", { identifier: ".none", blueprint: '"team"' })
    const world = await createSmallWorld({ mapping: mappingOf([teams]) })

    const record = await world.run()

    expect(record.notes).toEqual([
      expect.stringMatching(
        /^resources\[0\] \(team\): 2 not mapped, for example team \d+: identifier \(\.none\) gave null$/,
      ),
    ])
  })
})

describe("a resource that was taken out of the mapping", () => {
  it("takes along what it made", async () => {
    const world = await filledWorld()
    const rest = Object.values(resources).filter((one) => one !== resources.issueEnvironment)
    await world.setMapping(mappingOf(rest))

    const record = await world.run()

    expect(wanting(record)).toEqual([])
    expect(await everything(world)).toEqual({ ...mirrorOf(world), issueEnvironment: [] })
  })
})

describe("a mapping without resources", () => {
  it.each([{}, { resources: [] }])("%j reads nothing and deletes nothing", async (mapping) => {
    const world = await filledWorld()
    const before = await everything(world)
    await world.setMapping(mapping)
    world.simulator.resetCounts()

    const record = await world.run()

    expect(record).toMatchObject({ status: "completed", failures: [] })
    expect(world.simulator.requests).toEqual([])
    expect(await everything(world)).toEqual(before)
  })
})

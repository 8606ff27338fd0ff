// A run of some kinds or projects does not know what the others relate to, and takes nothing away that they need.
import { describe, expect, it } from "vitest"
import { runResync } from "../../src/resync/run-resync.ts"
import {
  blueprint,
  createSmallWorld,
  hour,
  mappingOf,
  resource,
  resources,
  type SmallWorld,
  smallBlueprints,
} from "../support/small-world.ts"

const never = new AbortController().signal
/** Of the projects only these; the others are made bare by what relates to them. */
const someProjects = { ...resources.project, selector: { query: '.slug != "web"' } }

describe.each([{ remembers: true }, { remembers: false }])(
  "a run of some kinds ($remembers)",
  ({ remembers }) => {
    it("keeps a bare entity that issues relate to", async () => {
      const mapping = mappingOf([someProjects, resources.issue])
      const world = await createSmallWorld({ remembers, mapping })
      await world.run()
      expect(await world.names("project")).toEqual(["api", "web", "worker"])

      const record = await runOf(world, { kindsRead: ["project"] })

      expect(await world.names("project")).toEqual(["api", "web", "worker"])
      expect((await world.entities("issue"))[world.idOf("web one")]?.relations.project).toBe("web")
      expect(record.refusedDeletes).toEqual([
        expect.objectContaining({
          identifier: "web",
          reason: expect.stringMatching(/was not read in this run$/),
        }),
      ])
    })

    it("keeps what issues must relate to, and a full run takes both", async () => {
      const strict = blueprint("issue", {}, { project: { target: "project", required: true, many: false } })
      const blueprints = smallBlueprints.map((one) => (one.identifier === "issue" ? strict : one))
      const issue = resource("issue", { ...titleless, relations: { project: ".project.slug" } })
      const world = await createSmallWorld({
        remembers,
        mapping: mappingOf([resources.project, issue]),
        blueprints,
      })
      await world.run()
      world.organization.removeProject("web")

      await runOf(world, { kindsRead: ["project"] })
      expect(await world.names("issue")).toHaveLength(5)
      expect(await world.names("project")).toContain("web")

      await world.run()
      expect(await world.names("issue")).toHaveLength(3)
      expect(await world.names("project")).toEqual(["api", "worker"])
    })

    it("lets go of what is gone and nothing needs", async () => {
      const world = await createSmallWorld({ remembers })
      await world.run()
      world.organization.removeProject("web")
      const record = await runOf(world, { kindsRead: ["project"] })
      expect(await world.names("project")).toEqual(["api", "worker"])
      expect(record.refusedDeletes).toEqual([])
    })
  },
)

it("a run of some projects keeps what an issue of another must relate to", async () => {
  const toFirst = blueprint("issue", {}, { first: { target: "environment", required: true, many: false } })
  const blueprints = smallBlueprints.map((one) => (one.identifier === "issue" ? toFirst : one))
  // Every issue relates to one environment of "api".
  const issue = resource("issue", { ...titleless, relations: { first: '"api-staging"' } })
  const mapping = mappingOf([resources.environment, issue])
  const world = await createSmallWorld({ mapping, blueprints })
  await world.run()
  expect(await world.names("issue")).toHaveLength(5)
  const second = world.organization.issueOf(world.idOf("api two"))
  second?.tags.set("environment", [])
  world.organization.changed()

  await runOf(world, { kindsRead: ["project-tag"], partsRead: ["api"] })

  expect(await world.names("issue")).toHaveLength(5)
  expect(await world.names("environment")).toContain("api-staging")
})

it("a run of some projects leaves out the kinds that have no projects", async () => {
  const world = await createSmallWorld()
  await world.run()
  world.organization.removeMember("bob@acme.example")
  world.simulator.resetCounts()

  const record = await runOf(world, { partsRead: ["api"] })

  expect(record.resources.map(({ kind }) => kind)).toEqual(["project-tag", "issue", "issue-tag"])
  expect(Object.keys(world.simulator.counts().byTemplate).join()).not.toMatch(/members|teams/)
  expect(await world.names("user")).toHaveLength(2)
})

const titleless = { identifier: ".id", blueprint: '"issue"' }

function runOf(world: SmallWorld, some: { kindsRead?: string[]; partsRead?: string[] }) {
  world.wait(hour)
  return runResync({ ...world.deps, ...some }, "request", never)
}

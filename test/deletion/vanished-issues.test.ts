// Issues that are not in Sentry any more, or that the mapping does not want any more.
import { describe, expect, it } from "vitest"
import {
  createSmallWorld,
  issueWhere,
  mappingOf,
  resource,
  resources,
  type SmallWorld,
  type SmallWorldOptions,
  wanting,
} from "../support/small-world.ts"

describe.each([{ remembers: true }, { remembers: false }])(
  "an issue's entity ($remembers)",
  ({ remembers }) => {
    it("goes when the issue was deleted in Sentry, and those of its environments with it", async () => {
      const world = await loaded({ remembers })
      const id = world.idOf("api two")
      world.organization.deleteIssue(id)
      const record = await world.run()
      expect(wanting(record)).toEqual([])
      expect(record.refusedDeletes).toEqual([])
      expect(await world.names("issue")).not.toContain(id)
      expect(await world.names("issue")).toHaveLength(4)
      expect((await world.names("issueEnvironment")).filter((name) => name.startsWith(id))).toEqual([])
      expect(await world.names("issueEnvironment")).toHaveLength(4)
    })

    it("goes when the issue was merged into another, which stays", async () => {
      const world = await loaded({ remembers, mapping: mappingOf([resources.issue]) })
      const gone = world.idOf("api one")
      const survivor = world.idOf("api two")
      world.organization.mergeIssue(gone, survivor)
      const record = await world.run()
      expect(wanting(record)).toEqual([])
      expect(await world.names("issue")).not.toContain(gone)
      expect(await world.names("issue")).toContain(survivor)
    })

    it("goes when the issue no longer passes the selector's query", async () => {
      const mapping = mappingOf([issueWhere({ query: '.level == "error"' })])
      const world = await loaded({ remembers, mapping })
      const id = world.idOf("api one")
      calmDown(world, id)
      const record = await world.run()
      expect(wanting(record)).toEqual([])
      expect(await world.names("issue")).not.toContain(id)
      expect(await world.names("issue")).toHaveLength(4)
    })

    it("goes at once when the issue was resolved and fails the query, whatever keepResolvedFor says", async () => {
      const mapping = mappingOf([issueWhere({ query: '.status != "resolved"' })])
      const world = await loaded({ remembers, mapping })
      world.organization.resolve(world.idOf("api one"))
      await world.run()
      expect(await world.names("issue")).not.toContain(world.idOf("api one"))
      expect(await world.names("issue")).toHaveLength(4)
    })

    it("stays when only Sentry's search no longer finds the issue", async () => {
      const mapping = mappingOf([issueWhere({ issueQuery: "is:unresolved level:error" })])
      const world = await loaded({ remembers, mapping })
      const id = world.idOf("api one")
      calmDown(world, id)
      const record = await world.run()
      expect(record.kept).toEqual({ issue: 1 })
      expect(await world.names("issue")).toContain(id)
    })
  },
)

describe("an entity whose identifier is made of the issue's title", () => {
  const byTitle = resource("issue", { identifier: '.title | gsub(" "; "-")', blueprint: '"issue"' })

  it.each(["resolve", "deleteIssue", "archive"] as const)(
    "stays without memory, whatever numbers are in it (%s)",
    async (change) => {
      const world = await createSmallWorld({ remembers: false, mapping: mappingOf([byTitle]) })
      const other = world.idOf("worker one")
      world.organization.addIssue("api", { title: "Timeout after 500 ms" })
      world.organization.addIssue("api", { title: `Job 99999999 follows ${other}` })
      await world.run()
      world.organization[change](world.idOf("Timeout after 500 ms"))
      world.organization[change](world.idOf(`Job 99999999 follows ${other}`))
      world.organization.deleteIssue(other)

      const record = await world.run()
      expect(await world.names("issue")).toEqual(
        ["Timeout-after-500-ms", `Job-99999999-follows-${other}`, "worker-one"]
          .concat(["api-one", "api-two", "web-one", "web-two"])
          .sort(),
      )
      expect(record.refusedDeletes.map(({ identifier }) => identifier).sort()).toEqual(
        ["Timeout-after-500-ms", `Job-99999999-follows-${other}`, "worker-one"].sort(),
      )
      expect(record.refusedDeletes[0]?.reason).toContain("could not be traced to one issue")
    },
  )

  it("goes with memory when its issue was deleted", async () => {
    const world = await createSmallWorld({ mapping: mappingOf([byTitle]) })
    world.organization.addIssue("api", { title: "Timeout after 500 ms" })
    await world.run()
    world.organization.deleteIssue(world.idOf("Timeout after 500 ms"))
    await world.run()
    expect(await world.names("issue")).not.toContain("Timeout-after-500-ms")
  })
})

describe("an entity that several issues make", () => {
  const byProject = resource("issue", { identifier: ".project.slug", blueprint: '"issue"' })

  it.each([{ remembers: true }, { remembers: false }])(
    "stays while one of them makes it ($remembers)",
    async ({ remembers }) => {
      const world = await loaded({ remembers, mapping: mappingOf([byProject]) })
      world.organization.deleteIssue(world.idOf("api one"))
      const record = await world.run()
      expect(record.refusedDeletes).toEqual([])
      expect(await world.names("issue")).toEqual(["api", "web", "worker"])
    },
  )

  it("stays while one of them is only resolved, and goes when all are gone", async () => {
    const world = await loaded({ mapping: mappingOf([byProject]) })
    world.organization.deleteIssue(world.idOf("api one"))
    world.organization.resolve(world.idOf("api two"))
    await world.run()
    expect(await world.names("issue")).toEqual(["api", "web", "worker"])
    world.organization.deleteIssue(world.idOf("api two"))
    await world.run()
    expect(await world.names("issue")).toEqual(["web", "worker"])
  })
})

async function loaded(options: SmallWorldOptions) {
  const world = await createSmallWorld(options)
  expect(wanting(await world.run())).toEqual([])
  return world
}

/** The level as the organization tells it, and as a text of the issue's own may have it. */
function calmDown({ organization }: SmallWorld, issueId: string): void {
  const issue = organization.issueOf(issueId)
  if (!issue) throw new Error(`there is no issue ${issueId}`)
  issue.level = "info"
  delete issue.text
  organization.changed()
}

// What a plan says is what the run then does: creates, updates field by field, deletes, refusals, over many worlds.
import { describe, expect, it } from "vitest"
import { planThenRun } from "../support/planned.ts"
import {
  createSmallWorld,
  day,
  filledWorld,
  hour,
  issueWhere,
  mappingOf,
  removeTagValue,
  resources,
  type SmallWorld,
} from "../support/small-world.ts"

describe.each([{ remembers: true }, { remembers: false }])(
  "with a memory of earlier runs: $remembers",
  ({ remembers }) => {
    it("plans all of a fresh catalog as created, and nothing of one that is as it should be", async () => {
      const world = await createSmallWorld({ remembers })

      const { plan } = await next(world)
      expect(plan.record.status).toBe("completed")
      expect(kinds(plan.changes, "create")).toEqual({
        user: 2,
        team: 2,
        project: 3,
        "project-tag": 5,
        issue: 5,
        "issue-tag": 6,
      })
      expect(plan.changes.find(({ identifier }) => identifier === "api")?.fields).toEqual([
        { field: "properties.platform", from: null, to: "node" },
      ])

      const second = await next(world)
      expect(second.plan.changes).toEqual([])
    })

    it("plans what changed, field by field", async () => {
      const world = await filledWorld({ remembers })
      const id = world.idOf("api one")
      retitle(world, "api one", "api one, worse")
      world.organization.setTeamProjects("backend", ["api"])
      world.organization.addIssue("web", { title: "web three", environment: "preview" })

      const { plan } = await next(world)

      expect(plan.changes.find(({ identifier }) => identifier === id)).toMatchObject({
        what: "update",
        kind: "issue",
        fields: [{ field: "title", from: "api one", to: "api one, worse" }],
        because: undefined,
      })
      expect(kinds(plan.changes, "create")).toEqual({ issue: 1, "project-tag": 1, "issue-tag": 1 })
    })

    it("keeps a resolved issue with its new status, and deletes it when its time is over, with the evidence", async () => {
      const world = await filledWorld({ remembers, keepResolvedForMs: 7 * day })
      const id = world.idOf("web one")
      world.organization.resolve(id)

      const { plan } = await next(world)
      expect(plan.record.kept).toMatchObject({ issue: 1 })
      expect(plan.changes.find(({ identifier }) => identifier === id)?.fields).toEqual([
        { field: "properties.status", from: "unresolved", to: "resolved" },
      ])

      await next(world)
      world.wait(8 * day)
      const later = await next(world)
      const gone = later.plan.changes.find(({ identifier }) => identifier === id)
      expect(gone).toMatchObject({ what: "delete", kind: "issue" })
      expect(gone?.because).toContain(`issue ${id} left its list more than 7 d ago`)
    })

    it("plans the deletes of vanished objects, each with its evidence", async () => {
      const world = await filledWorld({ remembers })
      const id = world.idOf("worker one")
      world.organization.deleteIssue(id)
      world.organization.removeProject("web")
      world.organization.removeMember("bob@acme.example")
      removeTagValue(world.organization, world.idOf("api two"), "staging")

      const { plan } = await next(world)

      const deletes = plan.changes.filter(({ what }) => what === "delete")
      expect(deletes.map(({ identifier }) => identifier)).toEqual(
        expect.arrayContaining([id, "web", "bob@acme.example"]),
      )
      expect(deletes.every(({ because }) => because !== undefined && because !== "")).toBe(true)
    })

    it("plans no delete of what a denied project may still hold, and says why", async () => {
      const world = await filledWorld({ remembers })
      world.simulator.tokens.grant(world.simulator.token, { deniedProjects: ["web"] })
      world.organization.deleteIssue(world.idOf("api one"))

      const { plan } = await next(world)

      expect(plan.record.status).toBe("failed")
      expect(plan.record.openSources.map(({ kind, part }) => `${kind} ${part}`)).toContain("issue web")
      expect(plan.record.refusedDeletes.length).toBeGreaterThan(0)
      expect(plan.record.refusedDeletes.every(({ reason }) => reason !== "")).toBe(true)
    })

    it("plans no delete above the threshold", async () => {
      const world = await filledWorld({
        remembers,
        mapping: mappingOf(undefined, { entityDeletionThreshold: 0.3 }),
      })
      for (const title of ["api one", "api two", "web one"]) world.organization.deleteIssue(world.idOf(title))

      const { plan } = await next(world)

      expect(plan.record.refusedDeletes.filter(({ kind }) => kind === "issue")).toHaveLength(3)
      expect(plan.record.refusedDeletes[0]?.reason).toContain("entityDeletionThreshold")
    })

    it("plans the rest of a mapping with one broken resource", async () => {
      const world = await filledWorld({ remembers })
      await world.setMapping(mappingOf([resources.user, withoutIdentifier, resources.project]))
      world.organization.removeMember("bob@acme.example")

      const { plan } = await next(world)

      expect(plan.record.failures.join()).toContain("resources[1]")
      expect(plan.changes.map(({ what, identifier }) => `${what} ${identifier}`)).toContain(
        "delete bob@acme.example",
      )
    })
  },
)

describe("entities that Port would refuse", () => {
  it("are planned as refused, with Port's own reason, and the others as written", async () => {
    const mapping = mappingOf([
      {
        ...resources.project,
        port: {
          entity: {
            mappings: {
              identifier: ".slug",
              blueprint: '"project"',
              properties: { platform: '(.slug | if . == "web" then 5 else . end)' },
            },
          },
        },
      },
      resources.issue,
    ])
    const world = await createSmallWorld({ mapping })

    const { plan } = await next(world)

    expect(plan.record.refusedEntities).toMatchObject([
      { blueprint: "project", identifier: "web", status: 422 },
    ])
  })

  it("are planned bare where only relations name them", async () => {
    const world = await createSmallWorld({ mapping: mappingOf([resources.issue]) })

    const { plan } = await next(world)

    const bare = plan.changes.find(
      ({ blueprint, identifier }) => blueprint === "project" && identifier === "web",
    )
    expect(bare).toMatchObject({ what: "create", fields: [] })
    expect(bare?.because).toContain("relates to it")
  })

  it("are planned as refused where their targets are missing and may not be made", async () => {
    const world = await createSmallWorld({
      mapping: mappingOf([resources.issue], { createMissingRelatedEntities: false }),
    })

    const { plan } = await next(world)

    expect(plan.record.refusedEntities).toHaveLength(5)
    expect(plan.record.refusedEntities[0]).toMatchObject({ status: 404 })
  })

  it("are planned as written where their targets come later in the same run", async () => {
    const world = await createSmallWorld({
      mapping: mappingOf([resources.issue, resources.project], { createMissingRelatedEntities: false }),
    })

    const plan = await world.plan()

    expect(plan.record.refusedEntities).toEqual([])
    expect(kinds(plan.changes, "create")).toEqual({ issue: 5, project: 3 })
    await world.run()
    expect(await world.names("issue")).toHaveLength(5)
  })
})

describe("replacing instead of merging", () => {
  it("plans what the entity loses", async () => {
    const world = await filledWorld({ mapping: mappingOf(undefined, { enableMergeEntity: false }) })
    const id = world.idOf("api one")
    await world.setMapping(
      mappingOf([...Object.values(resources).filter(({ kind }) => kind !== "issue"), issueWithoutStatus()], {
        enableMergeEntity: false,
      }),
    )
    retitle(world, "api one", "api one, worse")

    const { plan } = await next(world)

    expect(plan.changes.find(({ identifier }) => identifier === id)?.fields).toContainEqual({
      field: "properties.status",
      from: "unresolved",
      to: null,
    })
  })
})

describe("a run without deleting dependents", () => {
  it("plans its deletes one by one, as the run does them", async () => {
    const world = await filledWorld({ mapping: mappingOf(undefined, { deleteDependentEntities: false }) })
    world.organization.deleteIssue(world.idOf("api one"))
    world.organization.removeProject("worker")

    const { plan } = await next(world)

    expect(plan.changes.filter(({ what }) => what === "delete").length).toBeGreaterThan(2)
  })
})

describe("archived issues that the selector excludes", () => {
  it("are planned as deleted", async () => {
    const world = await createSmallWorld({
      mapping: mappingOf([resources.project, issueWhere({ includeArchived: false })]),
    })
    await world.run()
    world.organization.archive(world.idOf("api one"))

    const { plan } = await next(world)

    expect(plan.changes.filter(({ what }) => what === "delete")).toHaveLength(1)
  })
})

const withoutIdentifier = {
  kind: "issue",
  selector: { query: "true" },
  port: { entity: { mappings: { blueprint: '"issue"' } } },
}

/** An hour on, so that every entity is older than the plan, which begins when the run does. */
function next(world: SmallWorld) {
  world.wait(hour)
  return planThenRun(world)
}

function retitle({ organization, idOf }: SmallWorld, from: string, to: string): void {
  const issue = organization.issueOf(idOf(from))
  if (!issue) throw new Error(`no issue has the title ${from}`)
  issue.title = to
  delete issue.text
  organization.changed()
}

function kinds(
  changes: readonly { what: string; kind: string | undefined }[],
  what: string,
): Record<string, number> {
  const of = Map.groupBy(
    changes.filter((change) => change.what === what),
    ({ kind }) => kind ?? "none",
  )
  return Object.fromEntries([...of].map(([kind, group]) => [kind, group.length]))
}

function issueWithoutStatus() {
  const mappings = {
    identifier: ".id",
    title: ".title",
    blueprint: '"issue"',
    relations: { project: ".project.slug" },
  }
  return { ...resources.issue, port: { entity: { mappings } } }
}

// A resync that several share comes to just what one makes alone: its catalog, its report, its requests.
import { describe, expect, it } from "vitest"
import type { RunRecord } from "../../src/resync/run-record.ts"
import { crewOf, type Opened, openSplitWorld, manyProjects as projects } from "../support/split-world.ts"
import type { World } from "../support/world.ts"

const kinds = ["project", "environment", "issue", "issueEnvironment", "owner"] as const

describe("a resync that several processes share", () => {
  it("makes the catalog of a resync alone, and gives the same report", async () => {
    const alone = await openSplitWorld()
    const shared = await openSplitWorld()
    const record = await alone.world.resync()
    const crew = await crewOf(shared.world, 3)
    shared.simulator.faults.add({ path: "/issues/", action: { until: crew.allReadIssues } })
    expect(tellingOf(await crew.lead.resync())).toEqual(tellingOf(record))
    expect(crew.workers()).toEqual(["a", "b", "c"])
    expect(record.plan.join("\n")).toMatch(/^issue-tag: environment of 163 issues: /)
    expect(record.refusedEntities.length).toBeGreaterThan(0)
    expect(record.notes.join("\n")).toMatch(/1 not mapped/)
    expect(await contentsOf(shared.world)).toEqual(await contentsOf(alone.world))
  })

  it("reads each project once, and sends each entity once", async () => {
    const alone = await openSplitWorld()
    const shared = await openSplitWorld()
    await alone.world.resync()
    const crew = await crewOf(shared.world, 3)
    shared.simulator.faults.add({ path: "/issues/", action: { until: crew.allReadIssues } })
    await crew.lead.resync()
    expect(sentTo(shared.world)).toEqual(sentTo(alone.world))
    expect(new Set(sentTo(shared.world)).size).toBe(sentTo(shared.world).length)
    expect(issuesAsked(shared.simulator)).toEqual(issuesAsked(alone.simulator))
    expect(new Set(issuesAsked(shared.simulator)).size).toBe(projects)
  })

  it("reads the tags of its issues by part: each asks for the environments of its own projects", async () => {
    const features = ["global-views"] // no rows of events, so that lists of environments are the cheapest way
    const alone = await openSplitWorld({ features })
    const shared = await openSplitWorld({ features })
    await alone.world.resync()
    const crew = await crewOf(shared.world, 3)
    const record = await crew.lead.resync()
    expect(record.plan.join("\n")).toContain("163 by a list per environment")
    expect(await contentsOf(shared.world)).toEqual(await contentsOf(alone.world))
    const lists = listsOf(shared.simulator, { ofEnvironments: true })
    expect(lists).toHaveLength(5 * 3) // parts, and both environments and none
    expect(Math.max(...lists.map((ids) => ids.length))).toBe(25)
    expect(lists.flat()).not.toContain("-1")
  })

  it("changes nothing in a second run, and takes what is gone", async () => {
    const { world, organization, simulator } = await openSplitWorld({ scanState: true })
    const crew = await crewOf(world, 3)
    simulator.faults.add({ path: "/issues/", action: { until: crew.allReadIssues } })
    await crew.lead.resync()
    world.writesSince()
    await crew.lead.resync()
    expect(world.writesSince()).toEqual({ upserted: 1, deleted: 0, patched: 0 }) // the one that Port refuses
    const [first] = organization.issues.values()
    organization.deleteIssue(first?.id ?? "")
    organization.removeProject("project-105")
    await crew.lead.resync()
    const left = await world.entities("issue")
    expect(Object.keys(left)).toHaveLength(organization.issues.size)
    expect(left[first?.id ?? ""]).toBeUndefined()
    expect(Object.keys(await world.entities("project"))).not.toContain("project-105")
  })

  it.each([
    ["a mapping of few projects", 40, {}],
    ["switched off", projects, { isOn: false }],
  ] as const)("is one process's own: %s", async (_, count, more) => {
    const { world } = await openSplitWorld({ count })
    const crew = await crewOf(world, 2, more)
    await crew.lead.resync()
    expect(crew.workers()).toEqual([])
    expect(Object.keys(await world.entities("project"))).toHaveLength(count)
  })
})

/** Entities sent to Port, less those whose search relations are sent again by what was there when they were written. */
function sentTo({ port }: World): string[] {
  return port
    .sentTo("POST", /\/entities\/bulk$/)
    .filter(({ path }) => !path.includes("/owner/"))
    .flatMap(({ path, body }) =>
      (body as { entities: { identifier: string }[] }).entities.map((one) => `${path} ${one.identifier}`),
    )
    .sort()
}

/** Ids of projects whose issues were listed, in all requests together. */
function issuesAsked(simulator: Opened["simulator"]): string[] {
  return listsOf(simulator, { ofEnvironments: false }).flat().sort()
}

/** The projects of each list of issues. */
function listsOf(
  { requests }: Opened["simulator"],
  { ofEnvironments }: { ofEnvironments: boolean },
): string[][] {
  const lists = requests.filter(({ path }) => path.endsWith("organizations/acme/issues/"))
  return lists
    .map(({ query }) => new URLSearchParams(query))
    .filter((query) => query.has("environment") === ofEnvironments)
    .map((query) => query.getAll("project"))
}

async function contentsOf(world: World): Promise<Record<string, unknown>> {
  const contents: Record<string, unknown> = {}
  for (const kind of kinds) {
    const entities = await world.entities(kind)
    contents[kind] = Object.fromEntries(
      Object.entries(entities).map(([name, { title, properties, relations }]) => [
        name,
        { title, properties, relations },
      ]),
    )
  }
  return contents
}

/** What of a report does not differ from run to run, and in no order of what comes side by side. */
function tellingOf(record: RunRecord): unknown {
  const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort()
  return {
    status: record.status,
    resources: record.resources.map(({ kind, counts }) => ({ kind, counts })),
    openSources: sorted(record.openSources),
    refused: sorted(record.refusedEntities),
    refusedDeletes: sorted(record.refusedDeletes),
    // The way to the tags is chosen by part; how many issues there were is not.
    plan: record.plan.map((sentence) => sentence.replace(/issues: .*|^.*(?=requests to Sentry).*/s, "")),
    failures: record.failures,
    notes: sorted(record.notes.map((note) => note.replace(/, for example.*|counts: .*/s, ""))),
  }
}

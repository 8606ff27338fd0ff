// A resync that several share comes to just what one makes alone: its catalog, its report, its requests.
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import type { RunRecord } from "../../src/resync/run-record.ts"
import { createOrganization, type Organization } from "../../src/simulator/organization.ts"
import { createMember, type Member } from "../support/crew.ts"
import { useSimulator } from "../support/simulator.ts"
import { blueprint, mappingOf, resource, resources, smallBlueprints } from "../support/small-world.ts"
import { createWorld, type World, type WorldOptions } from "../support/world.ts"

const projects = 110
const kinds = ["project", "environment", "issue", "issueEnvironment", "owner"] as const

describe("a resync that several processes share", () => {
  it("makes the catalog of a resync alone, and gives the same report", async () => {
    const alone = await openWorld()
    const shared = await openWorld()
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
    const alone = await openWorld()
    const shared = await openWorld()
    await alone.world.resync()
    const crew = await crewOf(shared.world, 3)
    shared.simulator.faults.add({ path: "/issues/", action: { until: crew.allReadIssues } })
    const sent = alone.world.writesSince()
    shared.world.writesSince()
    await crew.lead.resync()
    expect(shared.world.writesSince()).toEqual(sent)
    expect(issuesAsked(shared.simulator)).toEqual(issuesAsked(alone.simulator))
    expect(new Set(issuesAsked(shared.simulator)).size).toBe(projects)
  })

  it("changes nothing in a second run, and takes what is gone", async () => {
    const { world, organization, simulator } = await openWorld({ scanState: true })
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
    const { world } = await openWorld({ count })
    const crew = await crewOf(world, 2, more)
    await crew.lead.resync()
    expect(crew.workers()).toEqual([])
    expect(Object.keys(await world.entities("project"))).toHaveLength(count)
  })
})

interface Opened {
  world: World
  organization: Organization
  simulator: Awaited<ReturnType<typeof useSimulator>>
}

async function openWorld({
  count = projects,
  ...more
}: Partial<WorldOptions> & { count?: number } = {}): Promise<Opened> {
  const organization = manyProjects(count)
  const simulator = await useSimulator({ organization })
  const world = await createWorld({
    sentry: simulator,
    mapping: mapping(),
    blueprints: [
      ...smallBlueprints,
      blueprint(
        "owner",
        { level: { type: "number" } },
        { issue: { target: "issue", required: false, many: false } },
      ),
    ],
    ...more,
  })
  return { world, organization, simulator }
}

/** Issues in some of them, an odd one here and there. */
function manyProjects(count: number): Organization {
  const organization = createOrganization({ slug: "acme" })
  const at = organization.clock.now() - 3_600_000
  for (let number = 0; number < count; number++) {
    const slug = `project-${String(number).padStart(3, "0")}`
    organization.addProject({ slug, platform: "node" })
    for (let issue = 0; issue < number % 4; issue++)
      organization.addIssue(slug, {
        title: `${slug} ${issue}`,
        environment: issue === 1 ? "staging" : "production",
        at,
      })
  }
  return organization
}

/** With entities that Port refuses, objects that jq cannot map, and searches. */
function mapping(): JsonObject {
  const { project, environment, issue, issueEnvironment } = resources
  const owner = resource("issue", {
    identifier: 'if .title == "project-051 0" then error("odd one") else "owner-" + .id end',
    blueprint: '"owner"',
    properties: { level: 'if .title == "project-021 0" then "high" else 1 end' },
    relations: {
      issue: {
        combinator: '"and"',
        rules: [{ property: '"$title"', operator: '"="', value: '"project-001 0"' }],
      } as unknown as string,
    },
  })
  return mappingOf([project, environment, issue, issueEnvironment, owner])
}

interface Crew {
  lead: Member
  /** Those that made a part, by name. */
  workers(): string[]
  /** Fulfilled when each of them has a part of the issues. */
  allReadIssues: Promise<void>
}

/** The first of them leads, the others help. */
async function crewOf(world: World, size: number, more: { isOn?: boolean } = {}): Promise<Crew> {
  const made = new Set<string>()
  const reading = new Set<string>()
  const all = Promise.withResolvers<void>()
  const { database } = world.catalog
  const members: Member[] = []
  for (const name of ["a", "b", "c"].slice(0, size)) {
    const log = {
      ...world.deps.log,
      info: (...[, text]: unknown[]) => void (/is made/.test(String(text)) && made.add(name)),
      debug(told: { reading?: string }) {
        if (told.reading?.startsWith("issues")) reading.add(name)
        if (reading.size === size) all.resolve()
      },
    }
    const deps = { ...world.deps, log: log as unknown as typeof world.deps.log }
    members.push(await createMember({ name, database, deps, ...more }))
  }
  const [lead, ...helpers] = members
  if (!lead) throw new Error("nobody leads")
  if (more.isOn ?? true) for (const helper of helpers) await helper.help()
  return { lead, workers: () => [...made].sort(), allReadIssues: all.promise }
}

/** Ids of projects whose issues were listed, in all requests together. */
function issuesAsked({ requests }: Opened["simulator"]): string[] {
  return requests
    .filter(({ path }) => path.endsWith("organizations/acme/issues/"))
    .flatMap(({ query }) => new URLSearchParams(query).getAll("project"))
    .sort()
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

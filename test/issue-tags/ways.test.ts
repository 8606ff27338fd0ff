// Every way to the tags of issues gives what the original's calls give: the objects, and so the entities.
import { describe, expect, it, onTestFinished } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import type { RawItem } from "../../src/resync/kind.ts"
import { sentryIntegration } from "../../src/sentry/integration.ts"
import type { FaultRule } from "../../src/simulator/faults.ts"
import { generateOrganization } from "../../src/simulator/generate.ts"
import type { Simulator } from "../../src/simulator/serve.ts"
import { createConnections, integrationDeps, readAll } from "../support/fake-sentry.ts"
import { steppedClock, useSimulator } from "../support/simulator.ts"
import { blueprint, resource } from "../support/small-world.ts"
import { createWorld } from "../support/world.ts"

const signal = new AbortController().signal
const refused = { status: 403, body: { detail: "You do not have permission to perform this action." } }
const noLists: FaultRule = { path: /organizations\/[^/]+\/environments\//, action: refused }
const noExplore: FaultRule = { path: /organizations\/[^/]+\/events\//, action: refused }

/** What a server has to lack for a way to be taken, and how the report names it. */
const ways: [way: string, faults: FaultRule[]][] = [
  ["a list per environment", []],
  ["rows of events", [noLists]],
  ["each issue", [noLists, noExplore]],
]

/**
 * Errors and others, of every status, some older than what is kept; environments with names that need care, hidden
 * ones, one nobody named, and issues without any.
 */
async function start(faults: FaultRule[] = []): Promise<Simulator> {
  const clock = steppedClock("2026-03-02T10:00:00Z")
  const organization = generateOrganization({
    projects: 3,
    issuesPerProject: 110,
    environments: ["production", "eu/west 1", 'stage "#2"', "dev&test"],
    otherShare: 0.3,
    days: 200,
    clock,
  })
  const [project] = organization.projects.values()
  const slug = project?.slug ?? ""
  const at = clock.now() - 86_400_000
  organization.addIssue(slug, { title: "no environment", at })
  const nameless = organization.addIssue(slug, { title: "events of no environment", environment: "", at })
  organization.addEvent(nameless.id, { environment: "production", at: at + 60_000 })
  organization.addIssue(slug, { title: "only events of no environment", environment: "", at })
  const many = organization.addIssue(slug, {
    title: "many values",
    environment: "env-0",
    tags: { tier: "t-0" },
    at,
  })
  for (let number = 1; number < 120; number++) {
    organization.addEvent(many.id, {
      environment: `env-${number % 12}`,
      tags: { tier: `t-${number}` },
      at: at + number * 1_000,
    })
  }
  return useSimulator({ organization, faults })
}

async function read(simulator: Simulator, selector: Record<string, unknown>) {
  const connections = createConnections()
  onTestFinished(() => connections.close())
  const deps = integrationDeps(simulator.url, connections, {
    token: simulator.token,
    organization: simulator.slug,
    clock: simulator.organization.clock,
  })
  const run = sentryIntegration(deps).openRun()
  const kind = run.openKind("issue-tag", selector)
  const { items } = await readAll(kind.reading)
  const enriched = await kind.enrich(items, signal)
  expect(enriched.unread).toEqual([])
  return { items: byId(enriched.items), plan: run.plan?.().join("\n") ?? "" }
}

function byId(items: readonly RawItem[]): Record<string, unknown> {
  return Object.fromEntries(items.map(({ origin, raw }) => [origin.id, raw.__tags]))
}

describe.each(ways)("tags by %s", (way, faults) => {
  it.each<Record<string, unknown>>([
    {},
    { issueQuery: "" },
    { tag: "level" },
    { tag: "release" },
    { tag: "tier" },
  ])("are those of the original's calls, %j", async (selector) => {
    const simulator = await start(faults)

    const exact = await read(simulator, { ...selector, tagSource: "exact" })
    simulator.resetCounts()
    const found = await read(simulator, selector)

    const isForAnyTag = way !== "a list per environment"
    if (selector.tag === undefined || (isForAnyTag && selector.tag !== "release")) {
      expect(found.plan).toContain(`by ${way}`)
    }
    expect(Object.keys(found.items).length).toBeGreaterThan(150)
    expect(found.items).toEqual(exact.items)
    if (way !== "each issue" && selector.tag !== "release") {
      expect(simulator.counts().total).toBeLessThan(Object.keys(exact.items).length / 2)
    }
  })
})

const mapping: JsonObject = {
  resources: [
    resource("issue-tag", {
      identifier: ".id",
      blueprint: '"whole"',
      properties: {
        all: ". | del(.stats)",
        fields: "[.__tags[] | {key, name, value, count, firstSeen, lastSeen}]",
      },
    }),
    resource(
      "issue-tag",
      {
        identifier: '.id + "-" + .item.value',
        blueprint: '"value"',
        properties: {
          all: "{count: .item.count, first: .item.firstSeen, last: .item.lastSeen, name: .item.name}",
        },
      },
      { port: { itemsToParse: ".__tags" } },
    ),
    resource("issue-tag", {
      identifier: ".id",
      blueprint: '"names"',
      properties: { all: "{names: [.__tags[].name], newest: .__tags[0].name, count: (.__tags | length)}" },
    }),
  ],
}
const blueprints = [
  blueprint("whole", { all: { type: "object" }, fields: { type: "array" } }),
  blueprint("value", { all: { type: "object" } }),
  blueprint("names", { all: { type: "object" } }),
]

describe("the entities", () => {
  it.each(ways)(
    "are the same by %s, whether a mapping reads each field or takes all of it",
    async (way, faults) => {
      const simulator = await start(faults)
      const [exact, found] = [await entitiesOf(simulator, "exact"), await entitiesOf(simulator, "auto")]
      expect(found.plan).toContain(`by ${way}`)
      expect(found.entities).toEqual(exact.entities)
      expect(Object.keys(found.entities).length).toBeGreaterThan(400)
    },
  )
})

async function entitiesOf(simulator: Simulator, tagSource: "auto" | "exact") {
  const { clock } = simulator.organization
  const world = await createWorld({ sentry: simulator, mapping, blueprints, tagSource, clock })
  const record = await world.resync()
  expect(record.status).toBe("completed")
  const lists = await Promise.all(
    ["whole", "value", "names"].map(async (name) =>
      Object.values(await world.entities(name)).map(({ identifier, properties }) => [
        `${name} ${identifier}`,
        properties,
      ]),
    ),
  )
  return { entities: Object.fromEntries(lists.flat()), plan: record.plan.join("\n") }
}

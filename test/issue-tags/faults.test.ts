// A way to the tags that fails costs requests, never values: others are taken, and what none could read is unread.
import { describe, expect, it, onTestFinished } from "vitest"
import { silentLogger } from "../../src/common/logger.ts"
import { createSentryClient } from "../../src/sentry/client.ts"
import { sentryIntegration } from "../../src/sentry/integration.ts"
import { readEnvironmentLists } from "../../src/sentry/issue-tags/environment-lists.ts"
import { createRunContext } from "../../src/sentry/run-context.ts"
import { noScanState } from "../../src/sentry/scan-state.ts"
import type { FaultAction, FaultRule } from "../../src/simulator/faults.ts"
import { generateOrganization } from "../../src/simulator/generate.ts"
import type { Organization } from "../../src/simulator/organization.ts"
import type { Simulator, SimulatorOptions } from "../../src/simulator/serve.ts"
import { createConnections, integrationDeps, readAll } from "../support/fake-sentry.ts"
import { steppedClock, useSimulator } from "../support/simulator.ts"

const signal = new AbortController().signal
const refused: FaultAction = { status: 403, body: { detail: "You do not have permission." } }
const noLists: FaultRule = { path: "/environments/", action: refused }

function organizationOf(issuesPerProject = 110): Organization {
  const clock = steppedClock("2026-03-02T10:00:00Z")
  return generateOrganization({
    projects: 2,
    issuesPerProject,
    otherShare: 0.2,
    resolvedShare: 0,
    archivedShare: 0,
    clock,
  })
}

async function read({ deniedProjects = [], ...options }: SimulatorOptions & { deniedProjects?: string[] }) {
  const organization = options.organization ?? organizationOf()
  const simulator = await useSimulator({ ...options, organization })
  simulator.tokens.grant(simulator.token, { deniedProjects })
  const connections = createConnections()
  onTestFinished(() => connections.close())
  const deps = integrationDeps(simulator.url, connections, {
    token: simulator.token,
    organization: simulator.slug,
    clock: organization.clock,
  })
  const run = sentryIntegration(deps).openRun()
  const kind = run.openKind("issue-tag", {})
  const { items } = await readAll(kind.reading)
  const { items: enriched, unread } = await kind.enrich(items, signal)
  const found = Object.fromEntries(
    enriched.map(({ origin, raw }) => [
      origin.id,
      (raw.__tags as { value: string }[]).map(({ value }) => value),
    ]), // as enriched
  )
  return { found, unread, plan: run.plan?.().join("\n") ?? "", simulator, organization }
}

/** The values as the organization has them, the latest to be seen first. */
function expected(organization: Organization): Record<string, string[]> {
  return Object.fromEntries(
    [...organization.issues.values()].map(({ id, tags }) => [
      id,
      (tags.get("environment") ?? [])
        .toSorted(
          (left, right) =>
            Math.floor(right.firstSeen / 1_000) - Math.floor(left.firstSeen / 1_000) ||
            (left.value < right.value ? -1 : 1),
        )
        .map(({ value }) => value),
    ]),
  )
}

describe("every issue has its values", () => {
  it.each<[what: string, faults: FaultRule[]]>([
    ["nothing fails", []],
    ["the environments cannot be listed", [noLists]],
    [
      "a page of one environment's list fails for good",
      [{ path: "environment=staging", action: { status: 500 } }],
    ],
    ["an environment's list is refused", [{ path: "environment=staging", action: refused }]],
    ["explore is refused", [noLists, { path: "/events/", action: refused }]],
    ["explore has no such route", [noLists, { path: "/events/", action: { status: 404 } }]],
    [
      "explore refuses several projects",
      [noLists, { path: "/events/", action: { status: 400, body: { detail: "multi project" } } }],
    ],
    ["explore fails at some questions", [noLists, { path: "/events/", every: 2, action: { status: 500 } }]],
    ["explore answers something else", [noLists, { path: "/events/", action: { status: 200, body: [] } }]],
    ["explore answers no rows", [noLists, { path: "/events/", action: { status: 200, body: { data: [] } } }]],
    ["the call of one tag has no such route", [{ path: /tags\/environment\/$/, action: { status: 404 } }]],
    ["the call of one tag is refused", [{ path: /tags\/environment\/$/, action: refused }]],
    [
      "the call of one tag answers something else",
      [{ path: /tags\/environment\/$/, action: { status: 200, body: {} } }],
    ],
  ])(
    "when %s",
    async (_, faults) => {
      const { found, unread, organization } = await read({ faults })
      expect(unread).toEqual([])
      expect(found).toEqual(expected(organization))
    },
    20_000,
  )

  it("on an old server, which has neither lists of the organization nor explore", async () => {
    const { found, unread, organization, plan } = await read({
      legacy: true,
      organization: organizationOf(8),
    })
    expect(unread).toEqual([])
    expect(found).toEqual(expected(organization))
    expect(plan).toContain("16 by each issue")
  })

  it("on a plan that shows one project at a time", async () => {
    const organization = organizationOf(8)
    organization.features = organization.features.filter((feature) => feature !== "global-views")
    const { found, unread } = await read({ organization })
    expect(unread).toEqual([])
    expect(found).toEqual(expected(organization))
  })
})

it("what no way could read is unread, for just those issues", async () => {
  const organization = organizationOf()
  const other = [...organization.issues.values()].filter(({ issueCategory }) => issueCategory !== "error")
  const [denied] = other
  const faults = [noLists, { path: `/issues/${denied?.id}/tags/`, action: refused }]

  const { found, unread } = await read({ organization, faults })

  expect(unread).toMatchObject([{ origin: { id: denied?.id }, outcome: { state: "denied" } }])
  const { [denied?.id ?? ""]: _, ...rest } = expected(organization)
  expect(found).toEqual(rest)
})

it("an issue with an event of the last minutes is not taken from the lists, which were read at different times", async () => {
  const organization = organizationOf()
  const [busy] = organization.issues.values()
  organization.addEvent(busy?.id ?? "", { environment: "production" })

  const { plan, found } = await read({ organization })

  expect(plan).toMatch(/219 by a list per environment, 1 by/)
  expect(found).toEqual(expected(organization))
})

it("issues of other statuses, which the lists hold too, do no harm", async () => {
  const organization = organizationOf(450)
  const open = [...organization.issues.values()].filter((_, at) => at % 15 === 0).map(({ id }) => id)
  for (const { id } of organization.issues.values()) if (!open.includes(id)) organization.resolve(id)

  const { plan, found, simulator } = await read({ organization })

  const all = expected(organization)
  expect(found).toEqual(Object.fromEntries(open.map((id) => [id, all[id]])))
  expect(plan).toContain(`${open.length} issues`)
  expect(simulator.counts().total).toBeLessThan(60 + open.length)
})

it("lists of environments are given up where they are longer than it pays", async () => {
  const organization = organizationOf(200)
  const { deps } = await askingOf(organization)
  const client = createSentryClient(deps)
  const context = createRunContext({
    client,
    keepResolvedForMs: 0,
    tagSource: "auto",
    scanState: noScanState,
    log: silentLogger,
  })

  const lists = await readEnvironmentLists(context, { names: ["production", "staging"], most: 4 }, signal)
  const enough = await readEnvironmentLists(context, { names: ["production", "staging"], most: 100 }, signal)

  expect(lists).toMatchObject({
    ok: false,
    outcome: { reason: expect.stringContaining("more than 4 requests") },
  })
  expect(enough.ok && enough.value.found.size).toBeGreaterThan(300)
})

it("lists of many projects are read side by side, and as one where one of the projects is refused", async () => {
  const clock = steppedClock("2026-03-02T10:00:00Z")
  const organization = generateOrganization({
    projects: 30,
    issuesPerProject: 60,
    resolvedShare: 0,
    archivedShare: 0,
    clock,
  })
  const [denied] = organization.projects.values()
  for (const deniedProjects of [[], [denied?.slug ?? ""]]) {
    const { found, plan, simulator, unread } = await read({ organization, deniedProjects })
    expect(unread).toEqual([])
    expect(plan).toContain(`${Object.keys(found).length} by a list per environment`)
    const readable = [...organization.issues.values()].filter(
      ({ projectId }) => deniedProjects.length === 0 || projectId !== denied?.id,
    )
    const all = expected(organization)
    expect(found).toEqual(Object.fromEntries(readable.map(({ id }) => [id, all[id]])))
    expect(simulator.counts().total).toBeLessThan(110)
    if (deniedProjects.length === 0) expect(slicesOf(simulator, "production")).toEqual([10, 10, 10])
  }
}, 30_000)

/** How many projects each list of an environment is of. */
function slicesOf({ requests }: Pick<Simulator, "requests">, environment: string): number[] {
  const lists = requests
    .map(({ query }) => new URLSearchParams(query))
    .filter((query) => query.get("environment") === environment && !query.has("cursor"))
  return lists.map((query) => query.getAll("project").length)
}

it("issues that were looked up on their own are not read by lists of all issues", async () => {
  const organization = organizationOf()
  const { simulator, deps } = await askingOf(organization)
  const kind = sentryIntegration(deps).openRun().openKind("issue-tag", {})
  const origins = [...organization.issues.keys()].slice(0, 90).map((id) => ({ part: "", id }))
  const verdicts = await kind.lookUp(origins, signal)
  const items = verdicts.flatMap((verdict) => (verdict.state === "found" ? [verdict.item] : []))

  const { items: enriched, unread } = await kind.enrich(items, signal)

  expect(unread).toEqual([])
  expect(enriched).toHaveLength(90)
  // Without the names of the environments there are no lists of them.
  expect(simulator.requests.filter(({ path }) => path.includes("/environments/"))).toEqual([])
})

it("tags that the mapping does not read are not asked for", async () => {
  const organization = organizationOf(5)
  const { simulator, deps } = await askingOf(organization)
  const run = sentryIntegration(deps).openRun()
  const kind = run.openKind("issue-tag", {}, { everything: false, paths: [{ path: ["id"], deep: true }] })
  const { items } = await readAll(kind.reading)
  simulator.resetCounts()

  const { items: enriched, unread } = await kind.enrich(items, signal)

  expect(unread).toEqual([])
  expect(enriched).toHaveLength(10)
  expect(simulator.counts().total).toBe(0)
  expect(run.plan?.()[0]).toContain("the mapping does not read them")
})

/** The organization served, and what an integration needs to ask for it. */
async function askingOf(organization: ReturnType<typeof organizationOf>) {
  const simulator = await useSimulator({ organization })
  const connections = createConnections()
  onTestFinished(() => connections.close())
  const { token, slug, url } = simulator
  const deps = integrationDeps(url, connections, { token, organization: slug, clock: organization.clock })
  return { simulator, deps }
}

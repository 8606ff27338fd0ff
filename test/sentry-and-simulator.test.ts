// The Sentry integration against the simulated Sentry: two areas that meet over HTTP only.
import { afterEach, describe, expect, it } from "vitest"
import { sentryIntegration } from "../src/sentry/integration.ts"
import { generateOrganization } from "../src/simulator/generate.ts"
import { type SimulatorOptions, startSimulator } from "../src/simulator/serve.ts"
import { createConnections, integrationDeps, readAll } from "./support/fake-sentry.ts"

const signal = new AbortController().signal
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const kindNames = ["user", "team", "project", "project-tag", "issue", "issue-tag"]

describe("reading a simulated organization", () => {
  it("reads every kind to its end", async () => {
    const { run } = await start()

    for (const name of kindNames) {
      const { items, ends } = await readAll(run.openKind(name, {}).reading)

      expect(items.length, name).toBeGreaterThan(0)
      expect(new Set(Object.values(ends).map(({ state }) => state)), name).toEqual(new Set(["complete"]))
    }
  })

  it("needs a page for each hundred issues, not one for each project", async () => {
    const { run, simulator } = await start({}, { projects: 50, issuesPerProject: 40 })

    const { ids } = await readAll(run.openKind("issue", { issueQuery: "" }).reading)

    expect(new Set(ids)).toEqual(new Set(simulator.organization.issues.keys()))
    expect(simulator.counts().total).toBeLessThan(2_000 / 100 + 10)
  })

  it("gives the same issues as an old server's project lists", async () => {
    const modern = await start({}, { projects: 3, issuesPerProject: 130 })
    const old = await start({ legacy: true }, { projects: 3, issuesPerProject: 130 })

    const [left, right] = await Promise.all(
      [modern, old].map(async ({ run }) => {
        const { items, ends } = await readAll(run.openKind("issue", {}).reading)
        return { ends, ids: items.map(({ origin }) => `${origin.part} ${origin.id}`).sort() }
      }),
    )

    expect(left?.ids.length).toBeGreaterThan(200)
    expect(left).toEqual(right)
  })

  it("gives the same tag values as an old server", async () => {
    const [modern, old] = await Promise.all(
      [{}, { legacy: true }].map(async (options) => {
        const { run } = await start(options)
        const kind = run.openKind("issue-tag", {})
        const { items } = await readAll(kind.reading)
        const { items: tagged, unread } = await kind.enrich(items, signal)
        expect(unread).toEqual([])
        return tagged
          .map(({ raw }) => [raw.id, raw.__tags] as const)
          .sort(([a], [b]) => String(a).localeCompare(String(b)))
      }),
    )

    expect(modern?.length).toBeGreaterThan(0)
    expect(modern).toEqual(old)
  })

  it("reads all projects but the one that the token may not look into", async () => {
    const { run, simulator } = await start({}, {}, "limited")
    const [secret] = simulator.organization.projects.values()
    if (!secret) throw new Error("no project")
    simulator.tokens.grant("limited", { deniedProjects: [secret.slug] })

    const { ends } = await readAll(run.openKind("issue", {}).reading)

    const others = [...simulator.organization.projects.values()].filter(({ slug }) => slug !== secret.slug)
    expect(ends).toEqual({
      ...Object.fromEntries(others.map(({ slug }) => [slug, { state: "complete" }])),
      [secret.slug]: expect.objectContaining({ state: "denied" }),
    })
  })

  it("knows what became of projects and their issues", async () => {
    const { run, nextRun, simulator } = await start()
    const [renamed, removed] = [...simulator.organization.projects.values()].map(({ slug }) => slug)
    const issues = await readAll(run.openKind("issue", {}).reading)
    const lost = issues.items.find(({ origin }) => origin.part === removed)?.origin
    if (!renamed || !removed || !lost) throw new Error("too few projects or issues")
    simulator.organization.renameProject(renamed, { slug: "another-name" })
    simulator.organization.removeProject(removed)
    const next = nextRun()

    const projects = await next.openKind("project", {}).lookUp(
      [renamed, removed].map((id) => ({ part: "", id })),
      signal,
    )
    const [issue] = await next.openKind("issue", {}).lookUp([lost], signal)

    expect(projects).toMatchObject([
      { state: "gone", evidence: expect.stringContaining("another-name") },
      { state: "gone", evidence: expect.stringContaining("404") },
    ])
    expect(issue).toMatchObject({ state: "gone", evidence: expect.stringContaining(removed) })
  })

  it("says which scope a token lacks", async () => {
    const { run } = await start(
      { tokens: { limited: { scopes: ["org:read", "project:read"] } } },
      {},
      "limited",
    )

    const members = await readAll(run.openKind("user", {}).reading)
    const issues = await readAll(run.openKind("issue", {}).reading)

    expect(members.ends["*"]).toMatchObject({ state: "denied", hint: expect.stringContaining("member:read") })
    expect(new Set(Object.values(issues.ends).map(({ state }) => state))).toEqual(new Set(["denied"]))
  })

  it("gets over errors and broken connections", async () => {
    const { run, simulator } = await start({
      faults: [
        { path: "/issues/", times: 2, action: { status: 502 } },
        { path: "/teams/", times: 2, action: "reset" },
        { path: "/members/", times: 1, action: "half-body" },
      ],
    })

    for (const name of kindNames) {
      const { ends } = await readAll(run.openKind(name, {}).reading)
      expect(new Set(Object.values(ends).map(({ state }) => state)), name).toEqual(new Set(["complete"]))
    }
    expect(simulator.faults.struck().every(({ times }) => times > 0)).toBe(true)
  })

  it("knows what became of issues that left the list", async () => {
    const { run, simulator } = await start({}, { resolvedShare: 0, archivedShare: 0 })
    const [resolved, removed, survivor, merged] = [...simulator.organization.issues.values()]
    if (!resolved || !removed || !survivor || !merged) throw new Error("too few issues")
    const kind = run.openKind("issue", {})
    const { items } = await readAll(kind.reading)
    const originOf = (id: string) => items.find(({ origin }) => origin.id === id)?.origin ?? { part: "", id }
    simulator.organization.resolve(resolved.id)
    simulator.organization.deleteIssue(removed.id)
    simulator.organization.mergeIssue(merged.id, survivor.id)

    const verdicts = await kind.lookUp(
      [originOf(resolved.id), originOf(removed.id), originOf(merged.id), { part: "", id: merged.id }],
      signal,
    )

    const said = verdicts.map((verdict) => [
      verdict.origin.id,
      verdict.state === "found" ? verdict.item.raw.status : verdict.state,
    ])
    expect(said).toEqual([
      [resolved.id, "resolved"],
      [removed.id, "gone"],
      [merged.id, "gone"],
      [merged.id, "gone"],
    ])
  })
})

async function start(
  options: SimulatorOptions = {},
  size: Partial<Parameters<typeof generateOrganization>[0]> = {},
  token?: string,
) {
  const organization = generateOrganization({ projects: 4, issuesPerProject: 12, ...size })
  const simulator = await startSimulator({ organization, ...options })
  const connections = createConnections()
  closing.push(
    () => simulator.close(),
    () => connections.close(),
  )
  const deps = integrationDeps(simulator.url, connections, {
    token: token ?? simulator.token,
    organization: simulator.slug,
  })
  const nextRun = () => sentryIntegration(deps).openRun()
  return { simulator, nextRun, run: nextRun() }
}

// Four processes on one PostgreSQL that share a resync of many projects: each takes its part, any may be killed at any time,
// and in the end the catalog is the one that a single fresh run would have made.
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { systemClock } from "../../src/common/sleep.ts"
import type { LiveProgram } from "../support/live-program.ts"
import { runProgram } from "../support/program.ts"
import { askForResync, type Replicas, statesIn, until, useReplicas } from "../support/replicas.ts"
import { blueprint, mappingOf, resource, resources } from "../support/small-world.ts"

const server = process.env.TEST_POSTGRES_URL ?? ""
/** More of them, and longer, by `npm run kill-test-replicas`. */
const rounds = Number(process.env.TEST_REPLICA_KILLS ?? 4)
const roles = ["resync", "resync", "all", "all"]
const blueprints = ["project", "issue", "issueEnvironment"]
const lists = "organizations/acme/issues/"

const issueEnvironment = resource(
  "issue-tag",
  {
    identifier: '.id + "-" + .item.name',
    blueprint: '"issueEnvironment"',
    properties: { status: ".status" },
  },
  { port: { itemsToParse: ".__tags" } },
)

describe.skipIf(server === "")("replicas that share a resync", { timeout: 240_000 }, () => {
  it("make the catalog of a single run, each project read once, with few more requests", async () => {
    const replicas = await withProjects(200)
    const running = await Promise.all(roles.map((role) => replicas.startAs(role)))
    await until(async () => (await countOf(replicas, "resync_helpers")) === roles.length, "all would help")
    // So long that each process has looked for parts meanwhile.
    const slow = replicas.simulator.faults.add({ path: `/${lists}`, times: 8, action: { delayMs: 3_000 } })
    const shared = await requestsOf(replicas, () => resynced(replicas, running[0]))
    slow()
    for (const { program } of running) expect(program.output()).toMatch(/A part of the resync is made/)
    const made = await contentsOf(replicas)
    expect(made.issue?.size).toBe(replicas.organization.issues.size)

    // Nothing has changed, and each process remembers what the others have read.
    replicas.port.sent.length = 0
    await resynced(replicas, running[1])
    expect(replicas.port.sentTo("POST", /entities\/bulk/)).toEqual([])

    for (const { program } of running) program.kill("SIGTERM")
    for (const { program } of running) expect(await program.end).toMatchObject({ code: 0 })
    replicas.port.sent.length = 0
    const alone = await requestsOf(replicas, () => freshRun(replicas))
    expect(replicas.port.sentTo("POST", /entities\/(bulk|delete)/)).toEqual([])
    expect(await contentsOf(replicas)).toEqual(made)
    expect(shared.projects).toEqual(alone.projects)
    expect(new Set(shared.projects).size).toBe(replicas.organization.projects.size)
    // Each process reads the organization and its projects; each part of 25 projects may round up its questions about tags.
    expect(shared.total).toBeLessThanOrEqual(alone.total + 4 * 6 + 2 * Math.ceil(203 / 25))
  })

  it("do not where it is switched off: one makes it all", async () => {
    const replicas = await withProjects(60)
    const off = { OCEAN__RESYNC_SPLIT: "false" }
    const running = await Promise.all(["resync", "all"].map((role) => replicas.startAs(role, off)))
    await resynced(replicas, running[0])
    for (const { program } of running) expect(program.output()).not.toMatch(/of the resync is made/)
    expect((await replicas.contents("issue")).size).toBe(replicas.organization.issues.size)
  })

  it("may be killed at any time, whoever leads and whoever helps: nothing is deleted wrongly", async () => {
    const replicas = await withProjects(100)
    const { organization, simulator } = replicas
    const running = await Promise.all(roles.map((role) => replicas.startAs(role)))
    await resynced(replicas, running[0])
    replicas.port.sent.length = 0
    simulator.faults.add({ path: `/${lists}`, action: { delayMs: 400 } })
    const removed = new Set<string>()
    let killed = 0
    for (let round = 0; round < rounds; round++) {
      const at = round % roles.length
      const [id = ""] = [...organization.issues.keys()].slice((round * 13) % 90)
      organization.deleteIssue(id)
      removed.add(id)
      organization.addIssue("api", { title: `new in round ${round}`, at: organization.clock.now() - 60_000 })
      expect(await askForResync(running[(at + 1) % roles.length] as LiveProgram)).toBe(202)
      await until(async () => (await countOf(replicas, "resync_parts")) > 0, "a resync is shared")
      await systemClock.sleep((round * 137) % 1_200)
      if ((await countOf(replicas, "resync_parts")) > 0) killed++
      running[at]?.program.kill("SIGKILL")
      running[at] = await replicas.startAs(roles[at] ?? "all")
    }
    expect(killed).toBeGreaterThan(0) // while parts were worked at
    simulator.faults.clear()
    await resynced(replicas, running[1])
    for (const { program } of running) program.kill("SIGTERM")
    for (const { program } of running) expect(await program.end).toMatchObject({ code: 0 })

    const deleted = replicas.port.sentTo("POST", /entities\/delete/).flatMap(({ body }) => namesIn(body))
    const wrongly = deleted.filter((name) => !removed.has(name.split("-")[0] ?? ""))
    expect(wrongly).toEqual([])
    const made = await contentsOf(replicas)
    expect(made.issue?.size).toBe(organization.issues.size)
    replicas.port.sent.length = 0
    await freshRun(replicas)
    expect(replicas.port.sentTo("POST", /entities\/(bulk|delete)/)).toEqual([])
    expect(await contentsOf(replicas)).toEqual(made)
  })
})

/** Beside those that are there, with issues that have environments, and a mapping that makes entities of these. */
async function withProjects(count: number): Promise<Replicas> {
  const replicas = await useReplicas(server)
  const { organization, catalog } = replicas
  const at = organization.clock.now() - 3_600_000
  for (let number = 0; number < count; number++) {
    const slug = `project-${number}`
    organization.addProject({ slug, platform: "node" })
    for (let issue = 0; issue < 2; issue++) {
      const environment = issue === 0 ? "production" : "staging"
      organization.addIssue(slug, { title: `${slug} ${issue}`, environment, at })
    }
  }
  const config = mappingOf([resources.project, resources.issue, issueEnvironment])
  await catalog.request(
    "POST",
    "/v1/blueprints",
    blueprint("issueEnvironment", { status: { type: "string" } }),
  )
  await catalog.request("PATCH", "/v1/integration/pipeline/config", { config })
  return replicas
}

/** A resync that was asked for now has begun and ended. */
async function resynced(replicas: Replicas, asked: LiveProgram | undefined): Promise<void> {
  const before = statesIn(replicas).length
  expect(await askForResync(asked as LiveProgram)).toBe(202)
  await until(() => {
    const states = statesIn(replicas).slice(before)
    return states.includes("running") && states.lastIndexOf("completed") > states.lastIndexOf("running")
  }, "the resync ends")
}

async function freshRun({ onceEnv }: Replicas): Promise<void> {
  const fresh = await runProgram(["--once"], { env: { ...onceEnv, OCEAN__DATABASE__URL: ":memory:" } })
  expect(fresh.code, fresh.output).toBe(0)
}

/** What was asked of Sentry meanwhile: how often, and which projects' issues. */
async function requestsOf(
  { simulator }: Replicas,
  work: () => Promise<void>,
): Promise<{ total: number; projects: string[] }> {
  const before = simulator.requests.length
  await work()
  const asked = simulator.requests.slice(before)
  const listed = asked.filter(({ path, query }) => path.endsWith(lists) && !query.includes("environment="))
  const projects = listed.flatMap(({ query }) => new URLSearchParams(query).getAll("project")).sort()
  return { total: asked.length, projects }
}

async function contentsOf(replicas: Replicas): Promise<Record<string, Map<string, JsonObject>>> {
  const contents: Record<string, Map<string, JsonObject>> = {}
  for (const name of blueprints) contents[name] = await replicas.contents(name)
  return contents
}

/** Rows of one of the tables by which processes share resyncs; a part that is made is taken out soon. */
async function countOf({ database }: Replicas, table: "resync_parts" | "resync_helpers"): Promise<number> {
  const rows = await database
    .kysely<Record<typeof table, { integration: string }>>()
    .selectFrom(table)
    .select("integration")
    .execute()
  return rows.length
}

function namesIn(body: unknown): string[] {
  const { entities } = body as { entities: (string | { identifier: string })[] } // as the client sends them
  return entities.map((one) => (typeof one === "string" ? one : one.identifier))
}

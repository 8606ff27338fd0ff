// A full run on the answers that a real Sentry 9.1.2 server gave, with a mapping of all six kinds.
import { describe, expect, it } from "vitest"
import { createRecordedWorld, recordedRows } from "./support/recorded-world.ts"
import type { World } from "./support/world.ts"

const success = {
  status: "completed",
  failures: [],
  openSources: [],
  refusedEntities: [],
  refusedDeletes: [],
}
const nothing = { upserted: 0, deleted: 0, patched: 0 }

describe("a full run on a real server's answers", () => {
  it("brings every object that was recorded, of all six kinds, fails nowhere, and writes nothing the second time", async () => {
    const { world } = await createRecordedWorld()

    const run = await world.resync()

    expect(run).toMatchObject(success)
    expect(
      run.resources.map(({ kind, counts }) => [kind, counts.read, counts.mapped, counts.failed]),
    ).toEqual([
      ["user", 6, 6, 0],
      ["team", 3, 3, 0],
      ["project", 6, 6, 0],
      ["issue", 174, 174, 0],
      ["project-tag", 16, 16, 0],
      ["issue-tag", 174, 174, 0],
      ["issue-tag", 174, 4, 0],
    ])
    expect(await countEntities(world)).toEqual({
      user: recordedRows("ocean.members.p01").length,
      team: recordedRows("ocean.teams.p01").length,
      project: recordedRows("organization.projects").length,
      issue: 174,
      environment: 16,
      issueEnvironments: 174,
      issueEnvironment: recordedRows("issue-tag.environment.many").length,
    })

    world.writesSince()
    const second = await world.resync()

    expect(second).toMatchObject(success)
    expect(second.resources.every(({ counts }) => counts.mapped === counts.unchanged)).toBe(true)
    expect(world.writesSince()).toEqual(nothing)
  })

  it("has of each object what its answers say", async () => {
    const { world } = await createRecordedWorld()
    await world.resync()

    const [users, teams] = [await world.entities("user"), await world.entities("team")]
    expect(users["pending@acme.example"]?.properties).toEqual({ username: null, role: "member" })
    expect(users["olivia@acme.example"]?.properties.username).toBe("olivia@acme.example")
    for (const team of ["data-science", "platform", "web"]) {
      const members = recordedRows(`ocean.team-members.${team}.p01`).map(({ email }) => String(email))
      expect([teams[team]?.relations.members].flat().sort(), team).toEqual(members.sort())
    }
    const projects = await world.entities("project")
    expect(projects["empty-shed"]).toMatchObject({
      title: "Empty shed",
      properties: { status: "active", organization: "Acme" },
    })
    const issues = await world.entities("issue")
    expect(issues["18"]).toMatchObject({
      title: "ValueError: KeyError: w017",
      properties: { status: "unresolved", level: "info" },
      relations: { project: "api" },
    })
    const environments = ["api-dev", "api-production", "api-qa_quotes_", "api-staging"]
    expect(
      Object.keys(await world.entities("environment")).filter((name) => name.startsWith("api-")),
    ).toEqual(expect.arrayContaining(environments))
    const links = (await world.entities("issueEnvironments"))["39"]?.relations.environments
    expect([links].flat().sort()).toEqual(environments)
    expect((await world.entities("issueEnvironments"))["18"]?.relations.environments).toEqual([])
    const single = Object.values(await world.entities("issueEnvironment"))
    expect(single.map(({ relations }) => relations.environment).sort()).toEqual(environments)
  })

  it("reads the issues of each project where the organization's list is an error, and says so to nobody", async () => {
    const { world, sentry } = await createRecordedWorld({ kinds: ["issue"] })

    expect(await world.resync()).toMatchObject(success)

    const organizationLists = sentry.requests.filter(
      ({ path }) => path === "/api/0/organizations/acme/issues/",
    )
    expect(new Set(organizationLists.map(({ status }) => status))).toEqual(new Set([500]))
    expect(organizationLists.length).toBeLessThanOrEqual(3)
    const slugs = recordedRows("organization.projects").map(({ slug }) => String(slug))
    for (const slug of slugs) {
      const pages = sentry.requests.filter(({ path }) => path === `/api/0/projects/acme/${slug}/issues/`)
      // The link to the second page names another host, which is not where the server was found.
      expect(pages.map(({ status }) => status)).toEqual(slug === "storefront" ? [200, 200] : [200])
      expect(new URLSearchParams(pages[0]?.query).get("query")).toBe("is:unresolved")
    }
  })

  it("asks for an issue's tags without the organization in the path, once it knows that the other is not there", async () => {
    const { world, sentry } = await createRecordedWorld({ kinds: ["issue-tag"] })

    await world.resync()

    const asked = (prefix: string) =>
      sentry.requests.filter(({ path }) =>
        new RegExp(`^${prefix}/issues/\\d+/tags/environment/(values/)?$`).test(path),
      )
    const scoped = asked("/api/0/organizations/acme")
    const plain = asked("/api/0").filter(({ path }) => path.endsWith("/values/"))
    expect(new Set(plain.map(({ path }) => path)).size).toBe(174)
    expect(new Set(plain.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(scoped.map(({ status }) => status))).toEqual(new Set([404]))
    expect(scoped.length).toBeLessThanOrEqual(8)
  })
})

describe("issueQuery", () => {
  it("empty brings issues of every status, and nothing more is asked of the server", async () => {
    const { world, sentry } = await createRecordedWorld({
      issueSelector: { issueQuery: "" },
      kinds: ["issue"],
    })

    expect(await world.resync()).toMatchObject(success)

    const statuses = Object.values(await world.entities("issue")).map(({ properties }) => properties.status)
    // All that were recorded: the storefront's in full, the api's by status, the others' unresolved ones.
    expect(countOf(statuses)).toEqual({ unresolved: 174, resolved: 8, ignored: 6 })
    const lists = sentry.requests.filter(({ path }) =>
      /^\/api\/0\/projects\/acme\/[^/]+\/issues\/$/.test(path),
    )
    expect(lists).toHaveLength(7)
    expect(lists.map(({ query }) => new URLSearchParams(query).get("query"))).toEqual(Array(7).fill(""))
    world.writesSince()
    expect(await world.resync()).toMatchObject(success)
    expect(world.writesSince()).toEqual(nothing)
  })

  it("is what the server is asked, where the mapping gives one", async () => {
    const { world } = await createRecordedWorld({
      issueSelector: { issueQuery: "is:resolved" },
      kinds: ["issue"],
    })

    expect(await world.resync()).toMatchObject(success)

    const issues = Object.values(await world.entities("issue"))
    expect(countOf(issues.map(({ properties }) => properties.status))).toEqual({ resolved: 8 })
    expect(recordedRows("issues.resolved").map(({ id }) => id)).toEqual(
      expect.arrayContaining(
        issues.filter(({ relations }) => relations.project === "api").map(({ identifier }) => identifier),
      ),
    )
  })

  it("leaves archived issues out where the selector does not include them", async () => {
    const { world } = await createRecordedWorld({
      issueSelector: { issueQuery: "", includeArchived: false },
      kinds: ["issue"],
    })

    const run = await world.resync()

    expect(run).toMatchObject(success)
    const statuses = Object.values(await world.entities("issue")).map(({ properties }) => properties.status)
    expect(countOf(statuses)).toEqual({ unresolved: 174, resolved: 8 })
    expect(run.resources.find(({ kind }) => kind === "issue")?.counts).toMatchObject({
      read: 188,
      filteredOut: 6,
    })
  })
})

describe("a token that may read only projects", () => {
  it("brings what it may see, deletes nothing, and says what is missing", async () => {
    const { world, sentry } = await createRecordedWorld()
    await world.resync()
    const before = await countEntities(world)
    const narrow = { url: sentry.url, token: sentry.tokens.narrowToken, slug: sentry.slug }
    const { world: limited } = await createRecordedWorld({
      sentry: narrow,
      catalog: world.catalog,
      blueprints: [],
    })

    const run = await limited.resync()

    expect(run.status).toBe("failed")
    expect(new Set(run.openSources.map(({ kind }) => kind))).toEqual(
      new Set(["user", "team", "issue", "issue-tag"]),
    )
    expect(run.openSources.every(({ outcome }) => outcome.state === "denied")).toBe(true)
    expect(await countEntities(world)).toEqual(before)
  })
})

async function countEntities(world: World): Promise<Record<string, number>> {
  const names = ["user", "team", "project", "issue", "environment", "issueEnvironments", "issueEnvironment"]
  const counts = names.map(async (name) => [name, Object.keys(await world.entities(name)).length] as const)
  return Object.fromEntries(await Promise.all(counts))
}

function countOf(values: readonly unknown[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(values, String)].map(([value, group]) => [value, group.length]))
}

// Lists of the simulated server: paging, queries, windows, access.
import { describe, expect, it } from "vitest"
import { ask, steppedClock, useSimulator, walk } from "../../test/support/simulator.ts"
import { isJsonObject, type JsonValue } from "../common/json.ts"
import { generateOrganization } from "./generate.ts"
import type { SimulatorOptions } from "./serve.ts"

const now = "2026-11-20T10:15:00Z"

async function start(options: SimulatorOptions & { projects?: number; issuesPerProject?: number } = {}) {
  const clock = steppedClock(now)
  const { projects = 3, issuesPerProject = 40, ...rest } = options
  const organization = generateOrganization({
    projects,
    issuesPerProject,
    members: 9,
    teams: 4,
    seed: 5,
    clock,
  })
  const simulator = await useSimulator({ organization, ...rest })
  return { simulator, organization, clock, base: `organizations/${simulator.slug}` }
}

function idsOf(rows: JsonValue | undefined): string[] {
  return Array.isArray(rows) ? rows.map((row) => (isJsonObject(row) ? String(row.id) : "")) : []
}

describe("walking a list", () => {
  it.each([
    ["projects/?per_page=2", 3],
    ["{base}/projects/?per_page=1", 3],
    ["{base}/members/?per_page=4", 9],
    ["{base}/teams/?per_page=3", 4],
    ["{base}/issues/?query=&limit=7&sort=date", 120],
    ["{base}/issues/?query=&limit=7&sort=new", 120],
    ["{base}/issues/?query=&limit=100&sort=freq", 120],
    ["projects/{org}/checkout-api/issues/?query=&limit=9", 40],
  ])("%s gives each of %i rows once", async (path, size) => {
    const { simulator, base } = await start()
    const asked = path.replace("{base}", base).replace("{org}", simulator.slug)

    const { rows } = await walk(simulator, asked)

    expect(rows).toHaveLength(size)
    expect(new Set(idsOf(rows)).size).toBe(size)
  })

  it.each([
    { every: 3, count: 2 },
    { every: 5, count: 10 },
  ])("pages that are short or empty, with more to follow, lose nothing (%o)", async (hiddenRows) => {
    const { simulator, base } = await start({ hiddenRows })
    for (const path of [`${base}/issues/?query=&limit=5&sort=new`, `${base}/members/?per_page=5`]) {
      const { rows, pages } = await walk(simulator, path)
      expect(new Set(idsOf(rows)).size).toBe(path.includes("members") ? 9 : 120)
      expect(Math.min(...pages.slice(0, -1))).toBeLessThan(hiddenRows.count >= 10 ? 1 : 5)
    }
  })

  it("finds its way back by the previous cursor", async () => {
    const { simulator, base } = await start()
    const path = `${base}/issues/?query=&limit=10&sort=new`
    const cursorOf = (link: string | null, rel: string) =>
      new RegExp(`rel="${rel}"; results="true"; cursor="([^"]+)"`).exec(link ?? "")?.[1]

    const first = await ask(simulator, path)
    const second = await ask(simulator, `${path}&cursor=${cursorOf(first.headers.get("link"), "next")}`)
    const back = await ask(simulator, `${path}&cursor=${cursorOf(second.headers.get("link"), "previous")}`)

    expect(cursorOf(first.headers.get("link"), "previous")).toBeUndefined()
    expect(idsOf(back.body)).toEqual(idsOf(first.body))
  })

  it("a page by key stays in its place when newer rows come", async () => {
    const { simulator, organization, base } = await start()
    const path = `${base}/issues/?query=&limit=50&sort=new`
    const before = await walk(simulator, path)
    const first = await ask(simulator, path)
    const cursor = /rel="next"; results="true"; cursor="([^"]+)"/.exec(first.headers.get("link") ?? "")?.[1]

    for (let number = 0; number < 5; number++)
      organization.addIssue("checkout-api", { title: `New ${number}` })
    const second = await ask(simulator, `${path}&cursor=${cursor}`)

    expect(idsOf(second.body)).toEqual(idsOf(before.rows.slice(50, 100)))
  })

  it("Link headers carry the origin the server believes to have, and the query as asked", async () => {
    const { simulator } = await start({ urlPrefix: "http://web:9000" })
    const { headers } = await ask(simulator, "projects/")
    expect(headers.get("link")).toMatch(
      /^<http:\/\/web:9000\/api\/0\/projects\/\?&cursor=\d+:0:1>; rel="previous"; results="false"; cursor="\d+:0:1", <http:\/\/web:9000\/api\/0\/projects\/\?&cursor=\d+:1:0>; rel="next"; results="false"; cursor="\d+:1:0"$/,
    )
  })

  it("cuts the limit of issue lists, and refuses a page size above 100 elsewhere", async () => {
    const { simulator, base } = await start()
    expect(idsOf((await ask(simulator, `${base}/issues/?query=&limit=5000`)).body)).toHaveLength(100)
    expect(idsOf((await ask(simulator, `${base}/issues/?query=&per_page=5`)).body)).toHaveLength(100)
    expect((await ask(simulator, `${base}/projects/?per_page=101`)).status).toBe(400)
  })

  it("values of a tag come 100 a page and never more than 1000", async () => {
    const { simulator, organization, clock } = await start({ projects: 1, issuesPerProject: 1 })
    const issue = organization.addIssue("checkout-api", { title: "Busy", at: clock.now() - 2_000_000 })
    for (let number = 0; number < 1_050; number++) {
      organization.addEvent(issue.id, { tags: { customer: `c-${number}` }, at: clock.now() - number * 1000 })
    }
    const { rows, pages } = await walk(simulator, `issues/${issue.id}/tags/customer/values/`)
    expect(rows).toHaveLength(1_000)
    expect(pages).toEqual(Array(10).fill(100))
    expect((await ask(simulator, `issues/${issue.id}/tags/nothing/values/`)).status).toBe(404)
  })
})

describe("what a list shows", () => {
  it("is unresolved issues where no query is sent, and all where it is empty", async () => {
    const { simulator, organization, base } = await start()
    const unresolved = [...organization.issues.values()].filter(({ status }) => status === "unresolved")
    for (const path of [
      `${base}/issues/?limit=100`,
      `projects/${simulator.slug}/checkout-api/issues/?limit=100`,
    ]) {
      const { rows } = await walk(simulator, path)
      const expected = unresolved.filter(
        ({ projectId }) =>
          path.startsWith(base) || organization.projects.get(projectId)?.slug === "checkout-api",
      )
      expect(new Set(idsOf(rows))).toEqual(new Set(expected.map(({ id }) => id)))
    }
    expect(unresolved.length).toBeLessThan(120)
  })

  it("leaves out what had no event in the window, and keeps it by id", async () => {
    const { simulator, organization, clock, base } = await start()
    const [issue] = organization.issuesBy("lastSeen")
    clock.set("2027-02-10T10:15:00Z")

    const month = await walk(simulator, `${base}/issues/?query=&statsPeriod=30d`)
    const all = await walk(simulator, `${base}/issues/?query=`)
    const byId = await ask(simulator, `${base}/issues/?group=${issue?.id}&project=-1`)

    expect(month.rows).toHaveLength(0)
    expect(all.rows.length).toBeGreaterThan(0)
    expect(all.rows.length).toBeLessThan(120)
    clock.set("2027-06-10T10:15:00Z")
    expect((await walk(simulator, `${base}/issues/?query=`)).rows).toHaveLength(0)
    expect(idsOf(byId.body)).toEqual([issue?.id])
  })

  it("an event after the window began brings an issue back", async () => {
    const { simulator, organization, clock, base } = await start()
    const [issue] = organization.issues.values()
    clock.set("2027-06-10T10:15:00Z")
    organization.addEvent(issue?.id ?? "")

    const { body } = await ask(simulator, `${base}/issues/?query=`)

    expect(idsOf(body)).toEqual([issue?.id])
  })

  it("by environment, the numbers are those of the environment", async () => {
    const { simulator, organization, base } = await start()
    const { rows } = await walk(
      simulator,
      `${base}/issues/?query=&environment=staging&collapse=base&collapse=filtered&groupStatsPeriod=`,
    )
    const expected = [...organization.issues.values()].flatMap((issue) =>
      (issue.tags.get("environment") ?? []).flatMap(({ value, count }) =>
        value === "staging" ? [[issue.id, String(count)]] : [],
      ),
    )
    const listed = rows.map((row) => (isJsonObject(row) ? [row.id, row.count] : []))
    expect(new Map(listed as [string, string][])).toEqual(new Map(expected as [string, string][])) // pairs, as just made
    expect(expected.length).toBeGreaterThan(5)
    // Under `lifetime` the server counts the whole issue, whatever the environment.
    for (const row of rows) {
      const { id, lifetime } = row as { id: string; lifetime: { count: string } } // a row of the list
      expect(lifetime.count).toBe(String(organization.issues.get(id)?.count))
    }
  })

  it("an unknown environment is 404 for the organization, and no issue for a project", async () => {
    const { simulator, base } = await start()
    expect((await ask(simulator, `${base}/issues/?query=&environment=nope`)).status).toBe(404)
    const project = await ask(simulator, `projects/${simulator.slug}/checkout-api/issues/?environment=nope`)
    expect(project).toMatchObject({ status: 200, body: [] })
  })

  it("group= bypasses query and window; unknown, deleted and denied ids are silently missing", async () => {
    const { simulator, organization, base } = await start({
      tokens: { narrow: { deniedProjects: ["catalog-web"] } },
    })
    const [project, other] = [...organization.projects.values()]
    const [first, second, third] = organization.issuesOf(project?.id ?? "")
    const [denied] = organization.issuesOf(other?.id ?? "")
    const ids = [first, second, third, denied].map((issue) => issue?.id ?? "")
    organization.resolve(ids[0] ?? "")
    organization.deleteIssue(ids[1] ?? "")
    organization.mergeIssue(ids[2] ?? "", ids[0] ?? "")

    const asked = `${base}/issues/?project=-1&${[...ids, "99"].map((id) => `group=${id}`).join("&")}`
    const all = await ask(simulator, asked)
    const narrow = await ask(simulator, asked, { token: "narrow" })

    expect(new Set(idsOf(all.body))).toEqual(new Set([ids[0], ids[3]]))
    expect(idsOf(narrow.body)).toEqual([ids[0]])
    expect(all.headers.get("link")).toBeNull()
  })

  it("one project without access makes the whole request 403", async () => {
    const { simulator, organization, base } = await start({
      tokens: { narrow: { deniedProjects: ["catalog-web"] } },
    })
    const ids = [...organization.projects.keys()].map((id) => `project=${id}`).join("&")
    const status = async (path: string) => (await ask(simulator, path, { token: "narrow" })).status

    expect(await status(`${base}/issues/?query=&${ids}`)).toBe(403)
    expect(await status(`${base}/issues/?query=&project=12345`)).toBe(403)
    expect(await status(`projects/${simulator.slug}/catalog-web/`)).toBe(403)
    expect(await status(`projects/${simulator.slug}/catalog-web/issues/`)).toBe(403)
    expect(await status(`${base}/issues/?query=&project=-1`)).toBe(200)
  })
})

describe("single objects", () => {
  it("a merged issue answers with the one that survived, a deleted one with 404", async () => {
    const { simulator, organization, base } = await start()
    const [old, survivor, gone] = [...organization.issues.values()]
    const total = (old?.count ?? 0) + (survivor?.count ?? 0)
    organization.mergeIssue(old?.id ?? "", survivor?.id ?? "")
    organization.deleteIssue(gone?.id ?? "")

    for (const path of [
      `${base}/issues/${old?.id}/`,
      `issues/${old?.id}/`,
      `${base}/issues/${survivor?.shortId}/`,
    ]) {
      const { body } = await ask(simulator, path)
      expect(body).toMatchObject({ id: survivor?.id, count: String(total) })
    }
    expect(await ask(simulator, `${base}/issues/${gone?.id}/`)).toMatchObject({
      status: 404,
      body: { detail: "The requested resource does not exist" },
    })
  })

  it("a renamed project redirects, and stops when its old slug is used again", async () => {
    const { simulator, organization } = await start()
    organization.renameProject("checkout-api", { slug: "till-api" })

    const moved = await ask(simulator, `projects/${simulator.slug}/checkout-api/issues/?limit=5`)
    expect(moved.status).toBe(302)
    expect(moved.headers.get("location")).toBe(`/api/0/projects/${simulator.slug}/till-api/issues/?limit=5`)
    expect(moved.body).toMatchObject({ slug: "till-api", detail: { code: "resource-moved" } })

    organization.addProject({ slug: "checkout-api" })
    const reused = await ask(simulator, `projects/${simulator.slug}/checkout-api/issues/?query=`)
    expect(reused).toMatchObject({ status: 200, body: [] })
    const { body } = await ask(simulator, `projects/${simulator.slug}/till-api/issues/?query=&limit=1`)
    expect(body).toMatchObject([{ project: { slug: "till-api" } }])
  })

  it("a token works until it is revoked", async () => {
    const { simulator } = await start()
    expect((await ask(simulator, "projects/")).status).toBe(200)
    simulator.tokens.revoke(simulator.token)
    expect(await ask(simulator, "projects/")).toMatchObject({
      status: 401,
      body: { detail: "Invalid token" },
    })
  })

  it("hidden environments show where they are asked for", async () => {
    const { simulator, base } = await start()
    const names = async (path: string) =>
      ((await ask(simulator, path)).body as { name: string }[]).map(({ name }) => name) // a list of environments
    expect(await names(`${base}/environments/`)).toEqual(["development", "production", "staging"])
    expect(await names(`${base}/environments/?visibility=hidden`)).toEqual(["loadtest"])
    expect(await names(`projects/${simulator.slug}/checkout-api/environments/?visibility=all`)).toContain(
      "loadtest",
    )
  })
})

describe("rows of events", () => {
  it("agree with the tag values of each issue, for the issues asked for", async () => {
    const { simulator, organization, base } = await start()
    const issues = [...organization.issues.values()]
      .filter(({ issueCategory }) => issueCategory === "error")
      .slice(0, 50)
    const fields = "field=issue.id&field=environment&field=count()&field=first_seen()&field=last_seen()"
    const query = encodeURIComponent(`issue.id:[${issues.map(({ id }) => id).join(",")}]`)
    const rows: JsonValue[] = []
    for (let cursor = "0:0:0"; ; ) {
      const path = `${base}/events/?dataset=errors&project=-1&per_page=20&${fields}&query=${query}&cursor=${cursor}`
      const { body, headers } = await ask(simulator, path)
      if (isJsonObject(body) && Array.isArray(body.data)) rows.push(...body.data)
      const next = /rel="next"; results="true"; cursor="([^"]+)"/.exec(headers.get("link") ?? "")?.[1]
      if (next === undefined) break
      cursor = next
    }

    const expected = issues.flatMap((issue) =>
      (issue.tags.get("environment") ?? []).map(({ value, count }) => `${issue.id} ${value} ${count}`),
    )
    const found = rows.map((row) =>
      isJsonObject(row) ? `${row["issue.id"]} ${row.environment} ${row["count()"]}` : "",
    )
    expect(found.sort()).toEqual(expected.sort())
    expect(rows[0]).toMatchObject({ "first_seen()": expect.stringMatching(/\+00:00$/) })
  })

  it("count events without the tag in a row of their own", async () => {
    const { simulator, organization, base } = await start({ projects: 1, issuesPerProject: 0 })
    const { id } = organization.addIssue("checkout-api", { title: "Half tagged" })
    organization.addEvent(id, { tags: { region: "eu" } })

    const { body } = await ask(simulator, `${base}/events/?field=tags[region]&field=count()&project=-1`)

    expect(body).toMatchObject({
      data: [
        { "tags[region]": "eu", "count()": 1 },
        { "tags[region]": null, "count()": 1 },
      ],
    })
  })
})

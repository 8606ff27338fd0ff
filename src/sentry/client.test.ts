import type { Hono } from "hono"
import { describe, expect, it } from "vitest"
import { denied, fixtureText, linkTo, missing, startFakeSentry } from "../../test/support/fake-sentry.ts"
import { reduceOrganization, regionOf } from "./api/organization.ts"
import { createSentryClient } from "./client.ts"

const signal = new AbortController().signal
const organization = {
  id: "2",
  slug: "acme",
  name: "Acme",
  links: { organizationUrl: "https://acme.sentry.io" },
  teams: [{}],
  projects: [{}],
  quota: {},
}

describe("projects", () => {
  it("come from the organization's list, with the organization and the status that it lacks", async () => {
    await using sentry = await startFakeSentry((api) => {
      api.get("/organizations/acme/", (context) => context.json(organization))
      api.get("/organizations/acme/projects/", (context) =>
        context.json([{ id: "1", slug: "api", teams: [] }], 200, { link: linkTo(undefined) }),
      )
    })

    const answer = await sentry.client().projects(signal)

    const reduced = {
      id: "2",
      slug: "acme",
      name: "Acme",
      links: { organizationUrl: "https://acme.sentry.io" },
    }
    expect(answer).toEqual({
      ok: true,
      value: [
        {
          id: "1",
          slug: "api",
          raw: { id: "1", slug: "api", teams: [], status: "active", organization: reduced },
        },
      ],
    })
    expect(sentry.asked.map(({ search }) => search)).toEqual(["?per_page=100", "?detailed=0"])
  })

  it("are read over all pages, by our own address and the cursor alone", async () => {
    await using sentry = await startFakeSentry((api) => {
      api.get("/organizations/acme/", (context) => context.json(organization))
      api.get("/organizations/acme/projects/", (context) => {
        const second = context.req.query("cursor") === "100:1:0"
        return context.json([{ id: second ? "2" : "1", slug: second ? "web" : "api" }], 200, {
          link: linkTo(second ? undefined : "100:1:0"),
        })
      })
    })

    const answer = await sentry.client().projects(signal)

    expect(answer.ok && answer.value.map(({ slug }) => slug)).toEqual(["api", "web"])
    expect(sentry.asked[1]?.search).toBe("?per_page=100&cursor=100%3A1%3A0")
  })

  it.each([
    [403, denied],
    [404, missing],
  ] as const)("come from the token's own list where the organization's answers %d", async (status, body) => {
    await using sentry = await startFakeSentry((api) => {
      api.get("/organizations/acme/projects/", (context) => context.json(body, status))
      api.get("/projects/", (context) =>
        context.json([
          { id: "1", slug: "api", status: "active", organization: { slug: "acme" } },
          { id: "9", slug: "api", status: "active", organization: { slug: "globex" } },
        ]),
      )
    })

    const answer = await sentry.client().projects(signal)

    expect(answer.ok && answer.value.map(({ id }) => id)).toEqual(["1"])
  })

  it("are denied where the token's own list has none of the organization", async () => {
    await using sentry = await startFakeSentry((api) => {
      api.get("/organizations/acme/projects/", (context) => context.json(denied, 403))
      api.get("/projects/", (context) =>
        context.json([{ id: "9", slug: "x", organization: { slug: "globex" } }]),
      )
    })

    expect(await sentry.client().projects(signal)).toMatchObject({
      ok: false,
      outcome: { state: "denied", hint: expect.stringContaining("org:read") },
    })
  })

  it("fail as a whole when a later page fails", async () => {
    await using sentry = await startFakeSentry((api) => {
      api.get("/organizations/acme/", (context) => context.json(organization))
      api.get("/organizations/acme/projects/", (context) =>
        context.req.query("cursor")
          ? context.json({}, 500)
          : context.json([{ id: "1", slug: "api" }], 200, { link: linkTo("100:1:0") }),
      )
    })

    expect(await sentry.client().projects(signal)).toMatchObject({ ok: false, why: "server" })
  })
})

describe("the organization's region", () => {
  it.each([
    ["https://de.sentry.io", "https://de.sentry.io"],
    ["https://evil.example.com", undefined],
    ["http://de.sentry.io", undefined],
    [null, undefined],
  ])("at %s is asked at %s", (regionUrl, host) => {
    expect(regionOf({ links: { regionUrl } })).toBe(host)
  })

  it("is not asked for where the server is somebody's own", async () => {
    await using sentry = await startFakeSentry((api) => api.get("/*", (context) => context.json([])))

    await sentry.client().teamMembers("web", signal)

    expect(sentry.count("organizations/acme/")).toBe(0)
  })

  it("is asked for the data, once it is known", async () => {
    await using sentry = await startFakeSentry((api) => api.get("/*", (context) => context.json([])))
    const hosts: string[] = []
    const client = createSentryClient({
      ...sentry.deps(),
      settings: { host: "https://sentry.io", token: "t", organization: "acme" },
      http: async ({ url }) => {
        hosts.push(new URL(url).host)
        const text = url.includes("detailed=0") ? '{"links": {"regionUrl": "https://de.sentry.io"}}' : "[]"
        return { status: 200, headers: new Headers(), text, receivedAt: 0 }
      },
    })

    await client.teamMembers("web", signal)
    await client.teamMembers("api", signal)

    expect(hosts).toEqual(["sentry.io", "de.sentry.io", "de.sentry.io"])
  })
})

describe("reduceOrganization", () => {
  it("leaves what the token's own project list has", () => {
    const detail = JSON.parse(fixtureText("sentry/api/organization.detail.json")) as Record<string, never> // an object by its fixture
    const [listed] = JSON.parse(fixtureText("sentry/api/projects.list.json")) as { organization: object }[] // projects by its fixture

    const reduced = reduceOrganization(detail)

    for (const key of Object.keys(listed?.organization ?? {})) expect(reduced).toHaveProperty(key)
    expect(reduced).not.toHaveProperty("quota")
  })
})

describe("a server of version 9.1.2", () => {
  const serve = (api: Hono, path: string, name: string, status: 200 | 404 | 500 = 200) =>
    api.get(path, (context) =>
      context.body(fixtureText(`sentry-real/api/${name}.body`), status, {
        "content-type": status === 404 ? "text/html; charset=utf-8" : "application/json",
      }),
    )

  it("is asked for issues by the older path once it has shown that it lacks the newer", async () => {
    await using sentry = await startFakeSentry((api) => {
      serve(api, "/organizations/acme/issues/18/tags/environment/values/", "ocean.issue-tag.environment", 404)
      serve(api, "/issues/18/tags/environment/values/", "issue-tag.environment.many")
      serve(api, "/issues/18/", "issue")
    })
    const client = sentry.client()

    const values = await client.issueTagValues("18", "environment", signal)
    const issue = await client.issue("18", signal)

    expect(values.ok && values.value.length).toBeGreaterThan(0)
    expect(issue).toMatchObject({ ok: true, value: { id: "18" } })
    expect(sentry.count(/organizations.acme.issues/)).toBe(1)
  })

  it("answers 500 for the organization's issues, twice and never again", async () => {
    await using sentry = await startFakeSentry((api) => {
      serve(api, "/organizations/acme/issues/", "organization.issues", 500)
    })
    const client = sentry.client()
    const list = {
      projects: ["2"],
      query: "",
      window: { start: new Date(0), end: new Date(1) },
    }

    const answers = await Promise.all(
      [1, 2, 3].map(async () => {
        for await (const page of client.organizationIssues(list, signal)) return page
        return undefined
      }),
    )

    expect(answers).toMatchObject(Array(3).fill({ ok: false, why: "route-off" }))
    expect(sentry.asked).toHaveLength(2)
  })

  it("gives members, teams and projects in its own shape, untouched", async () => {
    await using sentry = await startFakeSentry((api) => {
      serve(api, "/organizations/acme/members/", "ocean.members.p01")
      serve(api, "/organizations/acme/", "organization")
      serve(api, "/organizations/acme/projects/", "organization.projects")
    })
    const client = sentry.client()

    const members = []
    for await (const page of client.members(signal)) members.push(page)
    const projects = await client.projects(signal)

    expect(members).toEqual([
      { ok: true, value: JSON.parse(fixtureText("sentry-real/api/ocean.members.p01.body")) },
    ])
    expect(projects.ok && projects.value[0]?.raw).toMatchObject({
      status: "active",
      organization: { slug: "acme" },
    })
  })
})

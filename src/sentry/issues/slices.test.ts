import type { Context, Hono } from "hono"
import { describe, expect, it } from "vitest"
import {
  denied,
  fakeIssue,
  linkTo,
  missing,
  openFakeKind,
  readAll,
  serveProjects,
  startFakeSentry,
} from "../../../test/support/fake-sentry.ts"

type Project = { id: string; slug: string }
const many = Array.from({ length: 30 }, (_, index) => `project-${index + 1}`)
const orgList = "organizations/acme/issues/"

/** Issue numbers tell their project: 100 + project id. Projects in `refused` make a request for them `status`. */
function serveIssues(
  api: Hono,
  projects: Project[],
  refuse: (ids: string[], context: Context) => Response | undefined = () => undefined,
): void {
  api.get("/organizations/acme/issues/", (context) => {
    const asked = context.req.queries("project") ?? []
    const ids = asked[0] === "-1" ? projects.map(({ id }) => id) : asked
    const refused = refuse(ids, context)
    if (refused) return refused
    const listed = projects.filter(({ id }) => ids.includes(id))
    return context.json(
      listed.map((project) => fakeIssue(100 + Number(project.id), project)),
      200,
      { link: linkTo(undefined) },
    )
  })
}

describe("reading the issues of all projects", () => {
  it("asks for slices of projects, each page with the same window, and ends every project", async () => {
    await using sentry = await startFakeSentry((api) => serveIssues(api, serveProjects(api, many)))

    const { ids, ends } = await readAll(openFakeKind(sentry, "issue").reading)

    expect(ids).toHaveLength(30)
    expect(ends).toEqual(Object.fromEntries(many.map((slug) => [slug, { state: "complete" }])))
    const requests = sentry.asked.filter(({ pathname }) => pathname.endsWith(orgList))
    expect(requests.map(({ searchParams }) => searchParams.getAll("project").length)).toEqual([10, 10, 10])
    for (const { searchParams } of requests) {
      expect(searchParams.get("query")).toBe("is:unresolved")
      expect(searchParams.get("sort")).toBe("new")
      expect(searchParams.get("limit")).toBe("100")
      expect(searchParams.getAll("collapse")).toEqual(["filtered"])
      expect(searchParams.get("start")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
    }
    const windows = requests.map(
      ({ searchParams }) => `${searchParams.get("start")}/${searchParams.get("end")}`,
    )
    expect(new Set(windows).size).toBe(1)
  })

  it("keeps some of all projects together: others are read elsewhere at the same time", async () => {
    await using sentry = await startFakeSentry((api) => serveIssues(api, serveProjects(api, many)))
    const { reading } = openFakeKind(sentry, "issue")
    const some = many.slice(0, 25)
    const ended: string[] = []
    for await (const event of reading.read(new AbortController().signal, some))
      if (event.type === "end") ended.push(event.part)
    expect(ended.sort()).toEqual([...some].sort())
    const requests = sentry.asked.filter(({ pathname }) => pathname.endsWith(orgList))
    expect(requests.map(({ searchParams }) => searchParams.getAll("project").length)).toEqual([25])
  })

  it("sends an empty search too, since the server would put its own in", async () => {
    await using sentry = await startFakeSentry((api) => serveIssues(api, serveProjects(api, ["api"])))

    const kind = openFakeKind(sentry, "issue", { issueQuery: "" })
    await readAll(kind.reading)

    expect(kind.reading.key).toBe("issues:")
    expect(sentry.asked.at(-1)?.search).toContain("&query=&")
  })

  it("ends a refused project as denied, and reads all others", async () => {
    await using sentry = await startFakeSentry((api) => {
      const projects = serveProjects(api, many)
      serveIssues(api, projects, (ids, context) =>
        // Every project at once is answered with those that may be seen.
        ids.includes("7") && ids.length < projects.length ? context.json(denied, 403) : undefined,
      )
      api.get("/projects/acme/project-7/issues/", (context) => context.json(denied, 403))
    })

    const { ids, ends } = await readAll(openFakeKind(sentry, "issue").reading)

    expect(ends["project-7"]).toMatchObject({ state: "denied", hint: expect.stringContaining("event:read") })
    const others = many.filter((slug) => slug !== "project-7")
    expect(others.map((slug) => ends[slug]?.state)).toEqual(others.map(() => "complete"))
    expect(new Set(ids).size).toBe(29)
    expect(ids).toHaveLength(29)
  })

  it("does not go on splitting where no issue may be listed at all", async () => {
    await using sentry = await startFakeSentry((api) => {
      serveIssues(api, serveProjects(api, many), (_, context) => context.json(denied, 403))
      api.get("/projects/acme/:slug/issues/", (context) => context.json(denied, 403))
    })

    const { ends } = await readAll(openFakeKind(sentry, "issue").reading)

    expect(Object.values(ends).map(({ state }) => state)).toEqual(many.map(() => "denied"))
    expect(sentry.count(orgList)).toBe(4) // three slices, and whether anything may be listed
  })

  it("reads by the projects' own lists where only the organization's is refused", async () => {
    await using sentry = await startFakeSentry((api) => {
      const projects = serveProjects(api, ["api", "web"])
      serveIssues(api, projects, (_, context) => context.json(denied, 403))
      serveProjectLists(api, projects)
    })

    const { ids, ends } = await readAll(openFakeKind(sentry, "issue").reading)

    expect(ids.sort()).toEqual(["101", "102"])
    expect(ends).toEqual({ api: { state: "complete" }, web: { state: "complete" } })
  })

  it("asks for one project at a time where the plan allows no more", async () => {
    await using sentry = await startFakeSentry((api) =>
      serveIssues(api, serveProjects(api, many), (ids, context) =>
        ids.length > 1
          ? context.json({ detail: "You do not have the multi project stream feature enabled" }, 400)
          : undefined,
      ),
    )

    const { ids, ends } = await readAll(openFakeKind(sentry, "issue").reading)

    expect(ids).toHaveLength(30)
    expect(Object.values(ends).every(({ state }) => state === "complete")).toBe(true)
  })

  it("finds the one project that breaks the server", async () => {
    await using sentry = await startFakeSentry((api) =>
      serveIssues(api, serveProjects(api, many.slice(0, 25)), (ids, context) =>
        ids.includes("13") ? context.json({ detail: "Internal Error" }, 503) : undefined,
      ),
    )

    const { ids, ends } = await readAll(openFakeKind(sentry, "issue").reading)

    expect(ends["project-13"]).toMatchObject({ state: "failed", reason: expect.stringContaining("503") })
    expect(Object.values(ends).filter(({ state }) => state === "complete")).toHaveLength(24)
    expect(ids).toHaveLength(24)
  })

  it("stops splitting when the server answers nothing but errors", async () => {
    await using sentry = await startFakeSentry((api) =>
      serveIssues(api, serveProjects(api, many), (_, context) => context.json({}, 503)),
    )

    const { ends } = await readAll(openFakeKind(sentry, "issue").reading)

    expect(Object.values(ends).map(({ state }) => state)).toEqual(many.map(() => "failed"))
    expect(sentry.count(orgList)).toBeLessThan(30 * 6)
  })

  it("never calls a project complete that went away meanwhile", async () => {
    await using sentry = await startFakeSentry((api) =>
      serveIssues(api, serveProjects(api, ["api"]), (_, context) => context.json(missing, 404)),
    )

    const { ends } = await readAll(openFakeKind(sentry, "issue").reading)

    expect(ends.api).toMatchObject({ state: "failed", reason: expect.stringContaining("404") })
  })

  it("fails with a search that Sentry does not understand, in Sentry's words", async () => {
    await using sentry = await startFakeSentry((api) =>
      serveIssues(api, serveProjects(api, ["api", "web"]), (_, context) =>
        context.json({ detail: "Error parsing search query: Invalid status value of 'sleeping'" }, 400),
      ),
    )

    const { ends } = await readAll(openFakeKind(sentry, "issue", { issueQuery: "is:sleeping" }).reading)

    expect(ends.web).toMatchObject({ state: "failed", reason: expect.stringContaining("sleeping") })
    expect(sentry.count(orgList)).toBe(1)
  })

  it("gives one end for everything where the projects cannot be listed", async () => {
    await using sentry = await startFakeSentry((api) => api.get("/*", (context) => context.json(denied, 403)))

    expect((await readAll(openFakeKind(sentry, "issue").reading)).ends).toEqual({
      "*": expect.objectContaining({ state: "denied" }),
    })
  })

  it("shows an issue that two pages repeat once, unless it is newer", async () => {
    await using sentry = await startFakeSentry((api) => {
      const [project] = serveProjects(api, ["api"])
      if (!project) return
      api.get("/organizations/acme/issues/", (context) => {
        const second = context.req.query("cursor") === "1:0:0"
        const rows = second
          ? [
              fakeIssue(1, project),
              fakeIssue(2, project, { lastSeen: "2026-11-20T10:00:00.500000Z" }),
              fakeIssue(3, project),
            ]
          : [fakeIssue(1, project), fakeIssue(2, project)]
        return context.json(rows, 200, { link: linkTo(second ? undefined : "1:0:0") })
      })
    })

    expect((await readAll(openFakeKind(sentry, "issue").reading)).ids).toEqual(["1", "2", "2", "3"])
  })

  it("gives the counts of the whole life of an issue, as the projects' lists do", async () => {
    await using sentry = await startFakeSentry((api) => {
      const [project] = serveProjects(api, ["api"])
      if (!project) return
      api.get("/organizations/acme/issues/", (context) =>
        context.json([
          fakeIssue(1, project, {
            count: "3",
            firstSeen: "2026-11-01T00:00:00Z",
            filtered: null,
            lifetime: { count: "2048", userCount: 7, firstSeen: "2025-01-01T00:00:00Z", stats: null },
          }),
        ]),
      )
    })

    const { items } = await readAll(openFakeKind(sentry, "issue").reading)

    expect(items[0]?.raw).toMatchObject({
      count: "2048",
      userCount: 7,
      firstSeen: "2025-01-01T00:00:00Z",
      lastSeen: "2026-11-20T10:00:00Z",
    })
    expect(items[0]?.raw).not.toHaveProperty("lifetime")
    expect(items[0]?.raw).not.toHaveProperty("filtered")
  })

  it("keeps what it read before the list broke off, and says that it is not all", async () => {
    await using sentry = await startFakeSentry((api) => {
      const [project] = serveProjects(api, ["api"])
      if (!project) return
      api.get("/organizations/acme/issues/", (context) =>
        context.req.query("cursor")
          ? context.json({}, 502)
          : context.json([fakeIssue(1, project)], 200, { link: linkTo("1:0:0") }),
      )
    })

    const { ids, ends } = await readAll(openFakeKind(sentry, "issue").reading)

    expect(ids).toEqual(["1"])
    expect(ends.api).toMatchObject({ state: "failed" })
  })
})

describe("a server without the organization's list", () => {
  it("is read by the projects' own lists, with the search sent and every page", async () => {
    await using sentry = await startFakeSentry((api) => {
      const projects = serveProjects(api, ["api", "web"])
      serveIssues(api, projects, (_, context) => context.json({ detail: "Internal Error" }, 500))
      serveProjectLists(api, projects)
    })

    const { ids, ends } = await readAll(openFakeKind(sentry, "issue").reading)

    expect(ids.sort()).toEqual(["101", "102"])
    expect(ends).toEqual({ api: { state: "complete" }, web: { state: "complete" } })
    expect(sentry.count(orgList)).toBe(2)
    const own = sentry.asked.filter(({ pathname }) => pathname.startsWith("/api/0/projects/acme/"))
    expect(own).toHaveLength(4)
    for (const { searchParams } of own) {
      expect(searchParams.get("query")).toBe("is:unresolved")
      expect(searchParams.get("limit")).toBe("100")
    }
  })

  it("answers for each project on its own", async () => {
    await using sentry = await startFakeSentry((api) => {
      serveProjects(api, ["api", "web"])
      api.get("/projects/acme/api/issues/", (context) => context.json([]))
      api.get("/projects/acme/web/issues/", (context) => context.json(denied, 403))
    })

    expect((await readAll(openFakeKind(sentry, "issue").reading)).ends).toEqual({
      api: { state: "complete" },
      web: expect.objectContaining({ state: "denied" }),
    })
  })
})

/** Two pages for each project, the first of them empty. */
function serveProjectLists(api: Hono, projects: Project[]): void {
  api.get("/projects/acme/:slug/issues/", (context) => {
    const project = projects.find(({ slug }) => slug === context.req.param("slug"))
    const second = context.req.query("cursor") === "1:0:0"
    const rows = project && second ? [fakeIssue(100 + Number(project.id), project)] : []
    return context.json(rows, 200, { link: linkTo(second ? undefined : "1:0:0") })
  })
}

import type { Hono } from "hono"
import { describe, expect, it } from "vitest"
import {
  denied,
  type FakeSentry,
  fakeIssue,
  missing,
  openFakeKind,
  readAll,
  serveProjects,
  startFakeSentry,
} from "../../../test/support/fake-sentry.ts"
import type { Origin, Verdict } from "../../resync/kind.ts"
import { issueIdsIn } from "./look-up.ts"

const signal = new AbortController().signal

describe("looking up issues that the list does not show", () => {
  it("asks for a hundred at a time, without search or window", async () => {
    await using sentry = await startFakeSentry((api) => {
      const [project] = serveProjects(api, ["api"])
      if (project) serveById(api, (id) => fakeIssue(id, project, { status: "resolved" }))
    })
    const origins = Array.from({ length: 250 }, (_, index) => ({ part: "api", id: String(index + 1) }))

    const verdicts = await openFakeKind(sentry, "issue").lookUp(origins, signal)

    expect(new Set(verdicts.map(({ state }) => state))).toEqual(new Set(["found"]))
    expect(new Set(verdicts.map(({ origin }) => origin.id)).size).toBe(250)
    const requests = sentry.asked.filter(({ pathname }) => pathname.endsWith("/organizations/acme/issues/"))
    expect(requests.map(({ searchParams }) => searchParams.getAll("group").length)).toEqual([100, 100, 50])
    expect(requests[0]?.searchParams.get("project")).toBe("-1")
    expect(requests[0]?.searchParams.has("query")).toBe(false)
    expect(requests[0]?.searchParams.has("start")).toBe(false)
  })

  it("gives a found issue with its project, even where the part was not known", async () => {
    await using sentry = await startFakeSentry((api) => {
      const [project] = serveProjects(api, ["api"])
      if (project) serveById(api, (id) => fakeIssue(id, project))
    })

    const [verdict] = await openFakeKind(sentry, "issue").lookUp([{ part: "", id: "5" }], signal)

    expect(verdict).toMatchObject({
      origin: { part: "", id: "5" },
      state: "found",
      item: { origin: { part: "api", id: "5" } },
    })
  })

  describe("calls a missing issue", () => {
    const cases: {
      what: string
      origin: Origin
      serve?: (api: Hono) => void
      state: Verdict["state"]
      says: string
    }[] = [
      {
        what: "gone where its project is listed and readable",
        origin: { part: "api", id: "5" },
        serve: (api) => api.get("/projects/acme/api/issues/", (context) => context.json([])),
        state: "gone",
        says: "listed and readable",
      },
      {
        what: "unknown where its project is listed but cannot be read",
        origin: { part: "api", id: "5" },
        serve: (api) => api.get("/projects/acme/api/issues/", (context) => context.json(denied, 403)),
        state: "unknown",
        says: "403",
      },
      {
        what: "gone where its project is gone by its own 404",
        origin: { part: "old", id: "5" },
        serve: (api) => api.get("/projects/acme/old/", (context) => context.json(missing, 404)),
        state: "gone",
        says: "projects/acme/old/",
      },
      {
        what: "unknown where its unlisted project is refused",
        origin: { part: "old", id: "5" },
        serve: (api) => api.get("/projects/acme/old/", (context) => context.json(denied, 403)),
        state: "unknown",
        says: "403",
      },
      {
        what: "gone by its own 404 where its project has another name now",
        origin: { part: "old", id: "5" },
        serve: (api) => {
          api.get("/projects/acme/old/", (context) => context.json({ id: "1", slug: "api" }))
          api.get("/organizations/acme/issues/5/", (context) => context.json(missing, 404))
        },
        state: "gone",
        says: "issues/5/",
      },
      {
        what: "gone by its own 404 where its project is not known",
        origin: { part: "", id: "5" },
        serve: (api) => api.get("/organizations/acme/issues/5/", (context) => context.json(missing, 404)),
        state: "gone",
        says: "issues/5/",
      },
      {
        what: "unknown where its own path is refused",
        origin: { part: "", id: "5" },
        serve: (api) => api.get("/organizations/acme/issues/5/", (context) => context.json(denied, 403)),
        state: "unknown",
        says: "403",
      },
      {
        what: "gone where it was merged into another",
        origin: { part: "", id: "5" },
        serve: (api) =>
          api.get("/organizations/acme/issues/5/", (context) =>
            context.json(fakeIssue(6, { id: "1", slug: "api" })),
          ),
        state: "gone",
        says: "merged into 6",
      },
      {
        what: "found where its own path shows it",
        origin: { part: "", id: "5" },
        serve: (api) =>
          api.get("/organizations/acme/issues/5/", (context) =>
            context.json(fakeIssue(5, { id: "1", slug: "api" })),
          ),
        state: "found",
        says: "",
      },
      {
        what: "unknown where its path has no JSON to say",
        origin: { part: "", id: "5" },
        state: "unknown",
        says: "no such route",
      },
      {
        what: "unknown where the id is none",
        origin: { part: "api", id: "../1" },
        state: "unknown",
        says: "no id of an issue",
      },
    ]

    it.each(cases)("$what", async ({ origin, serve, state, says }) => {
      await using sentry = await startFakeSentry((api) => {
        serveProjects(api, ["api"])
        serveById(api, () => undefined)
        serve?.(api)
      })

      const [verdict] = await openFakeKind(sentry, "issue").lookUp([origin], signal)

      expect(verdict).toMatchObject({ origin, state })
      expect(textOf(verdict)).toContain(says)
    })
  })

  it("needs no further request for a project that this run has read to its end", async () => {
    await using sentry = await startFakeSentry((api) => {
      serveProjects(api, ["api"])
      serveById(api, () => undefined)
    })
    const kind = openFakeKind(sentry, "issue")
    await readAll(kind.reading)
    const before = sentry.asked.length

    const verdicts = await kind.lookUp(
      [
        { part: "api", id: "5" },
        { part: "api", id: "6" },
      ],
      signal,
    )

    expect(verdicts.map(({ state }) => state)).toEqual(["gone", "gone"])
    expect(sentry.asked.length - before).toBe(1)
  })

  it("asks each issue itself on a server without the organization's list", async () => {
    await using sentry = await startFakeSentry((api) => {
      serveProjects(api, ["api"])
      api.get("/issues/5/", (context) => context.json(fakeIssue(5, { id: "1", slug: "api" })))
      api.get("/issues/6/", (context) => context.json(missing, 404))
    })

    const verdicts = await ask(sentry, ["5", "6"])

    expect(verdicts).toEqual({ 5: "found", 6: "gone" })
  })

  it("does not ask issue by issue where this run was refused every project", async () => {
    await using sentry = await startFakeSentry((api) => {
      serveProjects(api, ["api"])
      api.get("/organizations/acme/issues/*", (context) => context.json(denied, 403))
      api.get("/projects/*", (context) => context.json(denied, 403))
    })
    const kind = openFakeKind(sentry, "issue")
    await readAll(kind.reading)

    const verdicts = await kind.lookUp([{ part: "api", id: "5" }], signal)

    expect(verdicts).toMatchObject([{ state: "unknown", reason: expect.stringContaining("403") }])
    expect(sentry.count("organizations/acme/issues/5/")).toBe(0)
  })

  it("asks each issue itself on a plan that answers for one project at a time", async () => {
    await using sentry = await startFakeSentry((api) => {
      serveProjects(api, ["api"])
      api.get("/organizations/acme/issues/", (context) =>
        context.json({ detail: "You cannot view events from multiple projects." }, 400),
      )
      api.get("/organizations/acme/issues/5/", (context) =>
        context.json(fakeIssue(5, { id: "1", slug: "api" })),
      )
      api.get("/organizations/acme/issues/6/", (context) => context.json(missing, 404))
    })

    expect(await ask(sentry, ["5", "6"])).toEqual({ 5: "found", 6: "gone" })
  })

  it("knows nothing where the request failed", async () => {
    await using sentry = await startFakeSentry((api) => {
      serveProjects(api, ["api"])
      api.get("/organizations/acme/issues/", (context) => context.json({}, 503))
    })

    expect(await ask(sentry, ["5", "6"])).toEqual({ 5: "unknown", 6: "unknown" })
  })

  it("knows nothing of a missing issue where the projects could not be listed", async () => {
    await using sentry = await startFakeSentry((api) => {
      api.get("/organizations/acme/projects/", (context) => context.json({}, 503))
      serveById(api, () => undefined)
    })

    expect(await ask(sentry, ["5"])).toEqual({ 5: "unknown" })
  })
})

describe("the ids in an identifier", () => {
  it.each([
    ["4605173695", ["4605173695"]],
    ["4605173695-production", ["4605173695"]],
    ["env2-4605173695-7-7", ["4605173695", "2", "7"]],
    ["1-22-333-4444", ["4444", "333", "22"]],
    ["no-digits", []],
  ])("of %s are %j", (identifier, ids) => {
    expect(issueIdsIn(identifier)).toEqual(ids)
  })
})

function serveById(api: Hono, find: (id: number) => object | undefined): void {
  api.get("/organizations/acme/issues/", (context) =>
    context.json((context.req.queries("group") ?? []).flatMap((id) => find(Number(id)) ?? [])),
  )
}

async function ask(sentry: FakeSentry, ids: string[]): Promise<Record<string, string>> {
  const origins = ids.map((id) => ({ part: "api", id }))
  const verdicts = await openFakeKind(sentry, "issue").lookUp(origins, signal)
  return Object.fromEntries(verdicts.map(({ origin, state }) => [origin.id, state]))
}

function textOf(verdict: Verdict | undefined): string {
  if (verdict?.state === "gone") return verdict.evidence
  return verdict?.state === "unknown" ? verdict.reason : ""
}

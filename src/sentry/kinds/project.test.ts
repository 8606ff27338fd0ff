import { describe, expect, it } from "vitest"
import {
  denied,
  missing,
  openFakeKind,
  readAll,
  serveProjects,
  startFakeSentry,
} from "../../../test/support/fake-sentry.ts"
import { sentryIntegration } from "../integration.ts"
import { slugsIn } from "../project-look-up.ts"

const signal = new AbortController().signal

describe("project", () => {
  it("is every project, in one source", async () => {
    await using sentry = await startFakeSentry((api) => serveProjects(api, ["api", "web"]))

    const { items, ends } = await readAll(openFakeKind(sentry, "project").reading)

    expect(items.map(({ origin }) => origin)).toEqual([
      { part: "", id: "api" },
      { part: "", id: "web" },
    ])
    expect(items[0]?.raw).toMatchObject({ slug: "api", status: "active", organization: { slug: "acme" } })
    expect(ends).toEqual({ "": { state: "complete" } })
  })

  it("is listed once in a run, whatever kinds want the list", async () => {
    await using sentry = await startFakeSentry((api) => {
      serveProjects(api, ["api"])
      api.get("/projects/acme/api/tags/environment/values/", (context) => context.json([]))
      api.get("/organizations/acme/issues/", (context) => context.json([]))
    })
    const run = sentryIntegration(sentry.deps()).openRun()

    for (const kind of ["project", "project-tag", "issue", "issue-tag"]) {
      await readAll(run.openKind(kind, {}).reading)
    }

    expect(sentry.count("organizations/acme/projects/")).toBe(1)
    expect(sentry.count("organizations/acme/")).toBe(1)
  })

  it.each([
    ["is found where the list has it", "api", "found"],
    ["is found where only its own path shows it", "hidden", "found"],
    ["is gone by its own 404", "deleted", "gone"],
    ["is gone under a name that it gave up", "renamed", "gone"],
    ["is unknown where it is refused", "secret", "unknown"],
    ["is unknown where the answer has no JSON", "nowhere", "unknown"],
    ["is unknown where the name is no slug", "..", "unknown"],
  ])("%s", async (_, id, state) => {
    await using sentry = await startFakeSentry((api) => {
      serveProjects(api, ["api"])
      api.get("/projects/acme/hidden/", (context) => context.json({ id: "8", slug: "hidden" }))
      api.get("/projects/acme/deleted/", (context) => context.json(missing, 404))
      api.get("/projects/acme/secret/", (context) => context.json(denied, 403))
      api.get("/projects/acme/renamed/", (context) => context.redirect("/api/0/projects/acme/api/"))
      api.get("/projects/acme/api/", (context) => context.json({ id: "1", slug: "api" }))
    })

    const verdicts = await openFakeKind(sentry, "project").lookUp([{ part: "", id }], signal)

    expect(verdicts).toMatchObject([{ origin: { part: "", id }, state }])
  })
})

describe("the slugs in an identifier", () => {
  it.each([
    ["api", ["api"]],
    ["api-worker-production", ["api-worker-production", "api-worker", "api"]],
    ["a-qa/eu west", ["a"]],
    ["a-b-c-d-e-f-g-h", ["a-b-c-d-e-f-g-h", "a-b-c-d-e-f-g", "a-b-c-d-e-f", "a-b-c-d-e", "a-b-c-d", "a-b-c"]],
    ["..", []],
  ])("of %s are %j", (identifier, slugs) => {
    expect(slugsIn(identifier)).toEqual(slugs)
  })
})

import { describe, expect, it } from "vitest"
import {
  denied,
  linkTo,
  missing,
  openFakeKind,
  readAll,
  serveProjects,
  startFakeSentry,
} from "../../../test/support/fake-sentry.ts"

const signal = new AbortController().signal
const valueNamed = (name: string) => ({ key: "environment", name, value: name, count: 1 })

describe("project-tag", () => {
  it("is one item per value, over all pages", async () => {
    await using sentry = await startFakeSentry((api) => {
      serveProjects(api, ["api"])
      api.get("/projects/acme/api/tags/environment/values/", (context) => {
        const second = context.req.query("cursor") !== undefined
        const numbers = Array.from({ length: second ? 50 : 100 }, (_, at) => at + (second ? 100 : 0))
        return context.json(
          numbers.map((number) => valueNamed(`env-${number}`)),
          200,
          { link: linkTo(second ? undefined : "1:100:0") },
        )
      })
    })

    const { items, ends } = await readAll(openFakeKind(sentry, "project-tag").reading)

    expect(items).toHaveLength(150)
    expect(items[149]).toMatchObject({
      raw: { slug: "api", organization: { slug: "acme" }, __tags: valueNamed("env-149") },
      origin: { part: "api", id: "1" },
    })
    expect(ends).toEqual({ api: { state: "complete" } })
  })

  it("has no item, and a complete part, for a project without the tag; a refused project is denied", async () => {
    await using sentry = await startFakeSentry((api) => {
      serveProjects(api, ["api", "none", "secret", "off"])
      api.get("/projects/acme/api/tags/tier/values/", (context) => context.json([valueNamed("gold")]))
      api.get("/projects/acme/none/tags/tier/values/", (context) => context.json(missing, 404))
      api.get("/projects/acme/secret/tags/tier/values/", (context) => context.json(denied, 403))
    })

    const { items, ends } = await readAll(openFakeKind(sentry, "project-tag", { tag: "tier" }).reading)

    expect(items.map(({ origin }) => origin.part)).toEqual(["api"])
    expect(ends).toEqual({
      api: { state: "complete" },
      none: { state: "complete" },
      secret: expect.objectContaining({ state: "denied", hint: expect.stringContaining("project:read") }),
      off: expect.objectContaining({ state: "failed" }),
    })
  })

  it.each([
    ["is found with one of its values where it is listed", { part: "api", id: "1" }, "found"],
    ["is found by its slug alone", { part: "", id: "api" }, "found"],
    ["is gone where its project has no value any more", { part: "none", id: "2" }, "gone"],
    ["is unknown where its values are refused", { part: "secret", id: "3" }, "unknown"],
    ["is gone with its project", { part: "deleted", id: "9" }, "gone"],
    ["is gone under a name that its project gave up", { part: "before", id: "1" }, "gone"],
    ["is unknown where its project only hides from the list", { part: "hidden", id: "8" }, "unknown"],
  ])("%s", async (_, origin, state) => {
    await using sentry = await startFakeSentry((api) => {
      serveProjects(api, ["api", "none", "secret"])
      api.get("/projects/acme/api/tags/environment/values/", (context) =>
        context.json([valueNamed("production")]),
      )
      api.get("/projects/acme/hidden/tags/environment/values/", (context) =>
        context.json([valueNamed("production")]),
      )
      api.get("/projects/acme/none/tags/environment/values/", (context) => context.json(missing, 404))
      api.get("/projects/acme/secret/tags/environment/values/", (context) => context.json(denied, 403))
      api.get("/projects/acme/deleted/", (context) => context.json(missing, 404))
      api.get("/projects/acme/hidden/", (context) => context.json({ id: "8", slug: "hidden" }))
    })

    const verdicts = await openFakeKind(sentry, "project-tag").lookUp([origin], signal)

    expect(verdicts).toMatchObject([{ origin, state }])
  })
})

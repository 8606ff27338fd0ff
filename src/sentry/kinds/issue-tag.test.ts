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
import { sentryIntegration } from "../integration.ts"

const signal = new AbortController().signal

describe("issue-tag", () => {
  it("adds all values of the tag, an empty list where there are none, and leaves out what it could not read", async () => {
    await using sentry = await startFakeSentry((api) => {
      const [project] = serveProjects(api, ["api"])
      if (!project) return
      api.get("/organizations/acme/issues/", (context) =>
        context.json([1, 2, 3].map((id) => fakeIssue(id, project))),
      )
      api.get("/organizations/acme/issues/1/tags/environment/values/", (context) => {
        const second = context.req.query("cursor") !== undefined
        const numbers = Array.from({ length: second ? 50 : 100 }, (_, at) => at + (second ? 100 : 0))
        return context.json(
          numbers.map((number) => ({ name: `env-${number}` })),
          200,
          { link: linkTo(second ? undefined : "100:1:0") },
        )
      })
      api.get("/organizations/acme/issues/2/tags/environment/values/", (context) =>
        context.json(missing, 404),
      )
      api.get("/organizations/acme/issues/3/tags/environment/values/", (context) => context.json(denied, 403))
    })
    const kind = openFakeKind(sentry, "issue-tag")

    const { items } = await readAll(kind.reading)
    const { items: enriched, unread, without } = await kind.enrich(items, signal)

    expect(enriched.map(({ raw }) => raw.id)).toEqual(["1", "2"])
    expect(enriched[0]?.raw.__tags).toHaveLength(150)
    expect(enriched[0]?.raw.__tags).toContainEqual({ name: "env-149" })
    expect(enriched[1]?.raw.__tags).toEqual([])
    expect(unread).toMatchObject([{ origin: { part: "api", id: "3" }, outcome: { state: "denied" } }])
    expect(without).toBe(0)
    expect(items[0]?.raw).not.toHaveProperty("__tags")
  })

  it("shares the reading of the issues with issue, where both search alike", async () => {
    await using sentry = await startFakeSentry(() => undefined)
    const run = sentryIntegration(sentry.deps()).openRun()
    const keyOf = (kind: string, selector = {}) => run.openKind(kind, selector).reading.key

    expect(keyOf("issue-tag")).toBe(keyOf("issue"))
    expect(keyOf("issue-tag", { tag: "tier", includeArchived: false })).toBe(keyOf("issue"))
    expect(keyOf("issue-tag", { issueQuery: "" })).not.toBe(keyOf("issue"))
  })
})

describe("issues that left the list", () => {
  const day = 86_400_000

  it.each([
    [{}, 30 * day],
    [{ keepResolvedFor: "0" }, 0],
    [{ keepResolvedFor: 0 }, 0],
    [{ keepResolvedFor: "7d" }, 7 * day],
  ])("stay by %j for %d ms", async (selector, keepMs) => {
    await using sentry = await startFakeSentry(() => undefined)

    const kind = openFakeKind(sentry, "issue", selector)

    expect(kind.standing({ status: "resolved" })).toEqual({ state: "left", keepMs })
  })

  it("stay as long as the integration's own setting says, where the selector does not", async () => {
    await using sentry = await startFakeSentry(() => undefined)

    const kind = openFakeKind(sentry, "issue", {}, { keepResolvedForMs: 5 })

    expect(kind.standing({ status: "resolved" })).toEqual({ state: "left", keepMs: 5 })
  })

  it("go at once where they are archived and archived ones are not wanted", async () => {
    await using sentry = await startFakeSentry(() => undefined)

    const without = openFakeKind(sentry, "issue", { includeArchived: false })
    const withThem = openFakeKind(sentry, "issue-tag")

    expect(without.standing({ status: "ignored" })).toEqual({ state: "excluded" })
    expect(without.admits({ status: "ignored" })).toBe(false)
    expect(without.admits({ status: "resolved" })).toBe(true)
    expect(withThem.admits({ status: "ignored" })).toBe(true)
    expect(withThem.standing({ status: "ignored" })).toMatchObject({ state: "left" })
  })
})

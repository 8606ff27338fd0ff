import { describe, expect, it } from "vitest"
import {
  denied,
  fixtureText,
  linkTo,
  openFakeKind,
  readAll,
  startFakeSentry,
} from "../../../test/support/fake-sentry.ts"

const signal = new AbortController().signal

describe("user", () => {
  it("is every member of every page, as Sentry gives them", async () => {
    const members = JSON.parse(fixtureText("sentry/api/members.list.json")) as { id: string }[] // members by its fixture
    await using sentry = await startFakeSentry((api) =>
      api.get("/organizations/acme/members/", (context) => {
        const second = context.req.query("cursor") !== undefined
        const rows = second ? members.slice(3) : members.slice(0, 3)
        return context.json(rows, 200, { link: linkTo(second ? undefined : "100:1:0") })
      }),
    )

    const { items, ends } = await readAll(openFakeKind(sentry, "user").reading)

    expect(items).toEqual(members.map((raw) => ({ raw, origin: { part: "", id: raw.id } })))
    expect(ends).toEqual({ "": { state: "complete" } })
  })

  it("is denied, with the scope that is missing, and not empty", async () => {
    await using sentry = await startFakeSentry((api) => api.get("/*", (context) => context.json(denied, 403)))

    expect((await readAll(openFakeKind(sentry, "user").reading)).ends).toEqual({
      "*": expect.objectContaining({ state: "denied", hint: expect.stringContaining("member:read") }),
    })
  })

  it("is partial where a later page fails", async () => {
    await using sentry = await startFakeSentry((api) =>
      api.get("/organizations/acme/members/", (context) =>
        context.req.query("cursor")
          ? context.json({}, 500)
          : context.json([{ id: "1" }], 200, { link: linkTo("100:1:0") }),
      ),
    )

    const { ids, ends } = await readAll(openFakeKind(sentry, "user").reading)

    expect(ids).toEqual(["1"])
    expect(ends).toEqual({ "": expect.objectContaining({ state: "partial" }) })
  })

  it("needs no verdict: its list is proof", async () => {
    await using sentry = await startFakeSentry(() => undefined)
    const kind = openFakeKind(sentry, "user")

    expect(kind.listIsProof).toBe(true)
    expect(await kind.lookUp([{ part: "", id: "1" }], signal)).toMatchObject([{ state: "unknown" }])
  })
})

describe("team", () => {
  const teams = [
    { id: "1", slug: "platform", memberCount: 2 },
    { id: "2", slug: "empty", memberCount: 0 },
    { id: "3", slug: "secret", memberCount: 1 },
    { id: "4", slug: "old" },
  ]
  const start = () =>
    startFakeSentry((api) => {
      api.get("/organizations/acme/teams/", (context) => context.json(teams))
      api.get("/teams/acme/secret/members/", (context) => context.json(denied, 403))
      api.get("/teams/acme/old/members/", (context) => context.json([{ id: "9" }]))
      api.get("/teams/acme/platform/members/", (context) => {
        const second = context.req.query("cursor") !== undefined
        return context.json([{ id: second ? "8" : "7" }], 200, {
          link: linkTo(second ? undefined : "100:1:0"),
        })
      })
    })

  it("comes without members, and without asking for them, by default", async () => {
    await using sentry = await start()
    const kind = openFakeKind(sentry, "team")

    const { items } = await readAll(kind.reading)
    const enriched = await kind.enrich(items, signal)

    expect(enriched.items.map(({ raw }) => raw)).toEqual(teams)
    expect(sentry.asked).toHaveLength(1)
  })

  it("has all pages of its members where they are wanted", async () => {
    await using sentry = await start()
    const kind = openFakeKind(sentry, "team", { includeMembers: true })

    const { items } = await readAll(kind.reading)
    const enriched = await kind.enrich(items, signal)

    expect(enriched.items.map(({ raw }) => [raw.slug, raw.__members])).toEqual([
      ["platform", [{ id: "7" }, { id: "8" }]],
      ["empty", []],
      ["old", [{ id: "9" }]],
    ])
    expect(sentry.count("teams/acme/empty/members/")).toBe(0)
  })

  it("is left alone where its members cannot be read", async () => {
    await using sentry = await start()
    const kind = openFakeKind(sentry, "team", { includeMembers: true })

    const { items } = await readAll(kind.reading)
    const { unread } = await kind.enrich(items, signal)

    expect(unread).toEqual([
      {
        origin: { part: "", id: "3" },
        outcome: expect.objectContaining({ state: "denied", hint: expect.stringContaining("team:read") }),
      },
    ])
  })
})

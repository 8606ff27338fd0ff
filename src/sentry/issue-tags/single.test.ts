import { describe, expect, it } from "vitest"
import { missing, startFakeSentry } from "../../../test/support/fake-sentry.ts"
import { singleIssueTags } from "./single.ts"

const signal = new AbortController().signal
const path = "/organizations/acme/issues/1/tags/environment/"
const value = (name: string, more: object = {}) => ({
  key: "environment",
  name,
  value: name,
  count: 1,
  ...more,
})

async function ask(
  tag: unknown,
  { status = 200, values = [value("listed")] }: { status?: 200 | 404 | 403; values?: object[] } = {},
) {
  await using sentry = await startFakeSentry((api) => {
    api.get(`${path}values/`, (context) => context.json(values))
    api.get(path, (context) => context.json(tag as object, status))
  })
  const issues = [{ raw: {}, origin: { part: "api", id: "1" } }]
  const read = singleIssueTags(sentry.client(), { missing: "unknown", misses: 0 })
  const answer = (await read(issues, "environment", signal)).get("1")
  const requests = sentry.count(/tags/)
  const again = (await read(issues, "environment", signal)).get("1")
  const found = answer?.ok ? answer.value : answer
  expect(again?.ok && again.value).toEqual(found)
  return { values: found, requests, next: sentry.count(/tags/) - requests }
}

describe("the values of one issue", () => {
  it("are the most frequent ones, where those are all", async () => {
    const topValues = [
      value("often", { firstSeen: "2026-01-01T00:00:00Z" }),
      value("newest", { firstSeen: "2026-02-01T00:00:00Z" }),
    ]

    const { values, requests } = await ask({ uniqueValues: 2, topValues })

    expect(values).toEqual(topValues.toReversed())
    expect(requests).toBe(1)
  })

  it.each<[what: string, tag: unknown, status?: 200 | 403]>([
    ["there are more", { uniqueValues: 2, topValues: [value("a")] }],
    ["their number is not told", { topValues: [value("a")] }],
    ["events without the tag count as a value", { uniqueValues: 2, topValues: [value("a"), value("")] }],
    ["the answer is something else", { uniqueValues: 1, topValues: "a" }],
    ["it is refused", { detail: "no" }, 403],
  ])("are those of the list, where %s", async (_, tag, status = 200) => {
    const { values, requests } = await ask(tag, { status })

    expect(values).toEqual([value("listed")])
    expect(requests).toBe(2)
  })

  it("are none, where the issue has no such tag", async () => {
    expect(await ask(missing, { status: 404, values: [] })).toEqual({ values: [], requests: 2, next: 1 })
  })

  it("are those of the list only, where the server says of every tag that it is missing", async () => {
    await using sentry = await startFakeSentry((api) => {
      api.get("/organizations/acme/issues/:id/tags/environment/values/", (context) =>
        context.json([value("listed")]),
      )
      api.get("/organizations/acme/issues/:id/tags/environment/", (context) => context.json(missing, 404))
    })
    const issues = Array.from({ length: 40 }, (_, at) => ({ raw: {}, origin: { part: "api", id: `${at}` } }))

    const read = singleIssueTags(sentry.client(), { missing: "unknown", misses: 0 })
    const answers = [...(await read(issues, "environment", signal)).values()]

    expect(answers).toEqual(Array(40).fill({ ok: true, value: [value("listed")] }))
    expect(sentry.count(/tags\/environment\/$/)).toBeLessThan(20)
  })
})

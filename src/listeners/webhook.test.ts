import { describe, expect, it } from "vitest"
import { systemClock } from "../common/sleep.ts"
import { createResyncRequests } from "./resync-requests.ts"
import { sameText, webhookAddress, webhookKey, webhookRoute } from "./webhook.ts"

const identifier = "my-sentry"
const key = webhookKey({ identifier }, "the client secret")

/** The route, and how often a resync was asked for. */
function testRoute() {
  const requests = createResyncRequests(systemClock)
  let asked = 0
  const route = webhookRoute({ key, identifier, requests: { ...requests, ask: () => asked++ } })
  const call = (path: string, body?: string) =>
    Promise.resolve(route.request(path, { method: "POST", ...(body === undefined ? {} : { body }) }))
  return { requests, call, asked: () => asked }
}

describe("the address that Port is given", () => {
  it("is the same at every start, and another for another identifier or secret", () => {
    expect(webhookKey({ identifier }, "the client secret")).toBe(key)
    expect(webhookKey({ identifier: "another" }, "the client secret")).not.toBe(key)
    expect(webhookKey({ identifier }, "another secret")).not.toBe(key)
    expect(webhookAddress("https://me.example/base", key)).toBe(`https://me.example/base/resync/${key}`)
  })

  it("holds 256 bits that nobody can guess, in letters that need no escaping", () => {
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })
})

describe("Port's call", () => {
  const after = { identifier, updatedAt: "2026-11-20T10:00:01Z", resyncState: null }

  it.each([
    ["no body", undefined],
    ["a body that is no JSON", "x=1"],
    ["a body that announces nothing", '{"action":"RESYNC"}'],
    ["a change of our record", JSON.stringify({ diff: { after } })],
  ])("with %s asks for a resync, and is answered at once", async (_, body) => {
    const { call, asked } = testRoute()
    const answer = await call(`/resync/${key}`, body)
    expect([answer.status, asked()]).toEqual([202, 1])
  })

  it.each([
    ["our own writing of the resync state", { ...after, resyncState: { updatedAt: after.updatedAt } }],
    ["a change of another integration", { ...after, identifier: "another" }],
    ["a deletion", null],
  ])("that announces %s asks for nothing", async (_, announced) => {
    const { call, asked } = testRoute()
    const answer = await call(`/resync/${key}`, JSON.stringify({ diff: { after: announced } }))
    expect([answer.status, asked()]).toEqual([202, 0])
  })

  it("is refused where nothing would come of it", async () => {
    const { call, asked, requests } = testRoute()
    requests.refuse("this process does not resync")
    const answer = await call(`/resync/${key}`)
    expect([answer.status, await answer.json(), asked()]).toEqual([
      409,
      { ok: false, message: "this process does not resync" },
      0,
    ])
  })

  it("to any other address finds nothing", async () => {
    const { call, asked } = testRoute()
    const paths = [`/resync/${key.slice(0, -1)}`, `/resync/${key}x`, "/resync/", "/resync"]
    const answers = await Promise.all(paths.map((path) => call(path)))
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
    expect(asked()).toBe(0)
  })
})

describe("comparing secrets", () => {
  it("holds texts of any length against each other", () => {
    expect([
      sameText("a", "a"),
      sameText("", ""),
      sameText("a", "b"),
      sameText("a", "aa"),
      sameText("ä", "a"),
    ]).toEqual([true, true, false, false, false])
  })
})

// Signing in at the pages, and what a session may do: on the routes of the pages and on those of the catalog.
import { describe, expect, it } from "vitest"
import { at, engines } from "../support/engines.ts"
import { send, startPages } from "../support/pages.ts"

const hour = 3_600_000
const day = 24 * hour

describe.each(engines)("a link (%s)", (engine) => {
  it("signs in once, by a cookie that no script reads and no other site sends", async () => {
    const { url, store } = await startPages({ engine })
    const { token } = await store.issueLink({ role: "admin", name: "Ada" })
    expect(await store.wasUsed()).toBe(false)
    const answer = await send("POST", `${url}/integration/session`, { token })
    expect(answer).toMatchObject({ status: 200, body: { signedIn: true, role: "admin", name: "Ada" } })
    expect(answer.headers.get("set-cookie")).toMatch(
      /^ocean_sentry_[\da-f]{8}=[\w-]{43};.*HttpOnly; SameSite=Strict$/,
    )
    expect(await store.wasUsed()).toBe(true)
    const again = await send("POST", `${url}/integration/session`, { token })
    expect(again).toMatchObject({
      status: 401,
      body: { error: "link_used", hint: expect.stringContaining("sign-in") },
    })
    expect(again.headers.get("set-cookie")).toBeNull()
  })

  it("lets one in where two come with it at the same time", async () => {
    const { url, store } = await startPages({ engine })
    const { token } = await store.issueLink({ role: "admin", name: "Ada" })
    const both = await Promise.all([1, 2].map(() => send("POST", `${url}/integration/session`, { token })))
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
  })

  it("is over after an hour, and an invented one is none", async () => {
    let now = Date.now()
    const { url, store } = await startPages({ engine, now: () => now })
    const { token } = await store.issueLink({ role: "admin", name: "Ada" })
    now += hour
    for (const [sent, error] of [
      [token, "link_expired"],
      ["x".repeat(43), "link_unknown"],
    ])
      expect(await send("POST", `${url}/integration/session`, { token: sent })).toMatchObject({
        status: 401,
        body: { error },
      })
  })
})

describe.each(engines)("a session (%s)", (engine) => {
  it("lasts thirty days from its last use", async () => {
    let now = Date.now()
    const pages = await startPages({ engine, now: () => now })
    const ada = await pages.visitor("admin")
    for (const [later, status] of [
      [29 * day, 200],
      [29 * day, 200],
      [31 * day, 401],
    ] as const) {
      now += later
      expect((await ada.request("GET", `${pages.url}/integration/sessions`)).status).toBe(status)
    }
  })

  it("ends when its person signs out; others' end one by one or all at once", async () => {
    const { url, visitor } = await startPages({ engine })
    const [ada, bob, eve] = [
      await visitor("admin", "Ada"),
      await visitor("admin", "Bob"),
      await visitor("viewer", "Eve"),
    ]
    const listed = await ada.request("GET", `${url}/integration/sessions`)
    const sessions = at(listed.body, "sessions") as { id: string; name: string; current: boolean }[]
    expect(sessions.map(({ name, current }) => [name, current]).sort()).toEqual([
      ["Ada", true],
      ["Bob", false],
      ["Eve", false],
    ])
    const ofBob = sessions.find(({ name }) => name === "Bob")?.id
    expect((await ada.request("DELETE", `${url}/integration/sessions/${ofBob}`)).status).toBe(200)
    expect((await ada.request("DELETE", `${url}/integration/sessions/${ofBob}`)).status).toBe(404)
    expect((await bob.request("GET", `${url}/integration/sessions`)).status).toBe(401)
    expect((await eve.request("DELETE", `${url}/integration/session?everywhere=true`)).status).toBe(403)
    expect((await ada.request("DELETE", `${url}/integration/session`)).status).toBe(200)
    expect((await ada.request("GET", `${url}/integration/session`)).body).toMatchObject({ signedIn: false })
    expect((await eve.request("GET", `${url}/integration/sessions`)).status).toBe(200)
    const cy = await visitor("admin", "Cy")
    expect((await cy.request("DELETE", `${url}/integration/session?everywhere=true`)).status).toBe(200)
    expect((await eve.request("GET", `${url}/integration/sessions`)).status).toBe(401)
  })
})

describe("another site's page", () => {
  it.each([
    ["says it is one", { "sec-fetch-site": "cross-site" }],
    ["is on another port of this host", { "sec-fetch-site": "same-site", origin: "http://127.0.0.1:1" }],
    ["has an old browser, and its origin", { origin: "https://evil.example" }],
    ["hides its origin", { origin: "null" }],
    ["sends nothing to tell by", {}],
  ])("changes nothing by somebody's session where it %s", async (_, headers) => {
    const { url, catalogUrl, visitor, store } = await startPages()
    const { cookie } = await visitor("admin")
    const sent = { cookie, ...(headers as Record<string, string>) }
    const refused = { status: 403, body: { error: "cross_site" } }
    expect(await send("POST", `${url}/integration/session/links`, { role: "admin" }, sent)).toMatchObject(
      refused,
    )
    expect(await send("POST", `${catalogUrl}/v1/blueprints`, {}, sent)).toMatchObject(refused)
    expect(await send("DELETE", `${url}/integration/session`, undefined, sent)).toMatchObject(refused)
    const { token } = await store.issueLink({ role: "admin", name: "Ada" })
    expect(await send("POST", `${url}/integration/session`, { token }, sent)).toMatchObject(refused)
  })

  it("reads nothing either, as far as the browser tells; a page of this origin may, behind a proxy too", async () => {
    const { url, catalogUrl, visitor } = await startPages()
    const { cookie } = await visitor("admin")
    for (const place of [`${url}/integration/sessions`, `${catalogUrl}/v1/blueprints`]) {
      const status = async (headers: Record<string, string>) =>
        (await send("GET", place, undefined, { cookie, ...headers })).status
      expect(await status({ "sec-fetch-site": "same-site" })).toBe(403)
      expect(await status({ "sec-fetch-site": "same-origin" })).toBe(200)
      expect(await status({})).toBe(200)
    }
    const proxied = {
      cookie,
      origin: "https://sentry.acme.example",
      "x-forwarded-host": "sentry.acme.example",
    }
    const link = await send("POST", `${url}/integration/session/links`, { role: "viewer" }, proxied)
    expect(link.status).toBe(201)
  })
})

describe("a read-only session", () => {
  it("looks and searches, and changes nothing", async () => {
    const { url, catalogUrl, visitor } = await startPages()
    const eve = await visitor("viewer")
    const query = { combinator: "and", rules: [] }
    expect((await eve.request("GET", `${catalogUrl}/v1/blueprints`)).status).toBe(200)
    expect((await eve.request("POST", `${catalogUrl}/v1/entities/search`, query)).status).toBe(200)
    expect((await eve.request("POST", `${catalogUrl}/v1/blueprints/_user/entities/search`, {})).status).toBe(
      200,
    )
    const refused = { status: 403, body: { error: "read_only" } }
    for (const [method, place] of [
      ["POST", `${catalogUrl}/v1/blueprints`],
      ["PATCH", `${catalogUrl}/v1/blueprints/_user/entities/search`],
      ["POST", `${catalogUrl}/v1/blueprints/_user/entities`],
      ["DELETE", `${catalogUrl}/v1/blueprints/_user/all-entities`],
      ["POST", `${url}/integration/session/links`],
      ["DELETE", `${url}/integration/sessions/some`],
    ] as const)
      expect(await eve.request(method, place, {}), `${method} ${place}`).toMatchObject(refused)
  })

  it("sees neither the secret nor the address of a webhook data source, which others do", async () => {
    const { catalogUrl, visitor } = await startPages()
    const [ada, eve] = [await visitor("admin", "Ada"), await visitor("viewer")]
    const body = {
      identifier: "hook",
      title: "Hook",
      security: { secret: "s3cret", signatureHeaderName: "x" },
    }
    expect((await ada.request("POST", `${catalogUrl}/v1/webhooks`, body)).status).toBe(201)
    const seen = async (who: typeof ada) => {
      const all = await who.request("GET", `${catalogUrl}/v1/webhooks`)
      const one = await who.request("GET", `${catalogUrl}/v1/webhooks/hook`)
      return [at(all.body, "integrations.0"), at(one.body, "integration")]
    }
    const [whole, wholeToo] = await seen(ada)
    expect(whole).toMatchObject({
      security: { secret: "s3cret" },
      webhookKey: expect.stringMatching(/^[\w-]{24}$/),
    })
    expect(wholeToo).toEqual(whole)
    const key = String(at(whole, "webhookKey"))
    const hidden = await seen(eve)
    for (const one of hidden)
      expect(one).toMatchObject({
        security: { secret: "***" },
        webhookKey: "***",
        url: expect.stringMatching(/\/ingest\/\*{3}$/),
      })
    expect(JSON.stringify(hidden)).not.toContain(key)
    const audits = await ada.request("GET", `${catalogUrl}/v1/audit-log?resources=webhook`)
    expect(audits.body).toMatchObject({ audits: [{ trigger: { by: { userId: "Ada" }, origin: "UI" } }] })
  })
})

describe("without a session", () => {
  it("nothing is shown; a link for a colleague gives one, and a token of the catalog does as well", async () => {
    const { url, catalogUrl, visitor } = await startPages({ isToken: (token) => token === "good" })
    for (const place of [
      `${url}/integration/sessions`,
      `${url}/integration/none`,
      `${catalogUrl}/v1/blueprints`,
    ])
      expect((await send("GET", place)).status, place).toBe(401)
    const given = { authorization: "Bearer good" }
    expect((await send("GET", `${url}/integration/sessions`, undefined, given)).status).toBe(200)
    expect(
      (await send("GET", `${url}/integration/sessions`, undefined, { authorization: "Bearer bad" })).status,
    ).toBe(401)
    const link = await send(
      "POST",
      `${url}/integration/session/links`,
      { role: "viewer", name: "Eve" },
      given,
    )
    const token = String(at(link.body, "url")).split("#")[1]
    const eve = await send("POST", `${url}/integration/session`, { token })
    expect(eve.body).toMatchObject({ role: "viewer", name: "Eve" })
    const wrong = await send("POST", `${url}/integration/session/links`, { role: "owner" }, given)
    expect(wrong).toMatchObject({ status: 422, body: { error: "invalid_request" } })
    const ada = await visitor("admin")
    expect((await ada.request("GET", `${url}/integration/runs`)).body).toMatchObject({ error: "starting" })
  })
})

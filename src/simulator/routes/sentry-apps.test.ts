// Integrations managed by API: who may, what is refused, what is seen of the secret.
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { useReceiver } from "../../../test/support/receiver.ts"
import { ask, steppedClock, useSimulator, walk } from "../../../test/support/simulator.ts"
import type { JsonObject, JsonValue } from "../../common/json.ts"
import { readScopes, type Scope } from "../access.ts"
import { createOrganization } from "../organization.ts"
import type { SimulatorOptions } from "../serve.ts"

function fixture(name: string): JsonValue {
  return JSON.parse(
    readFileSync(new URL(`../../../test/fixtures/sentry/api/${name}.json`, import.meta.url), "utf8"),
  )
}

const request = fixture("sentry-app.create.request") as JsonObject // the recorded body is an object

async function start(options: SimulatorOptions = {}) {
  const clock = steppedClock("2026-11-20T10:15:00Z")
  const organization = createOrganization({ slug: "test-org", name: "Test Org", clock })
  organization.addProject({ slug: "api" })
  const writer: Scope[] = [...readScopes, "org:write"]
  const simulator = await useSimulator({
    organization,
    tokens: {
      writer: { owner: "user", scopes: writer },
      owner: { owner: "user", scopes: [...writer, "org:admin"] },
      reader: { owner: "user" },
      robot: { owner: "integration", scopes: writer },
    },
    ...options,
  })
  const call = (method: string, path: string, token = "writer", body?: JsonValue) =>
    ask(simulator, path, { method, token, ...(body === undefined ? {} : { body }) })
  const create = (token = "writer", more: JsonObject = {}) =>
    call("POST", "sentry-apps/", token, { ...request, ...more })
  const list = async (token: string) =>
    (await call("GET", "organizations/test-org/sentry-apps/", token)).body as JsonObject[]
  return { simulator, organization, clock, call, create, list }
}

describe("an integration", () => {
  it("is made by a person who may write, and answered in Sentry's shape with its secret", async () => {
    const { create, organization } = await start()
    const { status, body } = await create()
    const known = fixture("sentry-app.create.response") as JsonObject
    expect(status).toBe(201)
    expect(Object.keys(body as JsonObject)).toEqual(Object.keys(known))
    for (const same of [
      "events",
      "webhookEvents",
      "scopes",
      "status",
      "webhookUrl",
      "isAlertable",
      "author",
    ]) {
      expect((body as JsonObject)[same]).toEqual(known[same])
    }
    expect(body).toMatchObject({
      slug: expect.stringMatching(/^catalog-sync-[0-9a-f]{6}$/),
      clientSecret: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect([...organization.apps.values()]).toMatchObject([{ installation: { uuid: expect.any(String) } }])
  })

  it("is listed with its installation, in Sentry's shape", async () => {
    const { create, simulator } = await start()
    await create()
    const apps = await walk(simulator, "organizations/test-org/sentry-apps/")
    const installations = await walk(simulator, "organizations/test-org/sentry-app-installations/")
    const shape = (rows: JsonValue) => (rows as JsonObject[]).map((row) => Object.keys(row))
    expect(shape(apps.rows)).toEqual(shape(fixture("sentry-apps.list")))
    expect(shape(installations.rows)).toEqual(shape(fixture("sentry-app-installations")))
  })

  it.each([
    ["an integration's token", "robot", {}, 403, "permission"],
    ["a person who may only read", "reader", {}, 403, "permission"],
    [
      "scopes its maker does not have",
      "writer",
      { scopes: ["event:read", "project:write"] },
      400,
      "project:write",
    ],
    ["events without event:read", "writer", { scopes: ["org:read"] }, 400, "event:read"],
    ["a name that is too long", "writer", { name: "x".repeat(58) }, 400, "57"],
    ["no name", "writer", { name: "" }, 400, "blank"],
    ["an address that is none", "writer", { webhookUrl: "ftp://x" }, 400, "http[s]://"],
    ["an event nobody knows", "writer", { events: ["weather"] }, 400, "events"],
    ["another organization", "writer", { organization: "other" }, 404, "does not exist"],
  ])("is refused to or with %s", async (_, token, more, status, words) => {
    const { create, organization } = await start()
    const answer = await create(token, more as JsonObject)
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(words)
    expect(organization.apps.size).toBe(0)
  })

  it("wants errors only where the plan has them", async () => {
    const { create, organization } = await start()
    organization.features = []
    expect((await create("writer", { events: ["error"] })).text).toContain("'error' resource")
  })

  it("is changed by who may write, and deleted by an administrator of the organization alone", async () => {
    const { call, create, organization } = await start()
    const { slug } = (await create()).body as { slug: string }
    const path = `sentry-apps/${slug}/`
    const change = {
      name: "Catalog Sync",
      scopes: ["event:read"],
      events: ["issue"],
      webhookUrl: "https://b.example",
    }
    expect((await call("PUT", path, "robot", change)).status).toBe(403)
    expect((await call("PUT", path, "writer", change)).body).toMatchObject(change)
    expect((await call("PUT", path, "writer", { name: "Renamed" })).body).toMatchObject({
      ...change,
      name: "Renamed",
      overview: "Feeds the software catalog",
      status: "internal",
    })
    expect((await call("GET", path, "writer")).body).toMatchObject({ name: "Renamed" })
    expect((await call("GET", "sentry-apps/nowhere/", "writer")).status).toBe(404)
    expect((await call("DELETE", path, "writer")).status).toBe(403)
    expect((await call("DELETE", path, "owner")).status).toBe(204)
    expect(organization.apps.size).toBe(0)
    expect((await call("PATCH", path, "owner")).status).toBe(405)
  })
})

describe("the secret", () => {
  it("is shown to who may write for a day, masked to others, and to nobody later", async () => {
    const { create, list, clock } = await start()
    const { clientSecret } = (await create()).body as { clientSecret: string }
    const seen = async (token: string) => (await list(token))[0]?.clientSecret
    expect(await seen("writer")).toBe(clientSecret)
    expect(await seen("reader")).toMatch(/^\*+$/)
    clock.set("2026-11-21T10:15:01Z")
    expect(await seen("writer")).toBeNull()
    expect(await seen("reader")).toBeNull()
  })

  it("is replaced at once", async () => {
    const { call, create, organization } = await start()
    const { slug, clientSecret } = (await create()).body as { slug: string; clientSecret: string }
    expect((await call("POST", `sentry-apps/${slug}/rotate-secret/`, "robot")).status).toBe(403)
    const rotated = (await call("POST", `sentry-apps/${slug}/rotate-secret/`)).body as JsonObject
    expect(rotated.clientSecret).toMatch(/^[0-9a-f]{64}$/)
    expect(rotated.clientSecret).not.toBe(clientSecret)
    expect(organization.apps.get(slug)?.clientSecret).toBe(rotated.clientSecret)
  })

  it("of the 9 series is not in the answer, but in every list", async () => {
    const { create, list } = await start({ legacy: true })
    expect((await create()).body).not.toHaveProperty("clientSecret")
    expect((await list("reader"))[0]?.clientSecret).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe("what was sent", () => {
  it("can be looked at, the newest first, by event and by failure, in Sentry's shape", async () => {
    const { simulator, organization, call, create } = await start()
    const receiver = await useReceiver()
    const { slug } = (await create("writer", { webhookUrl: receiver.url })).body as { slug: string }
    const { id } = organization.addIssue("api", { title: "one" })
    await simulator.webhooks.idle()
    receiver.answer = { status: 500 }
    organization.resolve(id)
    await simulator.webhooks.idle()
    const path = `sentry-apps/${slug}/webhook-requests/`
    const rows = async (query = "") => (await call("GET", `${path}${query}`)).body as JsonObject[]
    expect((await rows()).map(({ eventType, responseCode }) => [eventType, responseCode])).toEqual([
      ["issue.resolved", 500],
      ["issue.created", 200],
    ])
    expect(Object.keys((await rows())[0] ?? {})).toEqual(
      Object.keys((fixture("sentry-app.webhook-requests") as JsonObject[])[0] ?? {}),
    )
    expect(await rows("?errorsOnly=true")).toHaveLength(1)
    expect(await rows("?eventType=issue.created")).toHaveLength(1)
  })
})

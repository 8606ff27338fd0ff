import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"

const query = { combinator: '"and"', rules: [{ property: "'$title'", operator: "'='", value: ".body.name" }] }
const mappings = [
  {
    blueprint: "service",
    entity: { identifier: ".body.id", title: "Plain words", properties: { a: ".body.a" } },
  },
  { blueprint: "service", operation: "create", filter: ".body.on", entity: { identifier: query } },
  { blueprint: "service", operation: "delete", entity: { identifier: ".body.id" } },
  {
    blueprint: "service",
    operation: { type: "delete", deleteDependents: false },
    itemsToParse: ".body.list",
    entity: { identifier: ".item.id" },
  },
  {
    blueprint: "service",
    operation: { type: "create" },
    entity: { identifier: ".body.id", team: query, relations: { owner: ".body.owner", also: query } },
  },
]
const body = { identifier: "mapper", title: "A mapper", icon: "Sentry", enabled: true, mappings }

describe.each(engines)("webhook data sources on %s", (engine) => {
  let catalog: RunningCatalog
  let now: number

  beforeEach(async () => {
    now = Date.parse("2026-03-10T12:00:00.000Z")
    const clock = { now: () => now, sleep: async () => undefined }
    catalog = await startCatalog({ database: await openTestDatabase(engine), clock })
  })
  afterEach(() => catalog.close())

  const send = (method: string, path: string, sent?: unknown) =>
    catalog.request(method, `/v1/webhooks${path}`, sent)
  const read = async (path: string) => at((await send("GET", path)).body, "integration")

  it("come back as they were created, under `integration`, with their address and an object for security", async () => {
    expect(await send("GET", "/mapper")).toMatchObject({
      status: 404,
      body: { ok: false, error: "not_found" },
    })
    const created = await send("POST", "", body)
    expect(created).toMatchObject({ status: 201, body: { ok: true } })
    const webhookKey = String(at(created.body, "integration.webhookKey"))
    expect(webhookKey).toMatch(/^[A-Za-z0-9_-]{24}$/)
    expect(await read("/mapper")).toEqual({
      ...body,
      integrationType: "custom",
      security: {},
      webhookKey,
      url: `${catalog.url}/ingest/${webhookKey}`,
      createdAt: "2026-03-10T12:00:00.000Z",
      createdBy: catalog.clientId,
      updatedAt: "2026-03-10T12:00:00.000Z",
      updatedBy: catalog.clientId,
    })
    expect(await read("/mapper")).toEqual(at(created.body, "integration"))
    expect(await send("POST", "", body)).toMatchObject({ status: 409, body: { error: "identifier_taken" } })
  })

  it("get an identifier where none is sent, are listed in the order of their creation, and are deleted", async () => {
    await send("POST", "", body)
    now += 1
    const { body: unnamed } = await send("POST", "", { title: "No name", security: null, mappings: null })
    const identifier = String(at(unnamed, "integration.identifier"))
    expect(at(unnamed, "integration")).toMatchObject({ enabled: true, security: {}, mappings: [] })
    const list = (await send("GET", "")).body as { integrations: { identifier: string }[] }
    expect(list.integrations.map((one) => one.identifier)).toEqual(["mapper", identifier])
    expect(await send("DELETE", `/${identifier}`)).toMatchObject({ status: 200, body: { ok: true } })
    for (const [method, name] of ["GET", "PUT", "PATCH", "DELETE"].flatMap((one) => [
      [one, identifier],
      [one, "%00"],
    ])) {
      const sent = method === "GET" || method === "DELETE" ? undefined : { title: "x" }
      expect(await send(method ?? "", `/${name}`, sent)).toMatchObject({
        status: 404,
        body: { ok: false, error: "not_found" },
      })
    }
  })

  it("are replaced and renamed by PUT, and keep their key", async () => {
    const webhookKey = at(
      (await send("POST", "", { ...body, security: { secret: "s" } })).body,
      "integration.webhookKey",
    )
    await send("POST", "", { ...body, identifier: "taken" })
    now += 1_000
    expect(await send("PUT", "/mapper", { ...body, identifier: "taken" })).toMatchObject({ status: 409 })
    const renamed = await send("PUT", "/mapper", { identifier: "other", title: "Other", enabled: false })
    expect(renamed.status).toBe(200)
    expect((await send("GET", "/mapper")).status).toBe(404)
    expect(await read("/other")).toMatchObject({
      identifier: "other",
      title: "Other",
      enabled: false,
      security: {},
      mappings: [],
      webhookKey,
      createdAt: "2026-03-10T12:00:00.000Z",
      updatedAt: "2026-03-10T12:00:01.000Z",
    })
    expect(await read("/other")).not.toHaveProperty("icon")
  })

  it("keep by PATCH what it does not name, the other members of security too", async () => {
    const check = { signatureHeaderName: "sentry-hook-signature", signatureAlgorithm: "sha256" }
    await send("POST", "", { ...body, security: check })
    await send("PATCH", "/mapper", { security: { secret: "told-later" } })
    expect(await read("/mapper")).toMatchObject({ ...body, security: { ...check, secret: "told-later" } })
    await send("PATCH", "/mapper", { security: { secret: null }, enabled: false })
    expect(await read("/mapper")).toMatchObject({ enabled: false, security: { ...check, secret: null } })
    await send("PATCH", "/mapper", { security: null })
    expect(await read("/mapper")).toMatchObject({ mappings, security: {} })
  })

  it.each([
    [{}, "\"body\" must have required property 'title'"],
    [{ ...body, title: "a".repeat(31) }, '"title" must NOT have more than 30 characters'],
    [{ ...body, identifier: "a".repeat(31) }, '"identifier" must NOT have more than 30 characters'],
    [{ ...body, description: "a".repeat(201) }, '"description" must NOT have more than 200 characters'],
    [{ ...body, enabled: "yes" }, '"enabled" must be boolean'],
    [
      { ...body, security: { signatureAlgorithm: "md5" } },
      '"security.signatureAlgorithm" must be equal to one of',
    ],
    [{ ...body, security: { signatureHeader: "x" } }, '"security" must NOT have additional properties'],
    [{ ...body, mappings: {} }, '"mappings" must be array,null'],
    [
      { ...body, mappings: [{ entity: { identifier: ".x" } }] },
      "\"mappings.0\" must have required property 'blueprint'",
    ],
    [
      { ...body, mappings: [{ blueprint: "b", entity: {} }] },
      "\"mappings.0.entity\" must have required property 'identifier'",
    ],
    [{ ...body, mappings: [{ blueprint: "b", selector: {}, entity: { identifier: "." } }] }, "('selector')"],
    [
      { ...body, mappings: [{ blueprint: "b", operation: "drop", entity: { identifier: "." } }] },
      '"mappings.0.operation" must be equal',
    ],
    [
      { ...body, mappings: [{ blueprint: "b", operation: { type: "drop" }, entity: { identifier: "." } }] },
      '"mappings.0.operation.type" must be equal',
    ],
    [
      { ...body, mappings: [{ blueprint: "b", entity: { identifier: { combinator: "and" } } }] },
      "must have required property 'rules'",
    ],
  ])("refuse a body that is wrong, in Port's words (%#)", async (sent, message) => {
    const answer = await send("POST", "", sent)
    expect(answer).toMatchObject({ status: 422, body: { ok: false, error: "invalid_request" } })
    expect(at(answer.body, "message")).toContain(message)
  })

  it("need a token", async () => {
    const response = await fetch(`${catalog.url}/v1/webhooks`)
    expect(response.status).toBe(401)
  })

  it("say where events go", async () => {
    expect(await send("GET", "/metadata")).toMatchObject({
      body: { ok: true, metadata: { ingestUrl: `${catalog.url}/ingest` } },
    })
  })
})

it("an address for senders that was set stands in `url`", async () => {
  const catalog = await startCatalog({ ingestUrl: "https://hooks.example.com/" })
  try {
    const { body: created } = await catalog.request("POST", "/v1/webhooks", { title: "A" })
    expect(at(created, "integration.url")).toMatch(/^https:\/\/hooks\.example\.com\/ingest\/[\w-]{24}$/)
  } finally {
    await catalog.close()
  }
})

import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"
import { ensureCredentials, issueCredentials } from "../credentials.ts"

const start = Date.parse("2026-03-10T12:00:00Z")

describe.each(engines)("access on %s", (engine) => {
  let catalog: RunningCatalog
  let now = start

  beforeAll(async () => {
    const clock = { now: () => now, sleep: async () => undefined }
    catalog = await startCatalog({ database: await openTestDatabase(engine), clock })
  })
  afterAll(() => catalog.close())

  function login(body: unknown) {
    return catalog.request("POST", "/v1/auth/access_token", body, { authorization: "" })
  }
  const right = () => ({ clientId: catalog.clientId, clientSecret: catalog.clientSecret })

  it("gives a token that says it is a machine's, for three hours, and the same one again", async () => {
    const first = await login(right())
    expect(first).toMatchObject({ status: 200, body: { ok: true, tokenType: "Bearer", expiresIn: 10_800 } })
    const token = String(at(first.body, "accessToken"))
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())
    expect(token.split(".")).toHaveLength(3)
    expect(claims).toMatchObject({ isMachine: true, sub: catalog.clientId })
    now += 60_000
    expect((await login(right())).body).toMatchObject({ accessToken: token, expiresIn: 10_740 })
  })

  it("refuses wrong credentials with 401 and a wrong body with 422", async () => {
    expect(await login({ ...right(), clientSecret: "wrong" })).toMatchObject({
      status: 401,
      body: { ok: false, error: "unauthorized" },
    })
    for (const body of [{ clientId: "a" }, { ...right(), more: 1 }, { clientId: 1, clientSecret: 2 }, []]) {
      expect(await login(body)).toMatchObject({ status: 422, body: { ok: false, error: "invalid_request" } })
    }
  })

  it("wants a token of its own on every other route, with or without the word Bearer", async () => {
    const token = await catalog.token()
    const read = (authorization: string) =>
      catalog.request("GET", "/v1/organization", undefined, { authorization })
    expect((await read(`Bearer ${token}`)).status).toBe(200)
    expect((await read(token)).status).toBe(200)
    const [head, payload, signature] = token.split(".")
    const forged = Buffer.from(JSON.stringify({ sub: catalog.clientId, exp: 9e9 })).toString("base64url")
    for (const wrong of [
      "",
      "Bearer",
      "Bearer x.y.z",
      `Bearer ${head}.${forged}.${signature}`,
      `Bearer ${head}.${payload}`,
    ]) {
      expect(await read(wrong)).toMatchObject({ status: 401, body: { ok: false, error: "unauthorized" } })
    }
    expect((await catalog.request("GET", "/v1/nowhere", undefined, { authorization: "" })).status).toBe(401)
  })

  it("ends a token after three hours, and then gives another", async () => {
    const token = await catalog.token()
    now += 3 * 3_600_000
    const answer = await catalog.request("GET", "/v1/organization", undefined, {
      authorization: `Bearer ${token}`,
    })
    expect(answer.status).toBe(401)
    expect(await catalog.token()).not.toBe(token)
  })

  it("keeps the credentials of the first start, until new ones are issued", async () => {
    const first = await ensureCredentials(catalog.database)
    expect(await ensureCredentials(catalog.database)).toEqual(first)
    const second = await issueCredentials(catalog.database)
    expect(second.clientSecret).not.toBe(first.clientSecret)
    expect(second.signingKey).not.toBe(first.signingKey)
    expect(await ensureCredentials(catalog.database)).toEqual(second)
  })
})

describe("every answer", () => {
  let catalog: RunningCatalog

  beforeAll(async () => {
    catalog = await startCatalog({ rateLimit: 20 })
  })
  afterAll(() => catalog.close())

  it("has rate-limit headers with seconds until the reset, also an error", async () => {
    const { status, headers } = await catalog.request("GET", "/v1/nowhere", undefined, { authorization: "" })
    expect(status).toBe(401)
    expect(Number(headers.get("x-ratelimit-limit"))).toBe(20)
    expect(Number(headers.get("x-ratelimit-period"))).toBe(60)
    expect(Number(headers.get("x-ratelimit-remaining"))).toBeGreaterThan(0)
    expect(Number(headers.get("x-ratelimit-reset"))).toBeLessThanOrEqual(60)
  })

  it("is JSON for a route that does not exist, a body that is no JSON, and one that is too large", async () => {
    expect(await catalog.request("GET", "/v1/nowhere")).toMatchObject({
      status: 404,
      body: { ok: false, error: "not_found" },
    })
    expect(await catalog.request("POST", "/v1/blueprints", "{")).toMatchObject({
      status: 400,
      body: { error: "bad_request" },
    })
    const large = JSON.stringify({ x: "x".repeat(1024 * 1024) })
    expect(await catalog.request("POST", "/v1/blueprints", large)).toMatchObject({
      status: 413,
      body: { error: "bad_request" },
    })
  })

  it("measures a body of undeclared length while it comes", async () => {
    const chunk = new TextEncoder().encode("x".repeat(64 * 1024))
    let left = 20
    const body = new ReadableStream({
      pull(controller) {
        left -= 1
        return left < 0 ? controller.close() : controller.enqueue(chunk)
      },
    })
    const headers = { authorization: `Bearer ${await catalog.token()}` }
    const response = await fetch(`${catalog.url}/v1/blueprints`, {
      method: "POST",
      body,
      headers,
      duplex: "half",
    } as RequestInit) // the type lacks duplex
    expect(response.status).toBe(413)
  })

  it("is 429 with a time to wait once a limit that was set is used up", async () => {
    const authorization = `Bearer ${await catalog.token()}`
    const read = () => catalog.request("GET", "/v1/organization", undefined, { authorization })
    const answers = await Promise.all(Array.from({ length: 10 }, read))
    const refused = answers.find((answer) => answer.status === 429)
    expect(refused?.body).toMatchObject({ ok: false })
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0)
  })
})

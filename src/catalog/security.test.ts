// What holds for every route: who may ask, how much at once, and what nobody may make it do.
import { createHmac } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../test/support/catalog.ts"
import { catalogOperations } from "./operations.ts"

const guarded = catalogOperations.filter(({ path }) => path !== "/v1/auth/access_token")
const withBody = guarded.filter(({ body }) => body !== undefined)

describe("every route", () => {
  let catalog: RunningCatalog
  beforeAll(async () => {
    catalog = await startCatalog()
  })
  afterAll(() => catalog.close())

  const send = (operation: { method: string; path: string }, init: RequestInit = {}) =>
    fetch(`${catalog.url}${operation.path.replace(/\{\w+\}/g, "some")}`, {
      method: operation.method.toUpperCase(),
      ...init,
    })

  it("refuses who has no token, a forged one, one without a signature, and other credentials of the same form", async () => {
    const [header = "", payload = "", signature = ""] = (await catalog.token()).split(".")
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url")
    const forged = createHmac("sha256", "another key").update(`${header}.${payload}`).digest("base64url")
    const tokens = [
      undefined,
      "",
      "Bearer",
      `Bearer ${none}.${payload}.`,
      `Bearer ${none}.${payload}.${signature}`,
      `Bearer ${header}.${payload}.${forged}`,
      `Basic ${Buffer.from(`${catalog.clientId}:${catalog.clientSecret}`).toString("base64")}`,
    ]
    for (const operation of guarded) {
      const token = tokens[guarded.indexOf(operation) % tokens.length]
      for (const one of new Set([undefined, token])) {
        const answer = await send(operation, { headers: one === undefined ? {} : { authorization: one } })
        expect(answer.status, `${operation.method} ${operation.path} ${one}`).toBe(401)
        expect(await answer.json()).toMatchObject({ ok: false, error: "unauthorized" })
      }
    }
    for (const path of ["/v1", "/v1/", "/v1/none", "/v1/../v1/blueprints", "/v1//blueprints"])
      expect((await send({ method: "get", path })).status, path).toBe(401)
  })

  it("takes no more than 1 MiB, said beforehand or not", async () => {
    const authorization = `Bearer ${await catalog.token()}`
    const large = JSON.stringify({ a: "x".repeat(1024 * 1024) })
    for (const operation of withBody) {
      const answer = await send(operation, { headers: { authorization }, body: large })
      expect(answer.status, `${operation.method} ${operation.path}`).toBe(413)
      expect(await answer.json()).toMatchObject({ ok: false, error: "bad_request" })
    }
    const streamed = await send(
      { method: "post", path: "/v1/blueprints" },
      {
        headers: { authorization },
        body: new Blob([large]).stream(),
        duplex: "half",
      } as RequestInit, // `duplex` is not in the types yet
    )
    expect(streamed.status).toBe(413)
  })

  it("opens itself to no other origin", async () => {
    const authorization = `Bearer ${await catalog.token()}`
    const headers = { origin: "https://evil.example", "access-control-request-method": "DELETE" }
    for (const [method, more] of [
      ["OPTIONS", {}],
      ["GET", { authorization }],
    ] as const) {
      const answer = await send({ method, path: "/v1/blueprints" }, { headers: { ...headers, ...more } })
      const named = [...answer.headers.keys()].filter((name) => name.startsWith("access-control-"))
      expect(named).toEqual([])
    }
  })

  it("tells its limits with every answer, and lets nothing of a request into a header", async () => {
    const authorization = `Bearer ${await catalog.token()}`
    const answers = [
      await send({ method: "get", path: "/v1/blueprints" }),
      await send({ method: "get", path: "/v1/blueprints" }, { headers: { authorization } }),
      await send(
        { method: "get", path: "/v1/blueprints/a%0d%0ax-injected:%201" },
        { headers: { authorization } },
      ),
      await send({ method: "post", path: "/v1/blueprints" }, { headers: { authorization }, body: "{" }),
    ]
    for (const { headers } of answers) {
      for (const name of ["limit", "period", "remaining", "reset"])
        expect(headers.get(`x-ratelimit-${name}`)).toMatch(/^\d+$/)
      expect(headers.get("x-injected")).toBeNull()
    }
  })
})

import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { createHttpClient } from "../common/http-client.ts"
import { createDispatcher } from "../common/http-dispatcher.ts"
import { silentLogger } from "../common/logger.ts"
import { createPortClient, type PortClient, portRetryPolicy } from "./client.ts"
import { PortError } from "./request.ts"

interface Asked {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
  headers: Record<string, unknown>
}
type Answer = { status: number; body: unknown }

/** A server that answers by a script, since what is tested is what we send and make of answers. */
describe("Port's client", () => {
  let server: Server
  let port: PortClient
  let asked: Asked[] = []
  let tokens = 0
  let answer: (request: Asked) => Answer | undefined = () => undefined

  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = ""
      request.on("data", (chunk) => {
        text += chunk
      })
      request.on("end", () => {
        const url = new URL(request.url ?? "", "http://x")
        const one: Asked = {
          method: request.method ?? "",
          path: url.pathname,
          query: url.searchParams,
          body: text === "" ? undefined : JSON.parse(text),
          headers: request.headers,
        }
        asked.push(one)
        const scripted = answer(one)
        const newToken = () => ({
          ok: true,
          accessToken: `t${++tokens}`,
          expiresIn: 10_800,
          tokenType: "Bearer",
        })
        const given =
          scripted ??
          (one.path === "/v1/auth/access_token"
            ? { status: 200, body: newToken() }
            : { status: 200, body: { ok: true } })
        response.writeHead(given.status, { "content-type": "application/json" })
        response.end(typeof given.body === "string" ? given.body : JSON.stringify(given.body))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    asked = []
    tokens = 0
    answer = () => undefined
    const clock = { now: () => Date.now(), sleep: async () => undefined }
    const dispatcher = createDispatcher({ connections: 4, verifyTls: true, extraCertificates: [], proxy: {} })
    port = createPortClient({
      http: createHttpClient({
        peer: "Port",
        dispatcher,
        retry: portRetryPolicy(1),
        timeoutMs: 5_000,
        log: silentLogger,
        clock,
      }),
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clientId: "id",
      clientSecret: "secret",
      integration: { type: "sentry", identifier: "my-sentry", version: "1.2.3" },
      limits: { maxLength: 20, maxBytes: 1_048_576 },
      deleteBatch: 1000,
      concurrency: 3,
      bulkRetry: { ...portRetryPolicy(1), retries: 2 },
    })
  })

  const how = { merge: true, createMissing: true, resyncId: "run-1" }
  const entity = (identifier: string) => ({ identifier, blueprint: "b" })

  it("fetches one token for requests at the same time and marks entity writes as the exporter's", async () => {
    await Promise.all([port.integration.patch({}), port.integration.patch({})])
    await port.entities.patch("b", "x/y", { title: "t" })
    expect(asked.filter(({ path }) => path.endsWith("access_token"))).toHaveLength(1)
    const last = asked.at(-1)
    expect(last?.path).toBe("/v1/blueprints/b/entities/x%2Fy")
    expect(last?.headers).toMatchObject({
      authorization: "Bearer t1",
      "user-agent": "port-ocean/sentry/1.2.3/my-sentry/exporter",
    })
    expect(asked[0]?.headers["user-agent"]).toBe("port-ocean/sentry/1.2.3/my-sentry")
  })

  it("replaces a token that is refused, once", async () => {
    answer = ({ headers }) =>
      headers.authorization === "Bearer t1" ? { status: 401, body: { ok: false } } : undefined
    await port.integration.patch({ version: "2" })
    expect(asked.at(-1)?.headers.authorization).toBe("Bearer t2")
  })

  it("fetches the token again for those who waited for a caller that was cancelled", async () => {
    const cancel = new AbortController()
    answer = ({ path }) => {
      if (path.endsWith("access_token")) cancel.abort()
      return undefined
    }
    const cancelled = port.integration.patch({}, cancel.signal)
    const waiting = port.integration.patch({ version: "2" })
    await expect(cancelled).rejects.toThrow("aborted")
    await waiting
    expect(asked.filter(({ method }) => method === "PATCH").map(({ body }) => body)).toEqual([
      { version: "2" },
    ])
  })

  it("says at once that the credentials are wrong", async () => {
    answer = ({ path }) =>
      path.endsWith("access_token") ? { status: 401, body: { ok: false, error: "unauthorized" } } : undefined
    await expect(port.signIn()).rejects.toThrow("refused the client id and secret (401)")
    expect(asked).toHaveLength(1)
  })

  it.each([
    [
      404,
      { ok: false, error: "not_found", message: "no such thing" },
      "Port answered 404 to PATCH /integration/my-sentry: not_found: no such thing",
    ],
    [
      502,
      "<html>Bad  gateway</html>",
      'Port answered 502 to PATCH /integration/my-sentry: "<html>Bad gateway</html>"',
    ],
    [200, "<html>", 'Port answered 200 to PATCH /integration/my-sentry: no JSON object, but "<html>"'],
    [403, "", "Port answered 403 to PATCH /integration/my-sentry: an empty body"],
  ])("tells an answer of %i in one line", async (status, body, message) => {
    answer = ({ method }) => (method === "PATCH" ? { status, body } : undefined)
    const error = await port.integration.patch({}).catch((one: unknown) => one)
    expect(error).toBeInstanceOf(PortError)
    expect((error as PortError).message).toBe(message)
  })

  it("tries an idempotent PATCH and a 500 again", async () => {
    let left = 2
    answer = ({ method }) =>
      method === "PATCH" && left-- > 0 ? { status: 500, body: { ok: false } } : undefined
    await port.integration.patch({ version: "2" })
    expect(asked.filter(({ method }) => method === "PATCH")).toHaveLength(3)
  })

  it("gives each entity of a bulk its own outcome", async () => {
    answer = ({ path }) =>
      path.endsWith("/bulk")
        ? {
            status: 207,
            body: {
              ok: true,
              entities: [{ identifier: "a", index: 0, created: true }],
              errors: [
                {
                  identifier: "b",
                  index: 1,
                  statusCode: 422,
                  error: "blueprint_schema_mismatch",
                  message: "bad value",
                },
                { identifier: "c", index: 2, statusCode: 404, error: "not_found", message: "no target" },
              ],
            },
          }
        : undefined
    const outcomes = await port.entities.upsert("b", ["a", "b", "c", "d"].map(entity), how)
    expect(
      outcomes.map((one) =>
        one.ok ? ["created", one.created] : [one.code, one.mayPassLater, one.isVerdict],
      ),
    ).toEqual([
      ["created", true],
      ["blueprint_schema_mismatch", false, true],
      ["not_found", true, true],
      ["unanswered", true, false],
    ])
    expect(Object.fromEntries(asked.at(-1)?.query ?? [])).toEqual({
      upsert: "true",
      merge: "true",
      create_missing_related_entities: "true",
      validation_only: "false",
      ocean_info_event_type: "resync",
      ocean_info_resync_id: "run-1",
    })
  })

  it.each([413, 422])("sends the entities of a bulk refused with %i one by one", async (status) => {
    answer = ({ path, body }) => {
      if (path.endsWith("/bulk"))
        return { status, body: { ok: false, error: "refused", message: "as a whole" } }
      if (!path.endsWith("/entities")) return undefined
      const { identifier } = body as { identifier: string }
      if (identifier === "bad")
        return { status: 422, body: { ok: false, error: "invalid_request", message: "bad one" } }
      return { status: 201, body: { ok: true, entity: { identifier, createdAt: "1", updatedAt: "1" } } }
    }
    const outcomes = await port.entities.upsert("b", ["good", "bad"].map(entity), how)
    expect(outcomes.map((one) => (one.ok ? one.identifier : one.message))).toEqual([
      "good",
      "Port answered 422 to POST /blueprints/b/entities: invalid_request: bad one",
    ])
  })

  it("keeps the entities of a bulk that fails to the end for later", async () => {
    answer = ({ path }) => (path.endsWith("/bulk") ? { status: 503, body: { ok: false } } : undefined)
    const outcomes = await port.entities.upsert("b", ["a", "b"].map(entity), how)
    expect(asked.filter(({ path }) => path.endsWith("/bulk"))).toHaveLength(3)
    expect(outcomes.every((one) => !one.ok && one.mayPassLater && one.status === 503)).toBe(true)
  })

  it("reads searches and owned entities page by page to their end", async () => {
    answer = ({ path, body }) => {
      const { from } = (body ?? {}) as { from?: string }
      if (!path.endsWith("search") && !path.endsWith("datasource-entities")) return undefined
      const page = from === undefined ? 1 : Number(from)
      return {
        status: 200,
        body: {
          ok: true,
          entities: [{ identifier: `e${page}`, blueprint: "b" }],
          next: page < 3 ? String(page + 1) : null,
        },
      }
    }
    const found: string[] = []
    for await (const page of port.entities.search("b", { include: ["$identifier"] }))
      found.push(...page.map((one) => one.identifier))
    for await (const page of port.entities.owned(new Date(0)))
      found.push(...page.map((one) => one.identifier))
    expect(found).toEqual(["e1", "e2", "e3", "e1", "e2", "e3"])
    expect(asked.at(-1)?.body).toMatchObject({
      datasource_prefix: "port-ocean/sentry/",
      datasource_suffix: "/my-sentry/exporter",
      before: "1970-01-01T00:00:00.000Z",
    })
  })

  it("deletes at most a hundred entities in one request", async () => {
    answer = ({ body, path }) =>
      path.endsWith("/delete")
        ? { status: 200, body: { ok: true, deletedEntities: (body as { entities: string[] }).entities } }
        : undefined
    const names = Array.from({ length: 250 }, (_, at) => `e${at}`)
    const deleted: string[] = []
    for await (const outcome of port.entities.deleteBulk("b", names))
      if (outcome.ok) deleted.push(...outcome.deleted)
    expect(deleted).toEqual(names)
    expect(asked.filter(({ path }) => path.endsWith("/delete"))).toHaveLength(3)
  })

  it("knows a catalog without resync requests from one where nobody asked", async () => {
    answer = ({ path }) =>
      path.endsWith("resync-request") ? { status: 404, body: { ok: false, error: "not_found" } } : undefined
    expect(await port.integration.resyncRequest()).toBe("unsupported")
    answer = ({ path }) =>
      path.endsWith("resync-request") ? { status: 200, body: { ok: true, request: {} } } : undefined
    expect(await port.integration.resyncRequest()).toBeUndefined()
    answer = () => ({ status: 200, body: { ok: true, request: { updatedAt: "2026-11-20T10:00:00.000Z" } } })
    expect(await port.integration.resyncRequest()).toEqual(new Date("2026-11-20T10:00:00.000Z"))
  })
})

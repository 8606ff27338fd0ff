// The routes of the process itself, asked over HTTP.
import { networkInterfaces } from "node:os"
import { describe, expect, it, onTestFinished } from "vitest"
import { createMetrics, type Metrics } from "../common/metrics.ts"
import type { Health } from "./health-routes.ts"
import { type HttpServer, listen } from "./http-server.ts"
import { ownRoutes } from "./own-routes.ts"

async function serve(
  options: {
    health?: Health
    metrics?: Metrics
    prefix?: string
    host?: string
    catalog?: { database: string }
  } = {},
): Promise<HttpServer> {
  const { health = { notReady: undefined }, metrics = createMetrics(), prefix, host, catalog } = options
  const app = ownRoutes({
    version: "1.2.3",
    health,
    metrics,
    prefix,
    ...(catalog ? { catalog } : {}),
    operations: [
      {
        method: "post",
        path: `${prefix ?? ""}/integration/here`,
        summary: "Takes.",
        answers: { 200: { text: "Ok." } },
      },
    ],
  })
  const server = await listen(app, { port: 0, host, furtherPorts: 0 })
  onTestFinished(() => server.close())
  return server
}

async function get(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers })
  const text = await response.text()
  const type = response.headers.get("content-type") ?? ""
  return {
    status: response.status,
    headers: response.headers,
    type,
    text,
    body: type.includes("json") ? JSON.parse(text) : undefined,
  }
}

describe("the health of the process", () => {
  it("is told as the original tells it", async () => {
    const { url } = await serve()
    const live = { status: "healthy", check: "live", core_version: "1.2.3" }
    expect(await get(`${url}/health/live`)).toMatchObject({ status: 200, body: live })
    expect(await get(`${url}/isHealthy`)).toMatchObject({ status: 200, body: live })
    expect(await get(`${url}/health/ready`)).toMatchObject({
      status: 200,
      body: { status: "healthy", check: "ready", core_version: "1.2.3" },
    })
  })

  it("is not ready before the start is done, nor where something of its own fails; it lives all the same", async () => {
    const health: Health = { notReady: "starting" }
    const { url } = await serve({ health })
    const notReady = (reason: string) => ({
      status: 503,
      body: { status: "not_ready", check: "ready", core_version: "1.2.3", reason },
    })
    expect(await get(`${url}/health/ready`)).toMatchObject(notReady("starting"))
    expect((await get(`${url}/health/live`)).status).toBe(200)
    health.notReady = undefined
    expect((await get(`${url}/health/ready`)).status).toBe(200)
    health.ability = async () => "the disk is full"
    expect(await get(`${url}/health/ready`)).toMatchObject(notReady("the disk is full"))
  })
})

describe("the API page", () => {
  it("answers 200 as the original's health check wants it, lists every route, and loads nothing from anywhere", async () => {
    const { url } = await serve()
    for (const path of ["/docs", "/redoc"]) {
      const page = await get(`${url}${path}`)
      expect(page).toMatchObject({ status: 200, type: expect.stringContaining("text/html") })
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'")
      expect(page.text).not.toMatch(/https?:\/\/|<script|<link|<img|@import/)
      for (const route of ["/health/live", "/health/ready", "/metrics", "/integration/here"])
        expect(page.text).toContain(route)
    }
  })

  it("has an OpenAPI document, of which each GET route answers", async () => {
    const { url } = await serve({ prefix: "/sentry" })
    const { body } = await get(`${url}/openapi.json`)
    expect(body).toMatchObject({ openapi: "3.1.0", info: { title: "ocean-sentry", version: "1.2.3" } })
    expect(Object.keys(body.paths).sort()).toEqual([
      "/docs",
      "/openapi.json",
      "/sentry/health/live",
      "/sentry/health/ready",
      "/sentry/integration/here",
      "/sentry/isHealthy",
      "/sentry/metrics",
    ])
    for (const [path, methods] of Object.entries<object>(body.paths)) {
      if ("get" in methods) expect((await get(`${url}${path}`)).status, path).toBe(200)
    }
  })
})

describe("the page at the root", () => {
  it("names addresses that answer", async () => {
    const { url } = await serve({ prefix: "/sentry" })
    const { text } = await get(`${url}/`)
    const places = [...text.matchAll(/^(http\S+)/gm)].map(([place]) => place)
    expect(places).toHaveLength(4)
    for (const place of places) expect((await get(place)).status, place).toBe(200)
    expect(text).not.toContain("/v1")
  })

  it("says, where a catalog is embedded, how to get its credentials from the database it is in", async () => {
    const { url } = await serve({ catalog: { database: ".ocean-sentry/demo.db" } })
    const { text } = await get(`${url}/`)
    expect(text).toContain(`${url}/v1 `)
    expect(text).toMatch(/^ {2}.*catalog credentials --database \.ocean-sentry\/demo\.db$/m)
  })

  it("shows no password of that database", async () => {
    const { url } = await serve({ catalog: { database: "postgres://os:p4ssw0rd@db.example/os" } })
    const { text } = await get(`${url}/`)
    expect(text).toContain("catalog credentials --database postgres://os:")
    expect(text).not.toContain("p4ssw0rd")
  })
})

describe("the metrics of the process", () => {
  it("are text that ends as the original's does, with and without a slash, and as OpenMetrics when asked", async () => {
    const { url } = await serve()
    for (const path of ["/metrics", "/metrics/"]) {
      const plain = await get(`${url}${path}`)
      expect(plain).toMatchObject({
        status: 200,
        type: expect.stringMatching(/^text\/plain; version=0\.0\.4/),
      })
      expect(plain.text).toMatch(/# EOF\n$/)
    }
    const open = await get(`${url}/metrics`, {
      accept: "application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
    })
    expect(open.type).toMatch(/^application\/openmetrics-text; version=1\.0\.0/)
    expect(open.text).toMatch(/# EOF\n$/)
  })
})

describe("every answer", () => {
  it("has an id, the caller's own where it gave a plain one, and the time it took", async () => {
    const { url } = await serve()
    const first = (await get(`${url}/health/live`)).headers
    expect(first.get("x-request-id")).toMatch(/^[\da-f-]{36}$/)
    expect(Number(first.get("x-process-time"))).toBeGreaterThanOrEqual(0)
    const asked = async (id: string) =>
      (await get(`${url}/health/live`, { "x-request-id": id })).headers.get("x-request-id")
    expect(await asked("trace-7")).toBe("trace-7")
    expect(await asked("a b <script>")).toMatch(/^[\da-f-]{36}$/)
  })

  it("to an unknown route is 404 in the original's words", async () => {
    const { url } = await serve({ prefix: "/sentry" })
    for (const path of ["/nothing", "/health/live", "/metrics", "/sentry/docs"]) {
      expect(await get(`${url}${path}`), path).toMatchObject({ status: 404, body: { detail: "Not Found" } })
    }
    expect((await get(`${url}/sentry/health/live`)).status).toBe(200)
    expect((await get(`${url}/sentry/metrics/`)).status).toBe(200)
  })
})

describe("who can connect", () => {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === "IPv4" && !address.internal)?.address

  it.skipIf(outside === undefined)(
    "is this machine alone, unless the setting says all addresses",
    async () => {
      const shut = new URL((await serve()).url).port
      await expect(fetch(`http://${outside}:${shut}/health/live`)).rejects.toThrow()
      const open = new URL((await serve({ host: "0.0.0.0" })).url).port
      expect((await fetch(`http://${outside}:${open}/health/live`)).status).toBe(200)
    },
  )
})

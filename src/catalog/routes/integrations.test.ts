import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"

const agent = { "user-agent": "port-ocean/sentry/0.3.153/main/exporter" }
const body = {
  installationId: "main",
  installationAppType: "sentry",
  version: "0.3.153",
  changelogDestination: {},
  config: { resources: [{ kind: "project", selector: { query: "true" } }], deleteDependentEntities: true },
  actionsProcessingEnabled: false,
  incrementalSyncEnabled: false,
  createPortResourcesOrigin: "Default",
}

describe.each(engines)("integrations on %s", (engine) => {
  let catalog: RunningCatalog
  let now: number

  beforeEach(async () => {
    now = Date.parse("2026-03-10T12:00:00.000Z")
    const clock = { now: () => now, sleep: async () => undefined }
    catalog = await startCatalog({ database: await openTestDatabase(engine), clock })
  })
  afterEach(() => catalog.close())

  const send = (method: string, path: string, sent?: unknown, headers: Record<string, string> = agent) =>
    catalog.request(method, `/v1/integration${path}`, sent, headers)
  const read = async (path = "/main") => at((await send("GET", path)).body, "integration")
  const requested = async () => at((await send("GET", "/main/resync-request")).body, "request")

  it("come back as they were created, with the addresses for logs and metrics", async () => {
    expect(await send("GET", "/main")).toMatchObject({ status: 404, body: { ok: false, error: "not_found" } })
    const created = await send("POST", "?integration_modes=create_resources", body)
    expect(created).toMatchObject({
      status: 201,
      body: { ok: true, integration: { ...body, identifier: "main", title: null } },
    })
    expect(await read()).toEqual(at(created.body, "integration"))
    expect(at(created.body, "integration")).toMatchObject({
      installationType: "OnPrem",
      logAttributes: {
        ingestId: expect.any(String),
        ingestUrl: expect.stringContaining(`${catalog.url}/v1/`),
      },
      metricAttributes: {
        ingestId: expect.any(String),
        ingestUrl: expect.stringContaining(`${catalog.url}/v1/`),
      },
      createdAt: "2026-03-10T12:00:00.000Z",
      updatedAt: "2026-03-10T12:00:00.000Z",
    })
    expect(await send("POST", "", body)).toMatchObject({ status: 409, body: { error: "identifier_taken" } })
    expect(await send("POST", "", { ...body, installationId: undefined })).toMatchObject({ status: 422 })
  })

  it("are listed, filtered, found by the id of their log, and deleted", async () => {
    await send("POST", "", body)
    await send("POST", "", { ...body, installationId: "other", actionsProcessingEnabled: true })
    const list = async (query: string) =>
      (at((await send("GET", query)).body, "integrations") as { identifier: string }[]).map(
        (one) => one.identifier,
      )
    expect(await list("")).toEqual(["main", "other"])
    expect(await list("?actionsProcessingEnabled=true")).toEqual(["other"])
    const logId = String(at(await read(), "logAttributes.ingestId"))
    expect(await read(`/${logId}?byField=logIngestId`)).toMatchObject({ identifier: "main" })
    expect((await send("GET", "/provision-enabled")).body).toEqual({ ok: true, integrations: [] })
    expect(await send("DELETE", "/main")).toMatchObject({ status: 200, body: { ok: true } })
    for (const [method, path] of [
      ["GET", "/main"],
      ["DELETE", "/main"],
      ["GET", "/main/resync-request"],
      ["PATCH", "/main/resync-state"],
    ] as const) {
      expect(await send(method, path, method === "PATCH" ? {} : undefined)).toMatchObject({
        status: 404,
        body: { ok: false },
      })
    }
  })

  it("keep what a PATCH does not name; a title can be cleared, and the state cannot be set this way", async () => {
    await send("POST", "", body)
    const spec = { appSpec: { scheduledResyncInterval: "1h" }, integrationSpec: { host: "x" } }
    await send("PATCH", "/main", {
      title: "Main",
      spec,
      processingMode: "ocean-core",
      arePortResourcesInitialized: true,
    })
    await send("PATCH", "/main", { title: null, identifier: "hijacked", logAttributes: {} })
    expect(await read()).toMatchObject({
      ...body,
      identifier: "main",
      title: null,
      spec,
      processingMode: "ocean-core",
      arePortResourcesInitialized: true,
    })
    expect(await send("PATCH", "/main", { config: "no" })).toMatchObject({ status: 422 })
  })

  it("note a request to resync for an empty PATCH, and for another mapping unless the integration itself sends it", async () => {
    await send("POST", "", body)
    expect(await requested()).toEqual({})
    await send("PATCH", "/main", { version: "0.4.0", config: { resources: [] } })
    await send(
      "PATCH",
      "/main/config",
      { config: { resources: [1] } },
      { "user-agent": "someone/1", "x-skip-resync": "true" },
    )
    await send("PATCH", "/main/config", { config: { resources: [1] } }, agent)
    expect(await requested()).toEqual({})
    expect(await read()).toMatchObject({ config: { resources: [1] } })
    const steps: [string, unknown, Record<string, string>][] = [
      ["/main", {}, agent],
      ["/main", undefined, agent],
      ["/main/config", { config: { resources: [2] } }, { "user-agent": "someone/1" }],
      ["/main", { config: { resources: [3] } }, { "user-agent": "someone/1" }],
    ]
    for (const [path, sent, headers] of steps) {
      now += 1_000
      expect((await send("PATCH", path, sent, headers)).status).toBe(200)
      expect(await requested()).toEqual({ updatedAt: new Date(now).toISOString() })
    }
    now += 1_000
    await send("PATCH", "/main", { title: "x" }, { "user-agent": "someone/1" })
    expect(await requested()).toEqual({ updatedAt: new Date(now - 1_000).toISOString() })
  })

  it("carry the state of their resync, merged, with when it was told", async () => {
    await send("POST", "", body)
    const running = {
      status: "running",
      lastResyncEnd: null,
      lastResyncStart: "2026-03-10T12:00:00Z",
      intervalInMinuets: 60,
    }
    now += 5_000
    const answer = await send("PATCH", "/main/resync-state", running)
    expect(answer.body).toMatchObject({
      integration: {
        resyncState: { ...running, updatedAt: "2026-03-10T12:00:05.000Z" },
        updatedAt: "2026-03-10T12:00:05.000Z",
      },
    })
    await send("PATCH", "/main/resync-state", { status: "completed", lastResyncEnd: "2026-03-10T12:01:00Z" })
    expect(at(await read(), "resyncState")).toMatchObject({
      ...running,
      status: "completed",
      lastResyncEnd: "2026-03-10T12:01:00Z",
    })
    expect(await requested()).toEqual({})
  })

  it("send logs to their address, which are read newest first, by page and by filter", async () => {
    await send("POST", "", body)
    const url = new URL(String(at(await read(), "logAttributes.ingestUrl")))
    const log = (second: number, more: object) => ({
      message: `m${second}`,
      level: "INFO",
      timestamp: `2026-03-10T12:00:0${second}.000000Z`,
      extra: {},
      ...more,
    })
    const logs = [
      log(1, {}),
      log(2, { level: "ERROR" }),
      log(3, { extra: { kind: "issue", event_id: "e1" } }),
    ]
    expect((await catalog.request("POST", url.pathname, { logs })).status).toBe(200)
    const messages = async (query: string) => {
      const answer = await send("GET", `/main/logs${query}`)
      return (at(answer.body, "logs") as { message: string }[]).map((one) => one.message)
    }
    expect(await messages("")).toEqual(["m3", "m2", "m1"])
    expect(await messages("?limit=1&timestamp=2026-03-10T12:00:03Z")).toEqual(["m2"])
    expect(await messages("?limit=1&timestamp=2026-03-10T12:00:01Z&direction=up")).toEqual(["m2"])
    expect(await messages("?levels=error,warning")).toEqual(["m2"])
    expect(await messages("?kinds=issue&event_id=e1")).toEqual(["m3"])
    expect(await send("GET", "/main/logs?limit=301")).toMatchObject({ status: 422 })
    expect(await catalog.request("POST", "/v1/logs/integration/ghost", { logs })).toMatchObject({
      status: 404,
    })
    expect(await catalog.request("POST", url.pathname, {})).toMatchObject({ status: 422 })
  })

  it("keep only the newest logs", async () => {
    await send("POST", "", body)
    const url = new URL(String(at(await read(), "logAttributes.ingestUrl")))
    for (let batch = 0; batch < 6; batch++) {
      const logs = Array.from({ length: 2_000 }, (_, index) => ({ message: `${batch}-${index}` }))
      await catalog.request("POST", url.pathname, { logs })
    }
    const db = catalog.database.kysely<{ catalog_integration_logs: { id: number } }>()
    const { count } = await db
      .selectFrom("catalog_integration_logs")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow()
    expect(count).toBe(10_000)
  })

  it("send metrics, of which the newest state of each kind is kept", async () => {
    await send("POST", "", body)
    const base = new URL(String(at(await read(), "metricAttributes.ingestUrl"))).pathname
    const metrics = (kind: string, syncState: string) => ({
      eventId: "e1",
      kindIdentifier: kind,
      kind,
      syncState,
    })
    const syncKindsMetrics = [metrics("project-0", "pending"), metrics("issue-1", "pending")]
    expect((await catalog.request("POST", `${base}/syncMetrics`, { syncKindsMetrics })).status).toBe(200)
    const put = await catalog.request("PUT", `${base}/syncMetrics/resync/e1/kind/issue-1`, {
      syncKindMetrics: metrics("issue-1", "completed"),
    })
    expect(put.status).toBe(200)
    expect((await catalog.request("POST", `${base}/heartbeat`, { eventId: "e1" })).status).toBe(200)
    const answer = await send("GET", "/main/syncMetrics?resyncId=e1")
    expect(at(answer.body, "data")).toEqual([
      metrics("project-0", "pending"),
      metrics("issue-1", "completed"),
    ])
    const internalId = String(at(await read(), "_id"))
    expect((await send("GET", `/${internalId}/syncMetrics?resyncId=e1`)).body).toEqual(answer.body)
    expect((await send("GET", "/main/syncMetrics?resyncId=e2")).body).toEqual({
      ok: true,
      count: 0,
      data: [],
    })
  })

  it("list their resyncs with the state of the whole, the newest first, and when each was last heard of", async () => {
    await send("POST", "", body)
    const base = new URL(String(at(await read(), "metricAttributes.ingestUrl"))).pathname
    const tell = async (eventId: string, states: Record<string, string>) => {
      const syncKindsMetrics = Object.entries(states).map(([kindIdentifier, syncState]) => ({
        eventId,
        kindIdentifier,
        syncState,
      }))
      await catalog.request("POST", `${base}/syncMetrics`, { syncKindsMetrics })
    }
    await tell("e1", { "issue-0": "completed", __runtime__: "completed" })
    now += 60_000
    await tell("e2", { "issue-0": "syncing", "user-1": "pending", __runtime__: "syncing" })
    now += 10_000
    await catalog.request("POST", `${base}/heartbeat`, { eventId: "e2" })
    expect((await send("GET", "/main/syncsMetadata")).body).toEqual({
      ok: true,
      count: 2,
      data: [
        { eventId: "e2", syncState: "syncing", kinds: 2, updatedAt: "2026-03-10T12:01:10.000Z" },
        { eventId: "e1", syncState: "completed", kinds: 1, updatedAt: "2026-03-10T12:00:00.000Z" },
      ],
    })
    expect(await send("GET", "/ghost/syncsMetadata")).toMatchObject({ status: 404 })
  })

  it("show examples of each kind", async () => {
    await send("POST", "", body)
    expect((await send("GET", "/main/kinds/issue/examples")).body).toEqual({ ok: true, examples: [] })
    expect((await send("POST", "/main/kinds/issue/examples", { examples: [{ id: 1 }] })).status).toBe(200)
    await send("POST", "/main/kinds/issue/examples", { examples: [{ id: 2 }] })
    expect((await send("GET", "/main/kinds/issue/examples")).body).toEqual({
      ok: true,
      examples: [{ id: 2 }],
    })
  })

  it("find an organization without flags, and no Kafka", async () => {
    const { body: answer } = await catalog.request("GET", "/v1/organization")
    expect(answer).toMatchObject({
      ok: true,
      organization: { id: expect.any(String), name: expect.any(String), featureFlags: [] },
    })
    expect(await catalog.request("GET", "/v1/kafka-credentials")).toMatchObject({
      status: 404,
      body: { ok: false, error: "not_found" },
    })
  })

  it("find the flags and the Kafka that a catalog is given", async () => {
    const kafkaCredentials = { username: "user", password: "secret" }
    const other = await startCatalog({ organization: { featureFlags: ["ONE"], kafkaCredentials } })
    onTestFinished(() => other.close())
    const { body: answer } = await other.request("GET", "/v1/organization")
    expect(answer).toMatchObject({ organization: { featureFlags: ["ONE"] } })
    expect(await other.request("GET", "/v1/kafka-credentials")).toMatchObject({
      status: 200,
      body: { ok: true, credentials: kafkaCredentials },
    })
  })
})

import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"

const start = Date.parse("2026-03-10T12:00:00.000Z")
const day = 24 * 60 * 60 * 1000

describe.each(engines)("the audit log on %s", (engine) => {
  let catalog: RunningCatalog
  let now = start

  beforeEach(async () => {
    now = start
    const clock = { now: () => now, sleep: async () => undefined }
    catalog = await startCatalog({ database: await openTestDatabase(engine), clock, auditDays: 2 })
    await send("POST", "/blueprints", {
      identifier: "service",
      title: "Service",
      schema: { properties: { tier: { type: "string", enum: ["one", "two"] } } },
      relations: { friends: { target: "service", many: true }, parent: { target: "service" } },
    })
  })
  afterEach(() => catalog.close())

  const send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    catalog.request(method, `/v1${path}`, body, headers)
  const audits = async (query = "") => {
    const answer = await send("GET", `/audit-log?${query}`)
    expect(answer.status).toBe(200)
    return at(answer.body, "audits") as Record<string, unknown>[]
  }
  const entities = "/blueprints/service/entities"

  it("tells an entity's creation, change and end, each with how it was before and after", async () => {
    await send("POST", entities, { identifier: "a", properties: { tier: "one" } })
    now += 1000
    await send("PATCH", `${entities}/a`, { properties: { tier: "two" }, relations: { friends: ["a"] } })
    now += 1000
    await send("DELETE", `${entities}/a`)
    const [deleted, updated, created] = await audits("entity=a")
    expect(created).toMatchObject({
      action: "CREATE",
      resourceType: "entity",
      status: "SUCCESS",
      trigger: { by: { userId: catalog.clientId }, origin: "API", at: "2026-03-10T12:00:00.000Z" },
      context: { blueprint: "service", entity: "a" },
      diff: {
        before: null,
        after: { identifier: "a", title: "a", properties: { tier: "one" }, relations: {} },
      },
    })
    expect(updated).toMatchObject({
      action: "UPDATE",
      trigger: { at: "2026-03-10T12:00:01.000Z" },
      diff: {
        before: { properties: { tier: "one" }, relations: {} },
        after: { properties: { tier: "two" }, relations: { friends: ["a"] } },
      },
    })
    expect(deleted).toMatchObject({
      action: "DELETE",
      diff: { before: { properties: { tier: "two" } }, after: null },
    })
  })

  it("tells a rename as one change, a bare target's creation, and every dependent that goes along", async () => {
    await send("POST", `${entities}?create_missing_related_entities=true`, {
      identifier: "a",
      relations: { parent: "p" },
    })
    expect((await audits("entity=p")).map(({ action }) => action)).toEqual(["CREATE"])
    await send("PUT", `${entities}/a`, { identifier: "b" })
    expect((await audits("entity=b"))[0]).toMatchObject({
      action: "UPDATE",
      diff: { before: { identifier: "a", relations: { parent: "p" } }, after: { identifier: "b" } },
    })
    await send("POST", "/blueprints", {
      identifier: "part",
      title: "Part",
      schema: { properties: {} },
      relations: { service: { target: "service", required: true } },
    })
    await send("POST", "/blueprints/part/entities", { identifier: "x", relations: { service: "b" } })
    await send("POST", "/blueprints/service/bulk/entities/delete?delete_dependents=true", { entities: ["b"] })
    const gone = await audits("action=DELETE")
    expect(gone.map((one) => at(one, "context.entity")).sort()).toEqual(["b", "x"])
    await send("DELETE", "/blueprints/part")
    await send("DELETE", "/blueprints/service/all-entities")
    expect(at((await audits("action=DELETE"))[0], "context.entity")).toBe("p")
  })

  it("finds the writes of one run, and shows only their context where no more is asked for", async () => {
    await send("POST", `${entities}?upsert=true&merge=true&run_id=R1`, { identifier: "a" })
    await send("POST", `${entities}?upsert=true&merge=true&run_id=R2`, { identifier: "b" })
    expect(await audits("resources=entity&run_id=R1&includes=context")).toEqual([
      { context: { blueprint: "service", entity: "a", runId: "R1" } },
    ])
  })

  it("names the integration that wrote, and filters by it, by origin, time, kind and outcome", async () => {
    const agent = { "user-agent": "port-ocean/sentry/1.0/my-sentry/exporter" }
    await send(
      "POST",
      `${entities}/bulk?upsert=true`,
      { entities: [{ identifier: "a" }, { identifier: "b" }] },
      agent,
    )
    now += 5000
    await send("POST", entities, { identifier: "c" })
    for (const query of ["InstallationId=my-sentry", "origin=my-sentry", "origin[]=my-sentry&origin[]=x"]) {
      const found = await audits(query)
      expect(found.map((one) => at(one, "context.entity"))).toEqual(["b", "a"])
      expect(found[0]).toMatchObject({ additionalData: { userAgent: agent["user-agent"] } })
    }
    expect(await audits("from=2026-03-10T12:00:05Z&resources=entity")).toHaveLength(1)
    expect(await audits("to=2026-03-10T12:00:00Z&resources[]=entity")).toHaveLength(2)
    expect(await audits("blueprint=service&limit=1")).toHaveLength(1)
    expect(await audits("resources=blueprint")).toMatchObject([
      {
        action: "CREATE",
        context: { blueprint: "service" },
        diff: { before: null, after: { title: "Service" } },
      },
    ])
    const [first] = await audits("limit=1")
    expect(await audits(`identifier=${String(first?.identifier)}`)).toEqual([first])
    expect(await audits("identifier=none")).toEqual([])
    expect(await audits("status=FAILURE")).toEqual([])
    for (const query of ["limit=0", "limit=10001", "from=yesterday", "action=MAKE", "status=maybe"])
      expect(await send("GET", `/audit-log?${query}`)).toMatchObject({
        status: 422,
        body: { ok: false, error: "invalid_request" },
      })
  })

  it("has the writes that were refused, with the reason; nothing of a mere validation", async () => {
    await send("POST", entities, { identifier: "a", properties: { tier: "three" } })
    await send("DELETE", `${entities}/none`)
    await send("POST", `${entities}?validation_only=true`, { identifier: "v" })
    await send("POST", `${entities}?validation_only=true`, { identifier: "v", properties: { tier: "three" } })
    await send("POST", `${entities}/bulk`, {
      entities: [{ identifier: "good" }, { identifier: "bad", properties: { tier: "three" } }],
    })
    const failures = await audits("status=FAILURE")
    expect(failures.map((one) => [one.action, at(one, "context.entity")])).toEqual([
      ["CREATE", "bad"],
      ["DELETE", "none"],
      ["CREATE", "a"],
    ])
    for (const failure of failures.filter(({ action }) => action === "CREATE"))
      expect(failure.message).toMatch(/^blueprint_schema_mismatch: .*tier/)
    expect(await audits("entity=v")).toEqual([])
  })

  it("has changes of integrations and webhooks, and not their secrets", async () => {
    await send("POST", "/integration", { installationId: "i", config: { resources: [] } })
    await send("PATCH", "/integration/i/resync-state", { status: "running" })
    await send("PATCH", "/integration/i/config", { config: { resources: [1] } })
    await send("DELETE", "/integration/i")
    const webhook = {
      identifier: "w",
      title: "W",
      enabled: true,
      security: { secret: "s3cret-text" },
      mappings: [],
    }
    await send("POST", "/webhooks", webhook)
    const found = await audits("resources=integration,webhook")
    expect(found.map(({ action, resourceType }) => `${action} ${resourceType}`)).toEqual([
      "CREATE webhook",
      "DELETE integration",
      "UPDATE integration",
      "CREATE integration",
    ])
    expect(JSON.stringify(found)).not.toContain("s3cret-text")
  })

  it("forgets what is older than its days, at the next write", async () => {
    await send("POST", entities, { identifier: "a" })
    now += 3 * day
    await send("POST", entities, { identifier: "b" })
    expect((await audits("resources=entity")).map((one) => at(one, "context.entity"))).toEqual(["b"])
  })
})

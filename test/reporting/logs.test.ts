// The log of a run: what stands on each line, what goes to Port, and what appears nowhere.
import { describe, expect, it } from "vitest"
import { type RunningApp, startRunningApp } from "../support/running-app.ts"

const never = new AbortController().signal
const identifier = "my-sentry-integration"

interface Shipped {
  message: string
  level: string
  timestamp: string
  extra: Record<string, unknown>
}

function shipped(running: RunningApp): Shipped[] {
  const batches = running.port.sentTo("POST", /^\/logs\/integration\//)
  return batches.flatMap(({ body }) => (body as unknown as { logs: Shipped[] }).logs) // the form under test
}

const asJson = { OCEAN__LOG_FORMAT: "json", OCEAN__LOG_LEVEL: "debug" }

describe("the log of a run", () => {
  it("holds the run's id on each of its lines, requests included, and the kind on those of a kind", async () => {
    const running = await startRunningApp({ environment: asJson })
    const before = running.lines.length
    const record = await running.app.run("once", never)
    const lines = running.lines.slice(before).map((line) => JSON.parse(line))
    const from = lines.findIndex(({ msg }) => msg === "Resync started")
    const to = lines.findIndex(({ msg }) => msg === "Resync finished successfully")
    expect(to).toBeGreaterThan(from + 10)
    const ofRun = lines.slice(from, to + 1)
    expect(ofRun.filter(({ run }) => run !== record.id)).toEqual([])
    const loads = ofRun.filter(({ msg }) => msg === "Upserting changed entities")
    expect(loads.map(({ kind }) => kind)).toEqual(["user", "project-tag", "issue-tag", "team"])
    expect(new Set(loads.map(({ phase }) => phase))).toEqual(new Set(["load"]))
    const asked = ofRun.filter(({ msg, peer }) => msg === "Request answered" && peer === "Sentry")
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.filter(({ kind }) => kind === undefined)).toEqual([])
  })

  it("has the messages and levels that people of the original search for", async () => {
    const running = await startRunningApp({ environment: { OCEAN__LOG_LEVEL: "INFO" } })
    await setMapping(running, { description: ".nothing_of_this_name" })
    await running.app.run("once", never)
    const text = running.lines.join("\n")
    const line = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \| (\w+) *\| /
    for (const one of running.lines) expect(one).toMatch(line)
    expect(text).toMatch(/\| INFO {5}\| Upserting changed entities /)
    expect(text).toMatch(/\| WARNING {2}\| Unable to find valid data for .*description/)
    expect(text).toMatch(/\| INFO {5}\| Resync finished successfully/)
  })

  it("says when more would be deleted than the threshold allows", async () => {
    const running = await startRunningApp()
    await running.app.run("once", never)
    const { teams } = running.sentry.organization
    for (const slug of [...teams.keys()]) teams.delete(slug)
    await setMapping(running, {}, { entityDeletionThreshold: 0.1 })
    await running.app.run("request", never)
    expect(running.lines.join("\n")).toMatch(
      /\| WARNING {2}\| Skipping deletion of entities with deletion rate .*sentryTeam/,
    )
  })

  it("comes to Port in the form of its event log, where it is found by run, kind, level and phase", async () => {
    const running = await startRunningApp()
    const record = await running.app.run("once", never)
    await running.close()
    const records = shipped(running)
    const loading = records.find(
      ({ message, extra }) => message === "Upserting changed entities" && extra.resource_kind === "issue-tag",
    )
    expect(loading).toEqual({
      message: "Upserting changed entities",
      level: "INFO",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      extra: {
        hostname: expect.any(String),
        instance: expect.any(String),
        event_id: record.id,
        event_kind: "resync",
        event_trigger_type: "machine",
        resource_kind: "issue-tag",
        event_resource_kind: "issue-tag",
        etl_phase: "load",
        blueprint: "sentryIssue",
        changed: expect.any(Number),
        unchanged: 0,
      },
    })
    const query = `event_id=${record.id}&kinds=issue-tag&levels=INFO&etl_phases=load`
    const found = await running.catalog.request("GET", `/v1/integration/${identifier}/logs?${query}`)
    expect(found.body).toMatchObject({ logs: [{ message: "Upserting changed entities" }] })
    expect(records.map(({ message }) => message)).toContain("Default blueprints created")
    expect(records.map(({ message }) => message)).toContain("Resync finished successfully")
  })

  it("says nothing on a terminal that the report says, and goes to Port as ever", async () => {
    const running = await startRunningApp({ terminal: true })
    running.sentry.faults.add({ path: /\/members\//, action: { status: 403 } })
    expect((await running.app.run("once", never)).status).toBe("failed")
    await running.close()
    expect(running.lines).toEqual([])
    const levels = shipped(running).map(({ level, message }) => `${level} ${message}`)
    expect(levels).toContain("ERROR Resync failed")
    expect(levels).toContain("INFO Upserting changed entities")
  })

  it("as text repeats nothing of the report but troubles, and goes to Port as ever", async () => {
    const running = await startRunningApp()
    expect(Object.keys((await running.app.run("once", never)).notMade)).toEqual(["_user"])
    await running.close()
    const messages = shipped(running).map(({ message }) => message)
    expect(messages).toContain("Not created, since only existing ones are updated")
    expect(running.lines.join("\n")).not.toMatch(/Not created|Worth a look/)
    expect(running.lines.join("\n")).toContain("Resync finished successfully")
  })

  it("is not shipped about its own shipping, also where every request is logged", async () => {
    const running = await startRunningApp({ environment: asJson })
    await running.app.run("once", never)
    await running.close()
    const urls = shipped(running).map(({ extra }) => String(extra.url ?? ""))
    expect(urls.some((url) => url.includes("/entities/bulk"))).toBe(true)
    expect(urls.filter((url) => /\/v1\/(logs|metrics)\//.test(url))).toEqual([])
  })

  it("is not shipped when that is switched off, or when Port names no address", async () => {
    const off = await startRunningApp({ environment: { APPLICATION__ENABLE_HTTP_LOGGING: "false" } })
    await off.app.run("once", never)
    await off.close()
    expect(shipped(off)).toEqual([])

    const nowhere = await startRunningApp({ connected: false })
    nowhere.port.intercept = ({ method, path }) =>
      method === "GET" && path === `/integration/${identifier}`
        ? Response.json({ ok: true, integration: { config: { resources: [] } } })
        : undefined
    await nowhere.app.run("once", never)
    await nowhere.close()
    expect(shipped(nowhere)).toEqual([])
    expect(nowhere.lines.join("\n")).not.toContain("could not be shipped")
  })

  it("is kept while Port does not take it, and comes when it does; the run is not held up", async () => {
    const running = await startRunningApp()
    let refusing = true
    running.port.intercept = ({ path }) =>
      path.startsWith("/logs/") && refusing ? new Response("busy", { status: 503 }) : undefined
    expect((await running.app.run("once", never)).status).toBe("completed")
    refusing = false
    running.port.sent.length = 0
    await running.close()
    expect(shipped(running).map(({ message }) => message)).toContain("Resync finished successfully")
  })

  it("says how many lines are lost when Port refuses them for good", async () => {
    const running = await startRunningApp()
    running.port.intercept = ({ path }) =>
      path.startsWith("/logs/") ? new Response("no", { status: 400 }) : undefined
    await running.app.run("once", never)
    await running.close()
    expect(running.lines.join("\n")).toMatch(
      /Log lines could not be shipped and are dropped {2}.*reason=refused count=\d+/,
    )
  })
})

describe("secrets", () => {
  it.each(["text", "json"])(
    "appear in no line of a run at debug level as %s, nor in what is shipped",
    async (format) => {
      const running = await startRunningApp({
        environment: { OCEAN__LOG_FORMAT: format, OCEAN__LOG_LEVEL: "debug" },
      })
      running.sentry.faults.add({ path: /\/teams\//, action: { status: 500 }, times: 1 })
      await running.app.run("once", never)
      await running.close()
      const output = running.lines.join("\n")
      const reported = running.port.sent
        .filter(({ path }) => /^\/(logs|metrics)\//.test(path))
        .map(({ body }) => JSON.stringify(body))
        .join("\n")
      expect(output.length).toBeGreaterThan(5_000)
      expect(reported.length).toBeGreaterThan(5_000)
      const tokens = running.port.sent.map(({ headers }) => headers.get("authorization")?.split(" ")[1])
      const accessToken = tokens.find((token) => token !== undefined) ?? ""
      expect(accessToken.length).toBeGreaterThan(20)
      for (const secret of [...Object.values(running.secrets), accessToken]) {
        expect(output).not.toContain(secret)
        expect(reported).not.toContain(secret)
      }
    },
  )
})

/** The mapping as it is, the first resource with further properties; other keys of the mapping replaced. */
async function setMapping(
  running: RunningApp,
  properties: Record<string, string>,
  more: Record<string, unknown> = {},
): Promise<void> {
  const { body } = await running.catalog.request("GET", `/v1/integration/${identifier}`)
  const { config } = (body as { integration: { config: Mapping } }).integration // the default mapping
  const mappings = config.resources[0]?.port.entity.mappings
  if (mappings) Object.assign(mappings.properties, properties)
  await running.catalog.request("PATCH", `/v1/integration/${identifier}/config`, {
    config: { ...config, ...more },
  })
}

interface Mapping {
  resources: { port: { entity: { mappings: { properties: Record<string, string> } } } }[]
}

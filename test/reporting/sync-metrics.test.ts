// What Port is told of a resync while it runs, over real HTTP into the catalog.
import { describe, expect, it, onTestFinished } from "vitest"
import { startPortProxy } from "../support/port-proxy.ts"
import { type RunningApp, startRunningApp } from "../support/running-app.ts"

const never = new AbortController().signal
const identifier = "my-sentry-integration"

interface Told {
  kindIdentifier: string
  syncState: string
  eventId: string
  blueprint: string
  metrics: { phase: Record<string, Record<string, unknown>> } & Record<string, unknown>
}

async function keptMetrics(running: RunningApp): Promise<Told[]> {
  const { body } = await running.catalog.request("GET", `/v1/integration/${identifier}/syncMetrics`)
  return (body as { data: Told[] }).data // the catalog's own answer
}

function statesOf(told: readonly Told[]): Record<string, string> {
  return Object.fromEntries(told.map(({ kindIdentifier, syncState }) => [kindIdentifier, syncState]))
}

describe("the metrics of a resync", () => {
  it("come to Port for each kind and for the whole, in the form of the original", async () => {
    const running = await startRunningApp()
    const record = await running.app.run("once", never)
    expect(record.status).toBe("completed")
    await running.close()

    const told = await keptMetrics(running)
    expect(statesOf(told)).toEqual({
      "user-0": "completed",
      "user-1": "completed",
      "project-tag-2": "completed",
      "issue-tag-3": "completed",
      "team-4": "completed",
      __runtime__: "completed",
      __reconciliation__: "completed",
    })
    const issues = told.find(({ kindIdentifier }) => kindIdentifier === "issue-tag-3")
    const counts = record.resources[3]?.counts
    expect(issues).toEqual({
      integrationType: "sentry",
      installationType: "OnPrem",
      executionMode: "single_process",
      integrationIdentifier: identifier,
      integrationVersion: "1.2.3",
      oceanVersion: "1.2.3",
      kindIdentifier: "issue-tag-3",
      kind: "issue-tag",
      kindIndex: 3,
      eventId: record.id,
      syncState: "completed",
      blueprint: '"sentryIssue"',
      metrics: {
        phase: {
          resync: { duration_seconds: expect.any(Number), success: 1 },
          extract: {
            object_count_type: { raw_extracted: { object_count: counts?.read }, failed: { object_count: 0 } },
          },
          transform: {
            object_count_type: {
              transformed: { object_count: counts?.mapped },
              filtered_out: { object_count: 0 },
              failed: { object_count: 0 },
            },
          },
          load: {
            object_count_type: {
              loaded: { object_count: counts?.created },
              failed: { object_count: 0 },
              skipped: { object_count: 0 },
            },
          },
        },
        ...usage(),
      },
    })
    expect(counts?.created).toBeGreaterThan(0)
    const gone = told.find(({ kindIdentifier }) => kindIdentifier === "__reconciliation__")
    expect(gone?.metrics.phase).toEqual({
      delete: {
        duration_seconds: expect.any(Number),
        success: 1,
        object_count_type: { deleted: { object_count: 0 } },
      },
    })
  })

  it("begin with all kinds pending and end with the whole", async () => {
    const running = await startRunningApp()
    await running.app.run("once", never)
    await running.close()

    const sent = running.port.sent.filter(({ path }) => path.startsWith("/metrics/"))
    const lists = sent.filter(({ method }) => method === "POST")
    const listed = lists.map(({ body }) =>
      statesOf((body as unknown as { syncKindsMetrics: Told[] }).syncKindsMetrics),
    )
    expect(listed).toEqual([
      {
        "user-0": "pending",
        "user-1": "pending",
        "project-tag-2": "pending",
        "issue-tag-3": "pending",
        "team-4": "pending",
        __runtime__: "syncing",
      },
      { __reconciliation__: "syncing" },
      { __runtime__: "completed" },
    ])
    expect(sent[0]).toBe(lists[0])
    expect(sent.at(-1)).toBe(lists.at(-1))
    for (const { method, path } of sent.filter((one) => !lists.includes(one))) {
      expect(`${method} ${path}`).toMatch(
        /^PUT \/metrics\/integration\/\w+\/syncMetrics\/resync\/[\w-]+\/kind\/[\w-]+$/,
      )
    }
  })

  it("come with a sign of life as long as the run takes", async () => {
    const running = await startRunningApp({ environment: { OCEAN__STATUS_HEARTBEAT_INTERVAL_SECONDS: "1" } })
    const beats: unknown[] = []
    let alive = () => {}
    const secondBeat = new Promise<void>((resolve) => {
      alive = resolve
    })
    running.port.intercept = async ({ path, body }) => {
      if (path.endsWith("/heartbeat") && beats.push(body) === 2) alive()
      // The run cannot end before it has shown twice that it is alive.
      if (path.endsWith("/entities/bulk")) await secondBeat
      return undefined
    }
    const record = await running.app.run("once", never)
    expect(record.status).toBe("completed")
    expect(beats.slice(0, 2)).toEqual([{ eventId: record.id }, { eventId: record.id }])
    await running.close()
  })

  it("say of a cancelled run that its kinds and the whole were aborted", async () => {
    const running = await startRunningApp()
    const cancel = new AbortController()
    running.port.intercept = ({ path }) => {
      if (path.endsWith("/blueprints/sentryProjectEnvironment/entities/bulk")) cancel.abort()
      return undefined
    }
    const record = await running.app.run("once", cancel.signal)
    expect(record.status).toBe("aborted")
    await running.close()
    expect(statesOf(await keptMetrics(running))).toEqual({
      "user-0": "completed",
      "user-1": "completed",
      "project-tag-2": "aborted",
      "issue-tag-3": "aborted",
      "team-4": "aborted",
      __runtime__: "aborted",
      __reconciliation__: "aborted",
    })
  })

  it("say of a kind whose list is denied that it failed, and of the others that they did not", async () => {
    const running = await startRunningApp()
    running.sentry.faults.add({ path: /\/organizations\/[^/]+\/members\//, action: { status: 403 } })
    const record = await running.app.run("once", never)
    expect(record.status).toBe("failed")
    await running.close()
    const told = await keptMetrics(running)
    expect(statesOf(told)).toMatchObject({
      "user-0": "failed",
      "user-1": "failed",
      "issue-tag-3": "completed",
      __runtime__: "failed",
      __reconciliation__: "completed",
    })
    const users = told.find(({ kindIdentifier }) => kindIdentifier === "user-0")
    expect(users?.metrics.phase.resync).toMatchObject({ success: 0 })
  })

  it("count entities that Port refuses as not loaded", async () => {
    const running = await startRunningApp()
    running.port.intercept = ({ method, path }) =>
      method === "POST" && /\/blueprints\/sentryTeam\/entities(\/bulk)?$/.test(path)
        ? Response.json({ ok: false, error: "invalid_request", message: "no" }, { status: 422 })
        : undefined
    const record = await running.app.run("once", never)
    await running.close()
    const told = await keptMetrics(running)
    const teams = told.find(({ kindIdentifier }) => kindIdentifier === "team-4")
    const refused = record.resources[4]?.counts.refused
    expect(refused).toBeGreaterThan(0)
    expect(teams?.metrics.phase.load).toMatchObject({
      object_count_type: { loaded: { object_count: 0 }, failed: { object_count: refused } },
    })
  })

  it("change nothing of the run when Port does not take them: the log says so once, and they are counted", async () => {
    const running = await startRunningApp({ environment: { APPLICATION__ENABLE_HTTP_LOGGING: "false" } })
    running.port.intercept = ({ path }) =>
      path.startsWith("/metrics/") ? new Response("<html>no</html>", { status: 400 }) : undefined
    const record = await running.app.run("once", never)
    expect(record).toMatchObject({ status: "completed", failures: [] })
    await expect
      .poll(async () => await (await fetch(`${running.app.server.url}/metrics`)).text())
      .toMatch(/^ocean_sentry_reports_failed_total\{target="port"\} [1-9]/m)
    await running.close()
    const told = running.lines.filter((line) => line.includes("Metrics of the resync could not be delivered"))
    expect(told).toHaveLength(1)
    expect(told[0]).toContain("WARNING")
  })

  it("do not hold up a run whose reports nobody answers", async () => {
    const running = await startRunningApp()
    const silence = new Promise<undefined>(() => {})
    running.port.intercept = ({ path }) => (path.startsWith("/metrics/") ? silence : undefined)
    const record = await running.app.run("once", never)
    expect(record.status).toBe("completed")
    await running.close()
  })

  it("go to the webhook of the settings too, without any credentials", async () => {
    const hook = await startPortProxy("http://127.0.0.1:9")
    onTestFinished(() => hook.close())
    const seen: { authorization: string | null; body: unknown }[] = []
    hook.intercept = ({ body, headers }) => {
      seen.push({ authorization: headers.get("authorization"), body })
      return new Response(null, { status: 204 })
    }
    const running = await startRunningApp({
      environment: { OCEAN__METRICS__ENABLED: "true", OCEAN__METRICS__WEBHOOK_URL: `${hook.url}/here` },
    })
    const record = await running.app.run("once", never)
    await running.close()
    expect(hook.sent.every(({ method, path }) => method === "POST" && path === "/here")).toBe(true)
    expect(seen.at(-1)?.body).toMatchObject({
      kind: "__runtime__",
      syncState: "completed",
      eventId: record.id,
    })
    expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(new Set([null]))
  })
})

function usage(): Record<string, unknown> {
  const names = [
    ...["max", "median", "avg"].flatMap((how) => [
      `cpu_${how}_percent`,
      `memory_${how}_bytes`,
      `event_loop_latency_${how}_ms`,
    ]),
    ...["total", "avg", "median"].map((how) => `response_size_${how}_bytes`),
  ]
  return Object.fromEntries(names.map((name) => [name, expect.any(Number)]))
}

// What /metrics shows of runs and of the requests they send.
import { describe, expect, it } from "vitest"
import { type RunningApp, startRunningApp } from "../support/running-app.ts"

const never = new AbortController().signal

/** Series by their name with labels. */
async function scrape(running: RunningApp): Promise<Map<string, number>> {
  const text = await (await fetch(`${running.app.server.url}/metrics`)).text()
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]))
}

describe("the metrics of runs", () => {
  it("are the original's gauges of the newest run, with its kinds and phases", async () => {
    const running = await startRunningApp()
    const record = await running.app.run("once", never)
    const series = await scrape(running)
    const counts = record.resources[3]?.counts
    const objects = (phase: string, type: string) =>
      series.get(`object_count{kind="issue-tag-3",phase="${phase}",object_count_type="${type}"}`)
    expect(objects("extract", "raw_extracted")).toBe(counts?.read)
    expect(objects("transform", "transformed")).toBe(counts?.mapped)
    expect(objects("load", "loaded")).toBe(counts?.created)
    expect(objects("load", "skipped")).toBe(0)
    for (const kind of ["user-0", "project-tag-2", "issue-tag-3", "team-4", "__runtime__"]) {
      expect(series.get(`success{kind="${kind}",phase="resync"}`), kind).toBe(1)
      expect(series.get(`duration_seconds{kind="${kind}",phase="resync"}`), kind).toBeGreaterThanOrEqual(0)
    }
    expect(series.get('duration_seconds{kind="__reconciliation__",phase="delete"}')).toBeGreaterThanOrEqual(0)
    expect(
      series.get('object_count{kind="__reconciliation__",phase="delete",object_count_type="deleted"}'),
    ).toBe(0)
    expect(series.get('memory_max_bytes{kind="issue-tag-3"}')).toBeGreaterThan(10_000_000)
    expect(series.get('response_size_total_bytes{kind="issue-tag-3"}')).toBeGreaterThan(1_000)

    await running.app.run("request", never)
    const second = await scrape(running)
    expect(second.get('object_count{kind="issue-tag-3",phase="load",object_count_type="skipped"}')).toBe(
      counts?.created,
    )
    expect(second.get('object_count{kind="issue-tag-3",phase="load",object_count_type="loaded"}')).toBe(0)
  })

  it("count runs by their end, entities by what became of them, and requests by endpoint and status", async () => {
    const running = await startRunningApp()
    running.sentry.faults.add({ path: /\/members\//, action: { status: 403 }, times: 1 })
    running.sentry.faults.add({ path: /\/teams\//, action: "reset", times: 1 })
    expect((await running.app.run("start", never)).status).toBe("failed")
    let during: Map<string, number> | undefined
    running.port.intercept = async ({ path }) => {
      if (path.endsWith("/datasource-entities")) during ??= await scrape(running)
      return undefined
    }
    const record = await running.app.run("request", never)
    expect(record.status).toBe("completed")
    const series = await scrape(running)
    expect(during?.get("ocean_sentry_run_in_progress")).toBe(1)
    expect(series.get("ocean_sentry_run_in_progress")).toBe(0)
    expect(series.get('ocean_sentry_runs_total{status="failed",trigger="start"}')).toBe(1)
    expect(series.get('ocean_sentry_runs_total{status="completed",trigger="request"}')).toBe(1)
    expect(series.get("ocean_sentry_last_completed_run_timestamp_seconds")).toBe(
      (record.endedAt?.getTime() ?? 0) / 1_000,
    )
    expect(series.get('ocean_sentry_entities_total{kind="user",outcome="created"}')).toBe(
      record.resources[0]?.counts.created,
    )
    const requests = (peer: string, method: string, endpoint: string, status: string) =>
      series.get(
        `ocean_sentry_http_requests_total{peer="${peer}",method="${method}",endpoint="${endpoint}",status="${status}"}`,
      )
    expect(requests("Sentry", "GET", "organizations/{org}/members/", "403")).toBe(1)
    expect(requests("Sentry", "GET", "organizations/{org}/members/", "200")).toBeGreaterThan(0)
    expect(requests("Sentry", "GET", "organizations/{org}/teams/", "none")).toBe(1)
    expect(requests("Port", "POST", "blueprints/{}/entities/bulk", "200")).toBeGreaterThan(1)
    expect(requests("Port", "PATCH", "integration/{}/resync-state", "200")).toBe(4)
    expect([...series.keys()].filter((name) => name.includes('endpoint="other"'))).toEqual([])
    const answered = [...series].find(([name]) =>
      name.startsWith(
        'ocean_sentry_http_request_duration_seconds_count{peer="Port",method="POST",endpoint="blueprints/{}/entities/bulk"',
      ),
    )
    expect(answered?.[1]).toBe(requests("Port", "POST", "blueprints/{}/entities/bulk", "200"))
  })

  it("tell how long requests waited for Sentry's limits, and for which kind", async () => {
    const running = await startRunningApp()
    running.sentry.faults.add({
      path: /\/members\//,
      action: { status: 429, headers: { "retry-after": "1" } },
      times: 1,
    })
    expect((await running.app.run("once", never)).status).toBe("completed")
    const series = await scrape(running)
    const endpoint = "organizations/{org}/members/"
    expect(
      series.get(`ocean_sentry_rate_limit_wait_seconds_sum{peer="Sentry",endpoint="${endpoint}"}`),
    ).toBeGreaterThan(0.5)
    expect(
      series.get(`rate_limit_wait_seconds{kind="user-0",phase="extract",endpoint="${endpoint}"}`),
    ).toBeGreaterThan(0.5)
  })
})

import { describe, expect, it } from "vitest"
import { metricTable } from "./metric-table.ts"
import { createMetrics } from "./metrics.ts"

const open = "application/openmetrics-text; version=1.0.0"

describe("metrics", () => {
  it("keep the original's gauges by their names and labels", () => {
    const kept = Object.entries(metricTable).filter(([name]) => !name.startsWith("ocean_sentry_"))
    const usage = ["cpu", "memory", "event_loop_latency", "response_size"]
    const names = kept.filter(([, { labels }]) => labels.join() === "kind").map(([name]) => name)
    expect(names).toHaveLength(usage.length * 3)
    expect(Object.fromEntries(kept.map(([name, { labels }]) => [name, labels.join()]))).toMatchObject({
      duration_seconds: "kind,phase",
      object_count: "kind,phase,object_count_type",
      success: "kind,phase",
      rate_limit_wait_seconds: "kind,phase,endpoint",
      cpu_max_percent: "kind",
      memory_median_bytes: "kind",
      event_loop_latency_avg_ms: "kind",
      response_size_total_bytes: "kind",
    })
    expect(kept.every(([, { type }]) => type === "gauge")).toBe(true)
  })

  it("hold what was measured before anybody asked, and after", async () => {
    const metrics = createMetrics()
    metrics.add("ocean_sentry_runs_total", { status: "completed", trigger: "start" })
    metrics.set("success", { kind: "issue-0", phase: "resync" }, 1)
    metrics.observe("ocean_sentry_run_duration_seconds", { status: "completed" }, 3)
    await metrics.page(undefined)
    metrics.add("ocean_sentry_runs_total", { status: "completed", trigger: "start" }, 2)
    const { text } = await metrics.page(undefined)
    expect(text).toContain('ocean_sentry_runs_total{status="completed",trigger="start"} 3\n')
    expect(text).toContain('success{kind="issue-0",phase="resync"} 1\n')
    expect(text).toContain('ocean_sentry_run_duration_seconds_bucket{le="5",status="completed"} 1\n')
    expect(text).toContain('ocean_sentry_run_duration_seconds_bucket{le="2",status="completed"} 0\n')
  })

  it("are the same in both forms, whichever is asked for first", async () => {
    const metrics = createMetrics()
    metrics.add("ocean_sentry_runs_total", { status: "failed", trigger: "once" })
    for (const accept of [open, undefined, open, "text/plain"]) {
      const { text } = await metrics.page(accept)
      expect(text).toContain('ocean_sentry_runs_total{status="failed",trigger="once"} 1\n')
      const named = accept === open ? "ocean_sentry_runs" : "ocean_sentry_runs_total"
      expect(text).toContain(`# TYPE ${named} counter\n`)
      expect(text.split("# EOF")).toHaveLength(2)
      expect(text.endsWith("# EOF\n")).toBe(true)
    }
  })

  it("forget a gauge's series when told, and look up late values when asked", async () => {
    const metrics = createMetrics()
    let asked = 0
    metrics.beforeScrape(() => {
      asked++
      metrics.set("object_count", { kind: "issue-0", phase: "load", object_count_type: "loaded" }, asked)
    })
    metrics.set("success", { kind: "old-0", phase: "resync" }, 1)
    expect((await metrics.page(undefined)).text).toContain("old-0")
    metrics.clear("success")
    const { text } = await metrics.page(undefined)
    expect(text).not.toContain("old-0")
    expect(text).toContain('object_count_type="loaded"} 2\n')
  })
})

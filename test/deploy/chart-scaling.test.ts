// The live-event workers grow by themselves: by what they measure, and by nothing that the program does not tell.
import { describe, expect, it } from "vitest"
import { metricTable } from "../../src/common/metric-table.ts"
import { has } from "./support/deployed.ts"
import { documentedFlags, find, render, template, valuesFile } from "./support/helm.ts"

const flags = {
  ...documentedFlags,
  "store.kind": "postgres",
  "store.existingSecret": "database",
  "liveEvents.worker.enabled": "true",
  "autoscaling.enabled": "true",
}

interface Metric {
  type: string
  resource?: { name: string }
  pods?: { metric: { name: string }; target: object }
}

async function scalerFor(more: Record<string, string>, words: string[] = []) {
  const objects = await render({ flags: { ...flags, ...more }, words })
  const worker = find(objects, "Deployment", "ocean-sentry-sentry-le-deployment")
  const { spec } = find(objects, "HorizontalPodAutoscaler", "ocean-sentry-sentry-le-hpa")
  return { worker, spec, metrics: spec.metrics as Metric[] }
}

describe.runIf(has("helm"))("live-event workers", () => {
  it("grow by CPU, and their Deployment says no number of its own", async () => {
    const { worker, spec, metrics } = await scalerFor({ "autoscaling.max": "8" })
    expect(worker.spec).not.toHaveProperty("replicas")
    expect(spec).toMatchObject({
      scaleTargetRef: { kind: "Deployment", name: worker.metadata.name },
      minReplicas: 1,
      maxReplicas: 8,
    })
    expect(metrics.map(({ resource }) => resource?.name)).toEqual(["cpu"])
  })

  it("grow also by the age of the oldest event, a metric that the program has", async () => {
    const { metrics } = await scalerFor({ "autoscaling.oldestEventSeconds": "15" })
    expect(metrics.map(({ type }) => type)).toEqual(["Resource", "Pods"])
    const name = metrics[1]?.pods?.metric.name ?? ""
    expect(metricTable).toHaveProperty(name)
    expect(metrics[1]?.pods?.target).toEqual({ type: "AverageValue", averageValue: "15" })
  })

  it("grow by metrics of one's own in place of CPU, with that age beside them", async () => {
    const own = valuesFile(`
autoscaling:
  metrics:
    - type: Resource
      resource: { name: memory, target: { type: Utilization, averageUtilization: 60 } }
`)
    const { metrics } = await scalerFor({ "autoscaling.oldestEventSeconds": "15" }, own)
    expect(metrics.map(({ resource, pods }) => resource?.name ?? pods?.metric.name)).toEqual([
      "memory",
      "ocean_sentry_live_events_oldest_seconds",
    ])
  })

  it("have an age that is no number of seconds refused", async () => {
    const { stderr } = await template({ flags: { ...flags, "autoscaling.oldestEventSeconds": "soon" } })
    expect(stderr).toContain("autoscaling.oldestEventSeconds")
  })
})

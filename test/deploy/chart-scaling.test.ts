// What several processes of a release do: each its role; and the live-event workers grow by themselves, by what they measure and by
// nothing that the program does not tell.
import { describe, expect, it } from "vitest"
import { metricTable } from "../../src/common/metric-table.ts"
import { has } from "./support/deployed.ts"
import { documentedFlags, find, podOf, render, template, valuesFile } from "./support/helm.ts"

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

describe.runIf(has("helm"))("the roles of the processes", () => {
  const shared = {
    ...documentedFlags,
    "store.kind": "postgres",
    "store.existingSecret": "database",
    "liveEvents.worker.enabled": "true",
  }
  const hooks = { "ingress.enabled": "true" }
  const hooksToWorker = { "liveEvents.ingress.enabled": "true" }

  async function rolesFor(flags: Record<string, string>, words: string[] = []) {
    const objects = await render({ flags, words })
    const roleIn = (name: string) =>
      objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === name)?.data.OCEAN__ROLE
    return { main: roleIn("ocean-sentry-sentry-config"), worker: roleIn("ocean-sentry-sentry-le-config") }
  }

  it.each([
    ["resync and live, beside a worker on one database", {}, "resync"],
    ["the same where both have an Ingress", { ...hooks, ...hooksToWorker }, "resync"],
    ["the main one all, where the only Ingress leads webhooks to it", hooks, "all"],
    [
      "the main one all, where it resyncs nothing",
      { "integration.eventListener.type": "WEBHOOKS_ONLY" },
      "all",
    ],
    [
      "the main one all, where a switch keeps it from resyncs",
      { "integration.eventListener.shouldResync": "false" },
      "all",
    ],
    ["the CronJob's resync", { "workload.kind": "CronJob" }, "resync"],
  ])("are %s", async (_, more, main) => {
    expect(await rolesFor({ ...shared, ...more })).toEqual({ main, worker: "live" })
  })

  it("are left to the program without a worker, and without a database that they share", async () => {
    expect(await rolesFor({ ...shared, "liveEvents.worker.enabled": "false" })).toEqual({})
    expect(await rolesFor({ ...documentedFlags, "liveEvents.worker.enabled": "true" })).toEqual({})
  })

  it("are those that somebody sets: for all by extraEnv, for one of them by extraConfig", async () => {
    const own = { "extraEnv[0].name": "OCEAN__ROLE", "extraEnv[0].value": "all" }
    const objects = await render({ flags: { ...shared, ...own } })
    for (const name of ["deployment", "le-deployment"]) {
      // A container's own variables win over those of a ConfigMap.
      const pod = podOf(find(objects, "Deployment", `ocean-sentry-sentry-${name}`))
      expect(pod?.spec.containers[0].env).toContainEqual({ name: "OCEAN__ROLE", value: "all" })
    }
    const words = valuesFile(`
integration: { extraConfig: { OCEAN__ROLE: all } }
liveEvents: { extraConfig: { OCEAN__ROLE: api } }
`)
    expect(await rolesFor(shared, words)).toEqual({ main: "all", worker: "api" })
  })
})

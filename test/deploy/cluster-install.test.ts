// The chart on a real API server: installed, changed, taken back, removed, and refused before anything is there.
import { describe, expect, it } from "vitest"
import {
  cluster,
  eventually,
  expectDone,
  freshNamespace,
  kubectl,
  type Namespace,
} from "./support/cluster.ts"
import { everything } from "./support/flag-sets.ts"
import { documentedFlags } from "./support/helm.ts"

const deployment = "ocean-sentry-sentry-deployment"

describe.runIf(cluster)("a release on a real API server", () => {
  it("runs under the strictest security of pods, changes in place, goes back, and leaves nothing", async () => {
    const place = await freshNamespace("pod-security.kubernetes.io/enforce=restricted")
    const before = await place.inventory()

    expectDone(await place.upgrade())
    const first = await place.get("deployment", deployment)
    expect(first.status).toMatchObject({ readyReplicas: 1 })
    const [pod] = await podsOf(place, deployment)
    await expect
      .poll(() => podsBehind(place, "ocean-sentry-sentry-service"), eventually)
      .toEqual([pod?.metadata.name])

    expectDone(await place.upgrade({ flags: { ...documentedFlags, clientTimeout: "77" } }))
    const changed = await place.get("deployment", deployment)
    expect(changed.metadata.uid).toBe(first.metadata.uid)
    expect(changed.spec.template).not.toEqual(first.spec.template)
    expect(await timeout(place)).toBe("77")

    expectDone(await place.helm("rollback", "sentry", "1", "--wait"))
    const back = await place.get("deployment", deployment)
    expect(back.metadata.uid).toBe(first.metadata.uid)
    expect(back.spec.template).toEqual(first.spec.template)
    expect(await timeout(place)).toBeUndefined()

    expectDone(await place.helm("uninstall", "sentry", "--wait"))
    await expect.poll(place.inventory, eventually).toEqual(before)
  })

  it("has budgets that find their pods, workers whose number stays, and rules of the network", async () => {
    const place = await freshNamespace()
    const before = await place.inventory()
    // The one node has no zone.
    const flags = { ...everything, "topologySpreadConstraints[0].whenUnsatisfiable": "ScheduleAnyway" }
    expectDone(await place.upgrade({ flags }))

    await expect
      .poll(() => budget(place, "ocean-sentry-sentry-pdb"), eventually)
      .toMatchObject({
        expectedPods: 3,
        currentHealthy: 3,
      })
    expect(await place.get("networkpolicy", "ocean-sentry-sentry-network")).toMatchObject({
      spec: { egress: expect.arrayContaining([{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }]) },
    })
    const scaler = await place.get("horizontalpodautoscaler", "ocean-sentry-sentry-le-hpa")
    expect(scaler.spec.scaleTargetRef.name).toBe("ocean-sentry-sentry-le-deployment")

    const workers = "deployment/ocean-sentry-sentry-le-deployment"
    await kubectl("scale", workers, "--replicas=3", `--namespace=${place.name}`)
    expectDone(await place.upgrade({ flags: { ...flags, clientTimeout: "77" } }))
    expect((await place.get("deployment", "ocean-sentry-sentry-le-deployment")).spec.replicas).toBe(3)
    await expect
      .poll(() => budget(place, "ocean-sentry-sentry-le-pdb"), eventually)
      .toMatchObject({
        expectedPods: 3,
        currentHealthy: 3,
      })

    expectDone(await place.helm("uninstall", "sentry", "--wait"))
    await expect.poll(place.inventory, eventually).toEqual(before)
  })

  it.each<[string, Record<string, string>, string]>([
    ["a placeholder", { "port.clientSecret": "PORT_CLIENT_SECRET" }, "port.clientSecret"],
    [
      "a missing token",
      { "integration.secrets.sentryToken": "" },
      "integration.secrets.sentryToken is missing",
    ],
    ["two ways to the secrets", { "secret.create": "false", "secret.name": "mine" }, "go nowhere"],
    [
      "a wrong cron expression",
      { "workload.kind": "CronJob", scheduledResyncInterval: "* * * *" },
      "which is no cron expression",
    ],
    ["an unknown value", { replicaCount: "3" }, "replicaCount"],
  ])("is refused for %s, and changes nothing", async (_, wrong, sentence) => {
    const place = await freshNamespace()
    const before = await place.inventory()
    const refused = await place.upgrade({ flags: { ...documentedFlags, ...wrong } })
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toContain(sentence)
    expect(await place.inventory()).toEqual(before)

    expectDone(await place.upgrade())
    const running = await place.inventory()
    const again = await place.upgrade({ flags: { ...documentedFlags, ...wrong } })
    expect(again.code).not.toBe(0)
    expect(await place.inventory()).toEqual(running)
    expect((await place.get("deployment", deployment)).metadata.generation).toBe(1)
  })
})

async function podsOf(place: Namespace, app: string) {
  return (await place.list("pods")).filter(({ metadata }) => metadata.labels?.app === app)
}

/** The names of those that a Service leads to, once they are ready. */
async function podsBehind(place: Namespace, service: string): Promise<string[]> {
  const slices = (await place.list("endpointslices")).filter(
    ({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service,
  )
  return slices.flatMap(({ endpoints }) =>
    ((endpoints ?? []) as { conditions: { ready: boolean }; targetRef: { name: string } }[])
      .filter(({ conditions }) => conditions.ready)
      .map(({ targetRef }) => targetRef.name),
  )
}

async function budget(place: Namespace, name: string): Promise<unknown> {
  return (await place.get("poddisruptionbudget", name)).status
}

async function timeout(place: Namespace): Promise<unknown> {
  return (await place.get("configmap", "ocean-sentry-sentry-config")).data.OCEAN__CLIENT_TIMEOUT
}

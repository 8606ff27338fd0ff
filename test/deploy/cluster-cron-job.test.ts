// Resyncs by a CronJob on a real API server: they start by themselves and end, and the way there and back is one upgrade.
import { describe, expect, it } from "vitest"
import { cluster, eventually, expectDone, freshNamespace, type Namespace } from "./support/cluster.ts"
import { scalable } from "./support/flag-sets.ts"
import { documentedFlags, type KubernetesObject } from "./support/helm.ts"

const cronJob = "ocean-sentry-sentry-cron-job"
const flags = { ...documentedFlags, ...scalable }

describe.runIf(cluster)("a CronJob on a real API server", () => {
  it("runs a resync right away and one by its schedule, and leaves nothing of them", async () => {
    const place = await freshNamespace("pod-security.kubernetes.io/enforce=restricted")
    const before = await place.inventory()
    const eachMinute = { ...flags, scheduledResyncInterval: "'* * * * *'" }
    expectDone(await place.upgrade({ flags: eachMinute, words: ["--wait-for-jobs"] }))

    const [first] = (await place.list("jobs")).filter(({ metadata }) => metadata.name.startsWith("init-sync"))
    expect(first?.status).toMatchObject({ succeeded: 1 })
    await expect
      .poll(() => resyncsOf(place), eventually)
      .toContainEqual(expect.objectContaining({ phase: "Succeeded", containerStatuses: [completed] }))

    expectDone(await place.helm("uninstall", "sentry", "--wait"))
    await expect.poll(place.inventory, eventually).toEqual(before)
  })

  it("takes the place of a Deployment in one upgrade, and gives it back", async () => {
    const place = await freshNamespace()
    expectDone(await place.upgrade())
    const asDeployment = await ownInventory(place)
    expect(asDeployment).toContain("Deployment ocean-sentry-sentry-deployment")

    expectDone(await place.upgrade({ flags }))
    const asCronJob = await ownInventory(place)
    expect(asCronJob).toContain(`CronJob ${cronJob}`)
    expect(asCronJob).toContain("Deployment ocean-sentry-sentry-le-deployment")
    expect(asCronJob).not.toContain("Deployment ocean-sentry-sentry-deployment")

    expectDone(await place.helm("rollback", "sentry", "1", "--wait"))
    expect(await ownInventory(place)).toEqual(asDeployment)
  })
})

const completed = expect.objectContaining({
  state: expect.objectContaining({
    terminated: expect.objectContaining({ exitCode: 0, reason: "Completed" }),
  }),
})

/** What became of the pods that the schedule started. */
async function resyncsOf(place: Namespace): Promise<unknown[]> {
  const jobs = (await place.list("jobs")).filter((job) => ownerOf(job) === cronJob)
  const names = jobs.map(({ metadata }) => metadata.name)
  return (await place.list("pods")).filter((pod) => names.includes(ownerOf(pod))).map(({ status }) => status)
}

/** What the chart made, without what controllers made of it. */
async function ownInventory(place: Namespace): Promise<string[]> {
  const objects = await place.list("configmaps,secrets,services,deployments,cronjobs")
  return objects
    .filter(({ type }) => type !== "helm.sh/release.v1")
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .sort()
}

function ownerOf({ metadata }: KubernetesObject): string {
  return metadata.ownerReferences?.[0]?.name ?? ""
}

// From Port's chart to this one on a real API server, and back: the objects stay, since it refuses to change what names and
// selects them.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { freshFolder } from "../support/program.ts"
import { cluster, eventually, expectDone, freshNamespace, type Namespace } from "./support/cluster.ts"
import { flagSets } from "./support/flag-sets.ts"
import { documentedFlags, type KubernetesObject, podOf } from "./support/helm.ts"
import { original, originalText, stays } from "./support/original-charts.ts"
import { haveOriginals } from "./support/original-folder.ts"

describe.runIf(cluster && haveOriginals)("a release of Port's chart", () => {
  it.each(Object.keys(flagSets))("%s: is upgraded in place, goes back, and leaves nothing", async (name) => {
    const place = await freshNamespace()
    const before = await place.inventory()
    const rendered = original(name).filter(({ metadata }) => !metadata.annotations?.["helm.sh/hook"])

    const chart = chartOf(name, place)
    expectDone(await place.upgrade({ chart, flags: {} }))
    const theirs = await fetched(place, rendered)
    expectDone(await place.upgrade({ flags: flagSets[name] ?? {} }))

    const kept = rendered.filter(stays)
    expect(kept.length).toBeGreaterThan(1)
    for (const ours of await fetched(place, kept)) {
      const was = theirs.find(({ metadata }) => metadata.uid === ours.metadata.uid)
      expect(was, `${ours.kind} ${ours.metadata.name} was made anew`).toBeDefined()
      expect(ours.spec?.selector).toEqual(was?.spec?.selector)
      expect(ours.type).toBe(was?.type)
      const images = (podOf(ours)?.spec.containers ?? []) as { image: string }[]
      for (const { image } of images) expect(image).toMatch(/\/ocean-sentry:/)
    }
    const needless = rendered.filter((one) => !stays(one)).map(nameOf)
    for (const one of needless) expect(await place.inventory()).not.toContain(one)

    expectDone(await place.helm("rollback", "sentry", "1", "--wait"))
    for (const back of await fetched(place, rendered)) {
      const was = theirs.find((one) => nameOf(one) === nameOf(back))
      if (stays(back)) expect(back.metadata.uid).toBe(was?.metadata.uid)
      expect(podOf(back)?.spec).toEqual(podOf(was ?? back)?.spec)
      if (back.kind === "ConfigMap") expect(back.data).toEqual(was?.data)
    }

    expectDone(await place.helm("uninstall", "sentry", "--wait"))
    await expect.poll(place.inventory, eventually).toEqual(before)
  })

  it("of the version 0.1.14 must be uninstalled first, as the page says", async () => {
    const place = await freshNamespace()
    const chart = chartOf("chart-0.1.14/seed-helm", place)
    expectDone(await place.upgrade({ chart, flags: {} }))
    const refused = await place.upgrade({ flags: documentedFlags })
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toContain("field is immutable")
    expectDone(await place.helm("uninstall", "sentry", "--wait"))
    expectDone(await place.upgrade({ flags: documentedFlags }))
  })
})

/** The rendering as a chart, since the original's own is not at hand: helm keeps a release of it all the same. */
function chartOf(name: string, place: Namespace): string {
  const folder = freshFolder()
  mkdirSync(join(folder, "templates"))
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: port-ocean\nversion: 0.21.0\n")
  const text = originalText(name).replaceAll("namespace: default", `namespace: ${place.name}`)
  // Stands there for four letters that each rendering draws.
  writeFileSync(join(folder, "templates/all.yaml"), text.replaceAll("RAND", "abcd"))
  return folder
}

function fetched(place: Namespace, objects: readonly KubernetesObject[]): Promise<KubernetesObject[]> {
  return Promise.all(objects.map(({ kind, metadata }) => place.get(kind.toLowerCase(), metadata.name)))
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`
}

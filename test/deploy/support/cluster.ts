// A namespace of the test's own on the API server that `npm run test:api-server` built, with the real helm before it.
import { execFile } from "node:child_process"
import { randomBytes } from "node:crypto"
import { promisify } from "node:util"
import { expect, onTestFinished } from "vitest"
import {
  chartFolder,
  documentedFlags,
  type HelmRun,
  helm,
  type KubernetesObject,
  type RenderOptions,
} from "./helm.ts"

const given = process.env.TEST_CLUSTER

/** Undefined where that server was not built; its tests are then named as not run. */
export const cluster = given === undefined ? undefined : (JSON.parse(given) as Cluster)

export interface Cluster {
  kubeconfig: string
  kubectl: string
}

export interface Namespace {
  name: string
  /** helm's words as a person writes them, in this namespace. */
  helm(...words: readonly string[]): Promise<HelmRun>
  /** `helm upgrade --install --wait`, all pods ready at its end. The chart and its flags as for rendering. */
  upgrade(options?: RenderOptions): Promise<HelmRun>
  /** All objects of a kind, or of several with commas. */
  list(kinds: string): Promise<KubernetesObject[]>
  get(kind: string, name: string): Promise<KubernetesObject>
  /** All that lies in the namespace but the messages about it, as "kind name". */
  inventory(): Promise<string[]>
}

/** Removed when the test ends. `labels` as in `key=value`. */
export async function freshNamespace(...labels: readonly string[]): Promise<Namespace> {
  const name = `test-${randomBytes(4).toString("hex")}`
  await kubectl("create", "namespace", name)
  onTestFinished(async () => void (await kubectl("delete", "namespace", name, "--wait=false")))
  if (labels.length > 0) await kubectl("label", "namespace", name, ...labels)
  // Its controller makes this one some time after the namespace; until then there are no pods.
  await expect
    .poll(() => kubectl("get", "serviceaccount", "default", `--namespace=${name}`), eventually)
    .toContain("default")
  const list = async (kinds: string) => {
    const text = await kubectl("get", kinds, `--namespace=${name}`, "--output=json")
    return (JSON.parse(text) as { items: KubernetesObject[] }).items
  }
  const inNamespace = (...words: readonly string[]) =>
    helm([...words, "--namespace", name], { env: { KUBECONFIG: access().kubeconfig } })
  return {
    name,
    helm: inNamespace,
    upgrade: ({ flags = documentedFlags, words = [], release = "sentry", chart = chartFolder } = {}) =>
      inNamespace("upgrade", "--install", "--wait", release, chart, ...setWords(flags), ...words),
    list,
    get: async (kind, one) =>
      JSON.parse(await kubectl("get", kind, one, `--namespace=${name}`, "--output=json")) as KubernetesObject,
    async inventory() {
      const kinds = await kubectl("api-resources", "--verbs=list", "--namespaced", "--output=name")
      const counted = kinds
        .trim()
        .split("\n")
        .filter((kind) => !kind.startsWith("events"))
      const objects = await list(counted.join(","))
      return objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()
    },
  }
}

/** kubectl's words, on the whole cluster; throws what it says where it fails. */
export async function kubectl(...words: readonly string[]): Promise<string> {
  const { kubeconfig, kubectl: program } = access()
  const options = { maxBuffer: 1 << 26 }
  return (await promisify(execFile)(program, [`--kubeconfig=${kubeconfig}`, ...words], options)).stdout
}

/** helm's own words where it failed. */
export function expectDone({ code, stderr }: HelmRun): void {
  expect(code, stderr).toBe(0)
}

/** For what controllers do in their own time: until it is so, within the test's. */
export const eventually = { timeout: 300_000, interval: 250 }

function setWords(flags: Readonly<Record<string, string>>): string[] {
  return Object.entries(flags).flatMap(([path, value]) => ["--set", `${path}=${value}`])
}

function access(): Cluster {
  if (cluster === undefined) throw new Error("no API server: `npm run test:api-server` builds it")
  return cluster
}

// What the original chart renders for the documentation's flags, and where ours differs on purpose.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type KubernetesObject, objectsIn, podOf } from "./helm.ts"
import { originalFolder } from "./original-folder.ts"

export function original(name: string): KubernetesObject[] {
  return objectsIn(originalText(name))
}

export function originalText(name: string): string {
  return readFileSync(join(originalFolder, `${name}.yaml`), "utf8")
}

/** In place of the documentation's placeholders, which this chart refuses. */
const replaced: Readonly<Record<string, string>> = {
  PORT_CLIENT_ID: "id-of-port",
  PORT_CLIENT_SECRET: "secret-of-port",
  YOUR_PORT_CLIENT_ID: "id-of-port",
  YOUR_PORT_CLIENT_SECRET: "secret-of-port",
  SENTRY_HOST: "https://sentry.io",
  SENTRY_ORGANIZATION: "acme",
  SENTRY_TOKEN: "token-of-sentry",
}

/** Objects that are no longer needed: the original's CronJob calls kubectl with them. Its first resync is compared apart. */
const leftOut = new Set(["ServiceAccount", "Role", "RoleBinding", "Job", "Pod"])

export function stays({ kind, type }: KubernetesObject): boolean {
  return !leftOut.has(kind) && type !== "kubernetes.io/service-account-token"
}

/** The same objects of both charts in one form, in which only what must not differ is left. */
export function comparable(objects: readonly KubernetesObject[]): Record<string, unknown> {
  return Object.fromEntries(
    objects.filter(stays).map((one) => [`${one.kind} ${one.metadata.name}`, settle(structuredClone(one))]),
  )
}

function settle(object: KubernetesObject): unknown {
  const pod = podOf(object)
  if (pod) settlePod(pod)
  if (object.kind === "ConfigMap") settleVariables(object.data)
  if (object.kind === "Secret") {
    object.data = Object.fromEntries(
      Object.entries(object.data as Record<string, string>).map(([name, value]) => [name, decoded(value)]),
    )
  }
  // The original labels neither its ConfigMaps nor its certificates.
  if (object.kind === "ConfigMap" || object.metadata.name.endsWith("-cert")) {
    const { labels: _, ...rest } = object.metadata as KubernetesObject["metadata"] & { labels?: unknown }
    object.metadata = rest
  }
  if (object.kind === "CronJob") settleCronJob(object)
  return withoutNothing(withoutChartLabel(object))
}

function settleCronJob(object: KubernetesObject): void {
  // Overlap is forbidden here, since no kubectl is at hand to end the older run.
  delete object.spec.concurrencyPolicy
  delete object.spec.jobTemplate.metadata.generateName
  delete object.spec.jobTemplate.metadata.namespace
  const { spec } = object.spec.jobTemplate.spec.template
  delete spec.initContainers
  // D17: the original forgets these two here.
  delete spec.dnsPolicy
  delete spec.terminationGracePeriodSeconds
}

function settlePod(pod: KubernetesObject): void {
  const { annotations = {} } = pod.metadata as { annotations?: Record<string, string> }
  for (const name of ["checksum/config", "checksum/secret"]) delete annotations[name]
  const { spec } = pod
  for (const name of ["enableServiceLinks", "automountServiceAccountToken", "securityContext"])
    delete spec[name]
  for (const container of spec.containers) {
    for (const name of ["image", "imagePullPolicy", "securityContext"]) delete container[name]
    const own = ["NODE_EXTRA_CA_CERTS", "OCEAN__ONCE__SKIP_IS_SUCCESS"]
    container.env = (container.env ?? []).filter(({ name }: { name: string }) => !own.includes(name))
    if (container.env.length === 0) delete container.env
  }
}

function settleVariables(data: Record<string, string>): void {
  // Brokers stand beside every type there; the program passes over them.
  const { brokers: _, ...listener } = JSON.parse(data.OCEAN__EVENT_LISTENER ?? "{}") as Record<
    string,
    unknown
  >
  data.OCEAN__EVENT_LISTENER = JSON.stringify(listener)
  for (const [name, value] of Object.entries(data)) data[name] = replaced[value] ?? value
  if (data.OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION === "string") {
    data.OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION = "acme"
  }
}

function decoded(value: string): string {
  const text = Buffer.from(value, "base64").toString()
  return text === "string" ? "token-of-sentry" : (replaced[text] ?? text)
}

/** Every label but the one that names the chart's own version. */
function withoutChartLabel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutChartLabel)
  if (typeof value !== "object" || value === null) return value
  const entries = Object.entries(value).filter(([name]) => name !== "helm.sh/chart")
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutChartLabel(inner)]))
}

/** Without keys that say nothing, which the original writes in many places. */
function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNothing)
  if (typeof value !== "object" || value === null) return value
  const entries = Object.entries(value)
    .map(([name, inner]) => [name, withoutNothing(inner)] as const)
    .filter(([name, inner]) => inner !== null && !(name === "annotations" && isEmpty(inner)))
  return Object.fromEntries(entries)
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0
}

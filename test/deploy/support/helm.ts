// Charts rendered by the real helm.
import { execFile } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseAllDocuments } from "yaml"
import { freshFolder } from "../../support/program.ts"
import { tool } from "./deployed.ts"

export const chartFolder = join(import.meta.dirname, "../../../deploy/helm/ocean-sentry")

/** The flags of the documentation, with values in place of its placeholders. */
export const documentedFlags: Readonly<Record<string, string>> = {
  "port.clientId": "id-of-port",
  "port.clientSecret": "secret-of-port",
  "port.baseUrl": "https://api.getport.io",
  initializePortResources: "true",
  "integration.identifier": "sentry",
  "integration.type": "sentry",
  "integration.eventListener.type": "POLLING",
  "integration.config.sentryHost": "https://sentry.io",
  "integration.secrets.sentryToken": "token-of-sentry",
  "integration.config.sentryOrganization": "acme",
}

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes, of which each test knows the form
export type KubernetesObject = Record<string, any> & { kind: string; metadata: Metadata }

interface Metadata {
  name: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  // Those that a server adds.
  uid?: string
  generation?: number
  ownerReferences?: { name: string }[]
}

export interface HelmRun {
  code: number
  stdout: string
  stderr: string
}

export function helm(
  words: readonly string[],
  options: { cwd?: string; env?: object } = {},
): Promise<HelmRun> {
  const env = { ...process.env, ...options.env }
  const where = options.cwd === undefined ? {} : { cwd: options.cwd }
  return new Promise((resolve) => {
    execFile(tool("helm"), words, { env, maxBuffer: 1 << 26, ...where }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr })
    })
  })
}

export interface RenderOptions {
  flags?: Readonly<Record<string, string>>
  /** Further words, such as `--values FILE` or `--set-file …`. */
  words?: readonly string[]
  release?: string
  chart?: string
}

/** As `words`: values of a file, in which YAML makes numbers of what looks like one. */
export function valuesFile(values: string): string[] {
  const file = join(freshFolder(), "values.yaml")
  writeFileSync(file, values)
  return ["--values", file]
}

/** The program's words and code; `--set` as a person writes it. */
export function template({
  flags = documentedFlags,
  words = [],
  release = "sentry",
  chart = chartFolder,
}: RenderOptions) {
  const sets = Object.entries(flags).flatMap(([name, value]) => ["--set", `${name}=${value}`])
  // A helm built from its sources takes a cluster of 2020 for granted.
  return helm(["template", release, chart, "--kube-version=1.32.0", ...sets, ...words])
}

/** All objects; throws helm's own words. */
export async function render(options: RenderOptions = {}): Promise<KubernetesObject[]> {
  const { code, stdout, stderr } = await template(options)
  if (code !== 0) throw new Error(stderr)
  return objectsIn(stdout)
}

export function objectsIn(text: string): KubernetesObject[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((one): one is KubernetesObject => one !== null)
}

export function find(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const found = objects.find((one) => one.kind === kind && one.metadata.name === name)
  if (!found)
    throw new Error(
      `no ${kind} ${name} among ${objects.map((one) => `${one.kind} ${one.metadata.name}`).join(", ")}`,
    )
  return found
}

/** The pod of a workload of any kind. */
export function podOf(object: KubernetesObject): KubernetesObject | undefined {
  if (object.kind === "Pod") return object
  if (object.kind === "CronJob") return object.spec.jobTemplate.spec.template
  return object.spec?.template
}

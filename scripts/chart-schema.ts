// values.schema.json of the chart: the names and types of values.yaml, and what the settings say of those that become settings.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from "yaml"
import { z } from "zod"
import { listSettings, type Setting } from "../src/cli/settings/setting-list.ts"

interface Schema {
  [keyword: string]: unknown
}

const chart = fileURLToPath(new URL("../deploy/helm/ocean-sentry", import.meta.url))
const settings = listSettings()

const texts: Schema = { type: "object", additionalProperties: { type: "string" } }
const anything: Schema = { type: "object" }
const text: Schema = { type: ["string", "number"] }
const variables: Schema = { type: "object", additionalProperties: true }
/** What Port's chart knows much of and this one nothing but whether it is asked for: its values may stay. */
const switched: Schema = { type: "object", properties: { enabled: { type: "boolean" } } }
const count: Schema = { type: "integer", minimum: 0 }

/** What an empty default does not say, by path; `*` stands for one name. */
const known: Record<string, Schema> = {
  "*.annotations": texts,
  "*.extraLabels": texts,
  "*.extraConfig": variables,
  "*.*.annotations": texts,
  "*.*Probe": { type: "object" },
  actionsProcessor: switched,
  "autoscaling.metrics": { type: "array" },
  "autoscaling.oldestEventSeconds": { type: ["integer", "null"], minimum: 1 },
  clientTimeout: { type: ["integer", "null"], minimum: 1 },
  createPortResourcesOrigin: withEmpty(ofSetting("createPortResourcesOrigin")),
  dnsConfig: anything,
  dnsPolicy: { enum: ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"] },
  "externalSecret.data": { type: "object", additionalProperties: { type: "object", required: ["key"] } },
  extraEnv: { type: "array", items: { type: "object", required: ["name"] } },
  imagePullPolicy: { enum: ["Always", "IfNotPresent", "Never"] },
  imagePullSecrets: { type: "array", items: { type: ["string", "object"] } },
  "incrementalSync.concurrencyPolicy": { enum: ["Allow", "Forbid", "Replace"] },
  "incrementalSync.timeoutMinutes": { type: ["integer", "null"], minimum: 1 },
  "integration.config": configSchema(),
  "integration.eventListener": listenerSchema(),
  "integration.identifier": text,
  "integration.processExecution.mode": ofSetting("processExecutionMode"),
  "integration.secrets": configSchema(),
  "integration.version": text,
  "liveEvents.deployment.rolloutStrategy": anything,
  "liveEvents.initializePortResources": { type: ["boolean", "null"] },
  podAnnotations: texts,
  postgresql: switched,
  "port.clientId": text,
  "port.clientSecret": text,
  "podDisruptionBudget.minAvailable": { type: ["integer", "string"] },
  processingMode: ofSetting("processingMode"),
  scheduleConcurrencyPolicy: { enum: ["Allow", "Forbid", "Replace"] },
  scheduledResyncInterval: { type: ["integer", "string", "null"] },
  "secret.name": { type: ["string", "array"], items: { type: "string", minLength: 1 } },
  "*.type": { enum: ["ClusterIP", "NodePort", "LoadBalancer"] },
  "*.*.type": { enum: ["ClusterIP", "NodePort", "LoadBalancer"] },
  "integration.type": { type: "string" },
  "store.kind": { enum: ["none", "postgres"] },
  "workload.cron.resyncTimeoutMinutes": { type: ["integer", "null"], minimum: 1 },
  "workload.deployment.rolloutStrategy": { enum: ["Recreate", "RollingUpdate"] },
  "workload.kind": { enum: ["Deployment", "CronJob"] },
}

/** `deploy/helm/ocean-sentry/values.schema.json` */
export function chartSchema(): string {
  const values = parseDocument(readFileSync(join(chart, "values.yaml"), "utf8"))
  if (!isMap(values.contents)) throw new Error("values.yaml is no mapping")
  const schema = objectSchema(values.contents, "")
  const properties = schema.properties as Record<string, Schema>
  // Parents of a chart hand these on; and one name that the documentation misspells is refused by its right name.
  Object.assign(properties, { global: anything, extraEnvs: {} })
  const head = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Values of the chart ocean-sentry",
  }
  return `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`
}

function objectSchema(map: YAMLMap, path: string): Schema {
  const properties: Record<string, Schema> = {}
  for (const { key, value } of map.items) {
    const name = String(isScalar(key) ? key.value : key)
    const here = path === "" ? name : `${path}.${name}`
    const comment = isScalar(key) ? key.commentBefore?.trim().replaceAll(/\n\s*/g, " ") : undefined
    properties[name] = { ...(comment ? { description: comment } : {}), ...valueSchema(value, here) }
  }
  return { type: "object", additionalProperties: false, properties }
}

function valueSchema(value: unknown, path: string): Schema {
  const given = schemaFor(path)
  if (given) return given
  if (isMap(value)) return value.items.length === 0 ? anything : objectSchema(value, path)
  if (isSeq(value)) return { type: "array" }
  const plain = isScalar(value) ? value.value : value
  if (typeof plain === "boolean") return { type: "boolean" }
  if (typeof plain === "number") return count
  if (typeof plain === "string") return { type: "string" }
  throw new Error(`values.yaml: ${path} says nothing of its type: add it to scripts/chart-schema.ts`)
}

/** An exact path goes before a pattern. */
function schemaFor(path: string): Schema | undefined {
  if (known[path]) return known[path]
  if (/^(.*\.)?resources$/.test(path)) return anything
  const pattern = Object.keys(known).find((one) => {
    const form = one.replaceAll(".", "\\.").replaceAll("*", "[^.]*")
    return one.includes("*") && new RegExp(`^${form}$`).test(path)
  })
  return pattern === undefined ? undefined : known[pattern]
}

/** The names of the program's own settings, in both spellings; a misspelt one is refused. */
function configSchema(): Schema {
  const own = settings.filter(({ path }) => path.startsWith("integration.config."))
  const properties = own.flatMap((setting) => {
    const name = setting.path.split(".").at(-1) ?? ""
    const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return [name, snake].map((spelling) => [spelling, described(setting, text)] as const)
  })
  return { type: "object", additionalProperties: false, properties: Object.fromEntries(properties) }
}

/** Keys that are not known are handed on, as in Port's chart, which leaves `brokers` beside every type. */
function listenerSchema(): Schema {
  const own = settings.filter(({ path }) => path.startsWith("eventListener."))
  const properties = own.map((setting) => {
    const name = setting.path.split(".").at(-1) ?? ""
    return [
      name,
      name === "type" ? described(setting, ofSetting(setting.path)) : described(setting, {}),
    ] as const
  })
  return { type: "object", required: ["type"], properties: Object.fromEntries(properties) }
}

/** The choices of a setting. */
function ofSetting(path: string): Schema {
  const setting = settings.find((one) => one.path === path)
  const values = setting && z.toJSONSchema(setting.schema, { io: "input", unrepresentable: "any" }).enum
  if (!values) throw new Error(`the setting ${path} has no choices`)
  return { enum: values }
}

function withEmpty(schema: Schema): Schema {
  return { enum: [...(schema.enum as string[]), "", null] }
}

function described(setting: Setting, schema: Schema): Schema {
  return { description: setting.info.text.replaceAll("`", ""), ...schema }
}

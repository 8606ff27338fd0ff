// What the program of an installation is told: the same variables that somebody who ran it alone would set.
import { randomUUID } from "node:crypto"
import { mkdir, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type Installation, identifierOf } from "./installation.ts"

export interface HostDefaults {
  /** For installations without credentials of their own. */
  port: { baseUrl: string; clientId: string | undefined; clientSecret: string | undefined }
  /** Of a webhook's body: what the host took an installation takes. */
  maxBodyBytes: number
  /** What every child gets: proxies, certificates, PATH. Nothing of the host's own settings. */
  environment: Readonly<Record<string, string>>
}

/** Why nothing can be run for it yet; undefined where all is there. */
export function whatIsMissing(one: Installation, { port }: HostDefaults): string | undefined {
  const unreadable = Object.values(one.unreadable)
  if (unreadable.length > 0) return unreadable.join("; ")
  if (one.secrets["sentry.token"] === undefined) return "sentry.token is not set"
  const own = one.spec.port
  if (own && one.secrets["port.clientSecret"] === undefined) return "port.clientSecret is not set"
  if (!own && (port.clientId === undefined || port.clientSecret === undefined))
    return "port is not set, and the host has no credentials of Port for those without"
  return undefined
}

/** `state`: where this installation keeps what must last. `folder`: its own, with its mapping in it. */
export function childEnvironment(
  one: Installation,
  {
    host,
    state,
    folder,
    work,
  }: { host: HostDefaults; state: string; folder: string; work: "resync" | "live" },
): Record<string, string> {
  const { spec, secrets } = one
  const port = spec.port
    ? {
        baseUrl: spec.port.baseUrl ?? host.port.baseUrl,
        clientId: spec.port.clientId,
        clientSecret: secrets["port.clientSecret"],
      }
    : host.port
  const webhookSecret = secrets["sentry.webhookSecret"]
  return {
    ...host.environment,
    HOME: folder,
    OCEAN__PORT__BASE_URL: port.baseUrl,
    OCEAN__PORT__CLIENT_ID: port.clientId ?? "",
    OCEAN__PORT__CLIENT_SECRET: port.clientSecret ?? "",
    OCEAN__INTEGRATION__IDENTIFIER: identifierOf(one),
    OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: spec.sentry.host,
    OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: spec.sentry.organization,
    OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: secrets["sentry.token"] ?? "",
    ...(webhookSecret === undefined
      ? {}
      : { OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET: webhookSecret }),
    OCEAN__DATABASE__URL: state,
    OCEAN__EVENT_LISTENER: JSON.stringify({ type: work === "resync" ? "ONCE" : "WEBHOOKS_ONLY" }),
    OCEAN__LIVE_EVENTS__MAX_BODY_BYTES: String(host.maxBodyBytes),
    OCEAN__SEND_RAW_DATA_EXAMPLES: String(spec.sendRawDataExamples),
    OCEAN__LOG_FORMAT: "json",
    OCEAN__SERVER__PORT: "0",
    ...(spec.preset === undefined ? {} : { OCEAN__PRESET: spec.preset }),
    ...(spec.mapping === undefined
      ? {}
      : {
          OCEAN__RESOURCES_PATH: join(folder, "resources"),
          OCEAN__OVERWRITE_MAPPING: "true",
          // Port's own mapping for the type would only be written over.
          OCEAN__CREATE_PORT_RESOURCES_ORIGIN: "Default",
        }),
  }
}

/**
 * The installation's own folder, in which its processes work, with its mapping as it is now. Two of them may begin at the same
 * moment, and another may be reading the mapping: it is there as a whole or as it was.
 */
export async function prepareFolder({ id, spec }: Installation, above: string): Promise<string> {
  const folder = join(above, id)
  const resources = join(folder, "resources")
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Without a mapping nobody is told of the folder; what is in it does no harm.
  if (spec.mapping === undefined) return folder
  await mkdir(resources, { recursive: true })
  const written = join(folder, `mapping-${randomUUID()}.json`)
  await writeFile(written, JSON.stringify(spec.mapping))
  await rename(written, join(resources, "port-app-config.json"))
  return folder
}

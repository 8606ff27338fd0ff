// What the form of an installation holds, and what of it is sent: a new one as a whole, without what is left empty; of a known one
// what was changed, so that two people who change different things do not undo each other's work.
import type { HostAbout, Installation, SecretPath } from "../api/installations.ts"
import { spanText } from "./span-text.ts"

export interface InstallationFields {
  organization: string
  host: string
  port: "own" | "host"
  baseUrl: string
  clientId: string
  identifier: string
  interval: string
  timeout: string
  memoryMb: string
  sendRawDataExamples: boolean
  preset: string
  mapping: string
}

/** Undefined: it stays as it is; null takes it away. */
export type SecretFields = Partial<Record<SecretPath, string | null | undefined>>

const places: Record<keyof Omit<InstallationFields, "port">, string> = {
  organization: "sentry.organization",
  host: "sentry.host",
  baseUrl: "port.baseUrl",
  clientId: "port.clientId",
  identifier: "identifier",
  interval: "interval",
  timeout: "timeout",
  memoryMb: "memoryMb",
  sendRawDataExamples: "sendRawDataExamples",
  preset: "preset",
  mapping: "mapping",
}

export function newFields(about: HostAbout): InstallationFields {
  return {
    organization: "",
    host: "https://sentry.io",
    port: about.port.hasCredentials ? "host" : "own",
    baseUrl: about.port.baseUrl,
    clientId: "",
    identifier: "",
    interval: "1h",
    timeout: "",
    memoryMb: "512",
    sendRawDataExamples: true,
    preset: "",
    mapping: "",
  }
}

export function fieldsOf(one: Installation): InstallationFields {
  return {
    organization: one.sentry.organization,
    host: one.sentry.host,
    port: one.target.credentials,
    baseUrl: one.target.url,
    clientId: one.port?.clientId ?? "",
    identifier: one.identifier,
    interval: spanText(one.interval),
    timeout: one.timeout === one.interval ? "" : spanText(one.timeout),
    memoryMb: String(one.memoryMb),
    sendRawDataExamples: one.sendRawDataExamples,
    preset: one.preset ?? "",
    mapping: one.mappingText ?? "",
  }
}

/** What is left empty, though nothing works without it: a sentence each, by place. */
export function missingIn(
  { organization, port, clientId }: InstallationFields,
  { name, secrets, isThere }: { name: string; secrets: SecretFields; isThere: (path: SecretPath) => boolean },
): Record<string, string> {
  const isMissing = (path: SecretPath) => !secrets[path] && !isThere(path)
  const needed: [string, boolean][] = [
    ["id", name.trim() === ""],
    ["sentry.organization", organization.trim() === ""],
    ["sentry.token", isMissing("sentry.token")],
    ["port.clientId", port === "own" && clientId.trim() === ""],
    ["port.clientSecret", port === "own" && isMissing("port.clientSecret")],
  ]
  return Object.fromEntries(
    needed.filter(([, isEmpty]) => isEmpty).map(([place]) => [place, "this is needed"]),
  )
}

type Order = Record<string, unknown>

/** `known`: what is there. */
export function orderOf(
  fields: InstallationFields,
  secrets: SecretFields,
  known?: InstallationFields,
): Order {
  const order: Order = {}
  for (const [name, place] of Object.entries(places) as [keyof typeof places, string][]) {
    const isOfPort = place.startsWith("port.")
    if (isOfPort && fields.port === "host") continue
    // What is used from now on must be sent as a whole.
    const isKnown = isOfPort && known?.port === "host" ? false : known !== undefined
    if (isKnown && known?.[name] === fields[name]) continue
    const value = sentValue(name, fields[name])
    if (value !== null || isKnown) put(order, place, value)
  }
  for (const [place, secret] of Object.entries(secrets)) {
    if (place.startsWith("port.") && fields.port === "host") continue
    if (secret !== "" && secret !== undefined) put(order, place, secret)
  }
  if (fields.port === "host" && known?.port === "own") order.port = null
  return order
}

function sentValue(name: keyof InstallationFields, value: string | boolean): unknown {
  if (typeof value === "boolean") return value
  const text = name === "mapping" ? value : value.trim()
  if (text.trim() === "") return null
  return name === "memoryMb" && /^\d+$/.test(text) ? Number(text) : text
}

function put(order: Order, place: string, value: unknown): void {
  const [group = "", name] = place.split(".")
  if (name === undefined) order[group] = value
  else order[group] = { ...(order[group] as Order | undefined), [name]: value }
}

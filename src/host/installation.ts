// An installation: one Sentry organization into one Port organization, as a platform team writes it down.
import { parseDocument } from "yaml"
import { z } from "zod"
import { parseDuration } from "../common/duration.ts"
import type { JsonObject } from "../common/json.ts"

const text = z.string().min(1, "empty")
/** Null takes away one that was set before. */
const secret = text.nullable()
const address = z
  .string()
  .regex(/^https?:\/\/[^\s/]/i, "expected an address that begins with http:// or https://")
  .transform((text) => text.replace(/\/+$/, ""))

function span(least: string, whenUnset: string) {
  const leastMs = parseDuration(least) ?? 0
  return z
    .string()
    .default(whenUnset)
    .transform((text, context) => {
      const ms = parseDuration(text)
      if (ms !== undefined && ms >= leastMs) return ms
      context.addIssue({ code: "custom", message: `expected a span such as 1h, at least ${least}` })
      return z.NEVER
    })
}

/** A text is YAML; anything else is what it is. */
function readYaml(value: unknown, context: z.RefinementCtx): unknown {
  if (typeof value !== "string") return value
  const document = parseDocument(value)
  const [error] = document.errors
  if (!error) return document.toJS() as unknown
  const [place] = error.linePos ?? []
  const what = error.message.split("\n")[0]?.replace(/ at line .*$/, "")
  context.addIssue({
    code: "custom",
    message: `not valid YAML${place ? ` in line ${place.line}` : ""}: ${what}`,
  })
  return z.NEVER
}

/** Part of the webhook address, of the state's name, and of each log line. */
export const InstallationId = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
    "expected lower-case letters, digits and hyphens, at most 40",
  )

/** What is written of one; its name is told apart. Secrets that are left out stay as they are; null takes one away. */
export const InstallationInput = z.strictObject({
  /** In Port; unset: `sentry-<id>`. */
  identifier: z.string().min(1).optional(),
  enabled: z.boolean().default(true),
  sentry: z.strictObject({
    host: address.default("https://sentry.io"),
    organization: z.string().min(1, "empty"),
    token: secret.optional(),
    /** Unset: no webhooks are taken. */
    webhookSecret: secret.optional(),
  }),
  /** Unset: the credentials that the host has. */
  port: z
    .strictObject({ baseUrl: address.optional(), clientId: text, clientSecret: secret.optional() })
    .optional(),
  /** Between the starts of two resyncs. */
  interval: span("1m", "1h"),
  /** A resync that takes longer is ended. Unset: the interval. */
  timeout: span("10s", "0").optional(),
  /** Of its processes; one that needs more is ended. */
  memoryMb: z.int().min(128, "at least 128").default(512),
  sendRawDataExamples: z.boolean().default(true),
  preset: z.string().optional(),
  /**
   * As in Port's mapping editor, also as the YAML text that stands there; where it is given it decides, and is written to Port
   * when it differs.
   */
  mapping: z.preprocess(readYaml, z.looseObject({ resources: z.array(z.looseObject({})) })).optional(),
})
export type InstallationInput = z.output<typeof InstallationInput>

/** The places of secrets in an installation. */
export const secretPaths = ["sentry.token", "sentry.webhookSecret", "port.clientSecret"] as const
export type SecretPath = (typeof secretPaths)[number]
export type Secrets = Partial<Record<SecretPath, string>>
/** What becomes of them: null takes one away, what is left out stays. */
export type ChangedSecrets = Partial<Record<SecretPath, string | null>>

export interface Installation {
  id: string
  /** Who wrote it down: a file's installation is changed in its file. */
  source: "api" | "file"
  /** Without secrets. */
  spec: InstallationInput
  /** Those that can be read. */
  secrets: Secrets
  /** Why others cannot, where the key is another one by now: it is not at work until they are set anew. */
  unreadable: Partial<Record<SecretPath, string>>
}

/** The secrets apart from the rest, which may be shown. */
export function splitSecrets(input: InstallationInput): {
  spec: InstallationInput
  secrets: ChangedSecrets
} {
  const { token, webhookSecret, ...sentry } = input.sentry
  const { clientSecret, ...port } = input.port ?? { clientId: "" }
  return {
    spec: { ...input, sentry, ...(input.port ? { port } : {}) },
    secrets: {
      ...(token === undefined ? {} : { "sentry.token": token }),
      ...(webhookSecret === undefined ? {} : { "sentry.webhookSecret": webhookSecret }),
      ...(clientSecret === undefined ? {} : { "port.clientSecret": clientSecret }),
    },
  }
}

export function identifierOf({ id, spec }: Pick<Installation, "id" | "spec">): string {
  return spec.identifier ?? `sentry-${id}`
}

export function timeoutOf({ spec }: Pick<Installation, "spec">): number {
  return spec.timeout ? spec.timeout : spec.interval
}

/** Whether a process that was started for the one does what the other says. */
export function isSameWork(one: Installation, other: Installation | undefined): boolean {
  const work = ({ spec, secrets, unreadable }: Installation) => JSON.stringify([spec, secrets, unreadable])
  return other !== undefined && work(one) === work(other)
}

/** As somebody would write it down, without its secrets. */
export function writtenOf({ spec }: Pick<Installation, "spec">): JsonObject {
  const { interval, timeout, ...rest } = JSON.parse(JSON.stringify(spec)) as JsonObject
  return {
    ...rest,
    interval: `${Number(interval)}ms`,
    ...(timeout ? { timeout: `${Number(timeout)}ms` } : {}),
  }
}

/** As anybody may see it who may ask: of secrets, that they are set. */
export function shownInstallation({ id, source, spec, secrets, unreadable }: Installation): JsonObject {
  const { interval, timeout, ...rest } = spec
  return {
    ...(JSON.parse(JSON.stringify(rest)) as JsonObject),
    id,
    source,
    identifier: identifierOf({ id, spec }),
    interval: `${interval / 1_000}s`,
    timeout: `${(timeout || interval) / 1_000}s`,
    secrets: Object.keys(secrets).sort(),
    ...(Object.keys(unreadable).length === 0 ? {} : { unreadable }),
  }
}

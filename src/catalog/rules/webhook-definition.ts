// A webhook data source's body: its shape, what a change makes of it, and how it is answered. Pure.
import { isJsonObject, type JsonObject } from "../../common/json.ts"
import type { MappingValue } from "../../port/app-config.ts"
import type { WebhookRecord } from "../store/webhooks.ts"
import { type Check, fixedCheck } from "./json-schema.ts"

/** Null and absent mean the same: not checked. */
export interface WebhookSecurity {
  secret?: string | null
  signatureHeaderName?: string | null
  signatureAlgorithm?: "sha1" | "sha256" | "plain" | "" | null
  signaturePrefix?: string | null
  requestIdentifierPath?: string | null
}

export interface WebhookMapping {
  blueprint: string
  operation?: "create" | "delete" | { type: "create" | "delete"; deleteDependents?: boolean | null } | null
  filter?: string | null
  itemsToParse?: string | null
  entity: {
    identifier: MappingValue
    title?: string | null
    icon?: string | null
    team?: MappingValue | null
    properties?: Record<string, string> | null
    relations?: Record<string, MappingValue> | null
  }
}

/** What a client may set, beside the identifier. */
export interface WebhookAttributes {
  title: string
  description?: string | null
  icon?: string | null
  enabled: boolean
  integrationType: string
  security: WebhookSecurity
  mappings: WebhookMapping[]
}

const maybeText = { type: ["string", "null"] }
/** A search query; its parts are jq too, so that only their presence can be checked. */
const searchQuery = {
  type: "object",
  required: ["combinator", "rules"],
  properties: { combinator: { type: "string" }, rules: { type: "array", items: { type: "object" } } },
}
const jqOrQuery: JsonObject = {
  type: ["string", "object"],
  if: { type: "object" },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
  then: searchQuery,
}
const maybeJqOrQuery: JsonObject = { ...jqOrQuery, type: ["string", "object", "null"] }

const operationName = { enum: ["create", "delete"] }
const operation: JsonObject = {
  if: { type: "object" },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
  then: {
    required: ["type"],
    properties: { type: operationName, deleteDependents: { type: ["boolean", "null"] } },
    additionalProperties: false,
  },
  else: { enum: ["create", "delete", null] },
}

const mapping: JsonObject = {
  type: "object",
  required: ["blueprint", "entity"],
  properties: {
    blueprint: { type: "string", minLength: 1 },
    operation,
    filter: maybeText,
    itemsToParse: maybeText,
    entity: {
      type: "object",
      required: ["identifier"],
      properties: {
        identifier: jqOrQuery,
        title: maybeText,
        icon: maybeText,
        team: maybeJqOrQuery,
        properties: { type: ["object", "null"], additionalProperties: { type: "string" } },
        relations: { type: ["object", "null"], additionalProperties: jqOrQuery },
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
}

const attributes: JsonObject = {
  identifier: { type: "string", minLength: 1, maxLength: 30, pattern: "^[A-Za-z0-9@_.+:\\\\/=\\-]+$" },
  title: { type: "string", minLength: 1, maxLength: 30 },
  description: { type: ["string", "null"], maxLength: 200 },
  icon: maybeText,
  enabled: { type: "boolean" },
  integrationType: { enum: ["custom", "template"] },
  security: {
    type: ["object", "null"],
    properties: {
      secret: maybeText,
      signatureHeaderName: maybeText,
      signatureAlgorithm: { enum: ["sha1", "sha256", "plain", "", null] },
      signaturePrefix: maybeText,
      requestIdentifierPath: maybeText,
    },
    // A mistyped name here would leave every event unchecked.
    additionalProperties: false,
  },
  mappings: { type: ["array", "null"], items: mapping },
}

export const webhookBody: JsonObject = { type: "object", required: ["title"], properties: attributes }
export const webhookChange: JsonObject = { type: "object", properties: attributes }

/** An event made up by a person, and the mappings it is tried with. */
export const webhookEvaluation: JsonObject = {
  type: "object",
  required: ["mappings", "body"],
  properties: {
    mappings: { type: "array", items: mapping },
    body: {},
    headers: { type: "object", additionalProperties: { type: "string" } },
    queryParams: {
      type: "object",
      additionalProperties: { type: ["string", "array"], items: { type: "string" } },
    },
  },
  additionalProperties: false,
}

export function webhookChecks(): { whole: Check; change: Check; evaluation: Check } {
  return {
    evaluation: fixedCheck(webhookEvaluation, "body"),
    whole: fixedCheck(webhookBody, "body"),
    change: fixedCheck(webhookChange, "body"),
  }
}

const defaults = { enabled: true, integrationType: "custom", security: {}, mappings: [] }
const settable = ["title", "description", "icon", "enabled", "integrationType", "security", "mappings"]

/** The attributes of a checked body; what it leaves out has its default. */
export function completeWebhook(body: JsonObject): WebhookAttributes {
  const sent = Object.entries(body).filter(([key, value]) => settable.includes(key) && !isUnset(key, value))
  // The check has passed, which demands exactly this.
  return { ...defaults, ...Object.fromEntries(sent) } as unknown as WebhookAttributes
}

/**
 * A PATCH: what is not sent stays. So do the members of `security`: whoever sends only the secret must not lose the
 * name of the header, without which nothing would be checked.
 */
export function mergeWebhook(stored: WebhookAttributes, patch: JsonObject): WebhookAttributes {
  const security = isJsonObject(patch.security) ? { ...stored.security, ...patch.security } : undefined
  return completeWebhook({ ...asJson(stored), ...patch, ...(security ? { security } : {}) })
}

export function viewWebhook(record: WebhookRecord, base: string): JsonObject {
  return {
    identifier: record.identifier,
    ...asJson(record.attributes),
    webhookKey: record.webhookKey,
    url: `${base}/ingest/${record.webhookKey}`,
    createdAt: new Date(record.createdAt).toISOString(),
    createdBy: record.createdBy,
    updatedAt: new Date(record.updatedAt).toISOString(),
    updatedBy: record.updatedBy,
  }
}

/** Attributes come from JSON and are kept as JSON. */
function asJson(attributes: WebhookAttributes): JsonObject {
  return attributes as unknown as JsonObject
}

function isUnset(key: string, value: unknown): boolean {
  return value === null && (key === "security" || key === "mappings")
}

// An integration's body: its shape, and what a change of it means. Pure.
import type { JsonObject } from "../../common/json.ts"
import type { IntegrationRecord } from "../store/integrations.ts"
import { type Check, fixedCheck } from "./json-schema.ts"

const attributes: JsonObject = {
  installationAppType: { type: ["string", "null"] },
  title: { type: ["string", "null"] },
  version: { type: ["string", "null"] },
  config: { type: ["object", "null"] },
  changelogDestination: { type: ["object", "null"] },
  spec: { type: ["object", "null"] },
  actionsProcessingEnabled: { type: "boolean" },
  incrementalSyncEnabled: { type: "boolean" },
  arePortResourcesInitialized: { type: "boolean" },
  processingMode: { type: ["string", "null"] },
  createPortResourcesOrigin: { type: ["string", "null"] },
}

const name = { type: "string", minLength: 1, maxLength: 200 }
export const integrationBody: JsonObject = {
  type: "object",
  required: ["installationId"],
  properties: { ...attributes, installationId: name },
}
export const integrationChange: JsonObject = { type: "object", properties: attributes }
export const configChange: JsonObject = {
  type: "object",
  required: ["config"],
  properties: { config: { type: ["object", "null"] } },
}

export function integrationChecks(): { create: Check; change: Check; config: Check } {
  return {
    create: fixedCheck(integrationBody, "body"),
    change: fixedCheck(integrationChange, "body"),
    config: fixedCheck(configChange, "body"),
  }
}

/** The catalog says these itself; a body that holds them is taken without them. */
const owned = new Set([
  "_id", "_orgId", "identifier", "installationId", "resyncState", "logAttributes", "metricAttributes",
  "ingestAttributes", "statusInfo", "createdAt", "createdBy", "updatedAt", "updatedBy",
]) // biome-ignore format: a list of words

export function sentAttributes(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !owned.has(key)))
}

/**
 * Whether a PATCH asks for a resync: an empty one does, and one that brings another mapping, unless the integration
 * itself sent it (it would start a second resync right after its first).
 */
export function asksForResync(body: JsonObject, byIntegration: boolean): boolean {
  if (Object.keys(body).length === 0) return true
  return "config" in body && !byIntegration
}

export interface IntegrationUrls {
  /** Of this catalog's API, without a slash at its end. */
  base: string
  organizationId: string
}

export function viewIntegration(record: IntegrationRecord, urls: IntegrationUrls): JsonObject {
  const updatedAt = new Date(record.updatedAt).toISOString()
  return {
    installationAppType: null,
    title: null,
    version: null,
    changelogDestination: {},
    config: {},
    installationType: "OnPrem",
    ...record.attributes,
    _id: record.internalId,
    _orgId: urls.organizationId,
    identifier: record.installationId,
    installationId: record.installationId,
    ...(record.resyncState ? { resyncState: record.resyncState } : {}),
    logAttributes: {
      ingestId: record.logIngestId,
      ingestUrl: `${urls.base}/v1/logs/integration/${record.logIngestId}`,
    },
    metricAttributes: {
      ingestId: record.metricIngestId,
      ingestUrl: `${urls.base}/v1/metrics/integration/${record.metricIngestId}`,
    },
    statusInfo: { updatedAt },
    createdAt: new Date(record.createdAt).toISOString(),
    createdBy: record.createdBy,
    updatedAt,
    updatedBy: record.updatedBy,
  }
}

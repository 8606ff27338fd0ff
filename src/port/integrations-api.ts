// Port's routes for an integration: its record, its mapping, the state of its resyncs.
import { z } from "zod"
import type { JsonObject, JsonValue } from "../common/json.ts"
import { parseWith } from "../common/schema.ts"
import { portStatus, type SendToPort } from "./request.ts"

/** Where an integration sends its logs and metrics, as its record says. */
export interface IngestAddresses {
  logs: string | undefined
  metrics: string | undefined
  installationType: string
}

/** The integration as Port keeps it. The mapping (`config`) is checked apart, where its problems can be told well. */
export const IntegrationRecord = z.looseObject({
  config: z.unknown().optional(),
  version: z.string().nullish(),
  installationAppType: z.string().nullish(),
  changelogDestination: z.unknown().optional(),
  actionsProcessingEnabled: z.boolean().nullish(),
  incrementalSyncEnabled: z.boolean().nullish(),
  processingMode: z.string().nullish(),
  arePortResourcesInitialized: z.boolean().nullish(),
  createPortResourcesOrigin: z.string().nullish(),
  updatedAt: z.string().nullish(),
  resyncState: z
    .looseObject({
      status: z.string().nullish(),
      updatedAt: z.string().nullish(),
      lastResyncStart: z.string().nullish().catch(undefined),
    })
    .nullish(),
  // What only reports need must not keep a run from starting.
  installationType: z.string().nullish().catch(undefined),
  logAttributes: ingestAttributes(),
  metricAttributes: ingestAttributes(),
})
export type IntegrationRecord = z.infer<typeof IntegrationRecord>

const IntegrationAnswer = z.looseObject({ integration: IntegrationRecord })
const ProvisionedAnswer = z.looseObject({ integrations: z.array(z.string()) })
const RequestAnswer = z.looseObject({
  request: z.looseObject({ updatedAt: z.string().optional() }).nullish(),
})

/** The state of a resync as Port shows it; the misspelt member is Port's. */
export interface ResyncState {
  status: "running" | "completed" | "failed" | "aborted"
  lastResyncStart?: string
  lastResyncEnd: string | null
  nextResync?: string | null
  intervalInMinuets?: number | null
}

export type IntegrationsApi = ReturnType<typeof integrationsApi>

export function integrationsApi(send: SendToPort, identifier: string) {
  const own = `/integration/${encodeURIComponent(identifier)}`
  let addresses: IngestAddresses | undefined

  /** The record, or undefined where Port has none of our identifier. */
  async function get(signal?: AbortSignal): Promise<IntegrationRecord | undefined> {
    try {
      const { integration } = parseWith(
        IntegrationAnswer,
        await send({ method: "GET", path: own, signal }),
        "Port's integration",
      )
      addresses = addressesOf(integration)
      return integration
    } catch (error) {
      if (portStatus(error) === 404) return undefined
      throw error
    }
  }

  /** `provisioned`: Port makes the mapping and the blueprints itself, after it has answered. */
  async function create(
    body: JsonObject,
    { provisioned }: { provisioned: boolean },
    signal?: AbortSignal,
  ): Promise<void> {
    const query = provisioned ? { integration_modes: "create_resources" } : {}
    await send({ method: "POST", path: "/integration", query, body, signal })
  }

  /** The types of integration that Port can provision; none on a catalog without the route. */
  async function provisionedTypes(signal?: AbortSignal): Promise<string[]> {
    try {
      const answer = await send({ method: "GET", path: "/integration/provision-enabled", signal })
      return parseWith(ProvisionedAnswer, answer, "Port's list of provisioned integrations").integrations
    } catch (error) {
      if (portStatus(error) === 404) return []
      throw error
    }
  }

  async function patch(changes: JsonObject, signal?: AbortSignal): Promise<void> {
    await send({ method: "PATCH", path: own, body: changes, repeatable: true, signal })
  }

  async function patchConfig(config: JsonValue, signal?: AbortSignal): Promise<void> {
    await send({ method: "PATCH", path: `${own}/config`, body: { config }, repeatable: true, signal })
  }

  async function reportState(state: ResyncState, signal?: AbortSignal): Promise<void> {
    await send({ method: "PATCH", path: `${own}/resync-state`, body: state, repeatable: true, signal })
  }

  /** When somebody last asked for a resync; undefined when nobody did, `unsupported` on a catalog without the route. */
  async function resyncRequest(signal?: AbortSignal): Promise<Date | undefined | "unsupported"> {
    try {
      const answer = await send({ method: "GET", path: `${own}/resync-request`, signal })
      const text = parseWith(RequestAnswer, answer, "Port's resync request").request?.updatedAt
      const time = text === undefined ? Number.NaN : Date.parse(text)
      return Number.isNaN(time) ? undefined : new Date(time)
    } catch (error) {
      if (portStatus(error) === 404) return "unsupported"
      throw error
    }
  }

  /** A few raw objects of a kind, which Port shows beside the mapping editor. */
  async function sendExamples(
    kind: string,
    examples: readonly JsonValue[],
    signal?: AbortSignal,
  ): Promise<void> {
    const path = `${own}/kinds/${encodeURIComponent(kind)}/examples`
    await send({ method: "POST", path, body: { examples }, signal })
  }

  return {
    identifier,
    get,
    create,
    provisionedTypes,
    patch,
    patchConfig,
    reportState,
    resyncRequest,
    sendExamples,
    /** As the record last read said; undefined while none was. */
    ingestAddresses: () => addresses,
  }
}

function ingestAttributes() {
  return z.looseObject({ ingestUrl: z.string().nullish() }).nullish().catch(undefined)
}

function addressesOf(record: IntegrationRecord): IngestAddresses {
  const address = (url: string | null | undefined) => (url ? url.replace(/\/+$/, "") : undefined)
  return {
    logs: address(record.logAttributes?.ingestUrl),
    metrics: address(record.metricAttributes?.ingestUrl),
    installationType: record.installationType ?? "OnPrem",
  }
}

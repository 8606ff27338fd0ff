// Port's API as groups of functions put side by side.
import type { HttpClient } from "../common/http-client.ts"
import type { RetryPolicy } from "../common/http-retry.ts"
import { createPeerClock } from "../common/peer-clock.ts"
import type { Clock } from "../common/sleep.ts"
import { createAccessTokens } from "./auth.ts"
import { type BlueprintsApi, blueprintsApi } from "./blueprints-api.ts"
import { type EntitiesApi, entitiesApi } from "./entities-api.ts"
import type { BatchLimits } from "./entity-batches.ts"
import { type ExtrasApi, extrasApi } from "./extras-api.ts"
import { type IngestApi, ingestApi } from "./ingest-api.ts"
import { type IntegrationsApi, integrationsApi } from "./integrations-api.ts"
import { type OrganizationApi, organizationApi } from "./organization-api.ts"
import { createSendToPort, type SendToPort } from "./request.ts"
import { datasourceOf, userAgentOf } from "./user-agent.ts"

export interface PortClient {
  entities: EntitiesApi
  blueprints: BlueprintsApi
  integration: IntegrationsApi
  ingest: IngestApi
  organization: OrganizationApi
  extras: ExtrasApi
  /** Proves that Port is there and accepts our credentials. */
  signIn(signal?: AbortSignal): Promise<void>
  /** Milliseconds since the epoch on Port's clock, to a second. */
  serverNow(): number
  /** The same client, which asks before each request about entities or blueprints; what that throws, the request throws. */
  askingFirst(mayGoOn: () => void): PortClient
}

export interface PortClientOptions {
  http: HttpClient
  baseUrl: string
  clientId: string
  clientSecret: string
  integration: { type: string; identifier: string; version: string }
  limits: BatchLimits
  deleteBatch: number
  concurrency: number
  bulkRetry: RetryPolicy
  clock?: Clock
}

/**
 * What of Port is tried again. Beyond the original's list: 500, since Port's own gateways answer it under load.
 * Waits: 0.3 s doubling, at most 30 s, eight times: about a minute and a half.
 */
export function portRetryPolicy(baseMs = 300): RetryPolicy {
  return {
    retries: 8,
    baseMs,
    capMs: 30_000,
    statuses: new Set([408, 429, 500, 502, 503, 504]),
    waitHeaders: ["retry-after", "x-ratelimit-reset"],
  }
}

export function createPortClient(options: PortClientOptions): PortClient {
  const { http, baseUrl } = options
  const userAgent = userAgentOf(options.integration)
  const tokens = createAccessTokens({ ...options, userAgent })
  const clock = createPeerClock(options.clock)
  const send = createSendToPort({ http, baseUrl, tokens, userAgent, onAnswer: clock.note })
  const writers = (sendTo: SendToPort) => ({
    entities: entitiesApi(sendTo, { ...options, datasource: datasourceOf(options.integration) }),
    blueprints: blueprintsApi(sendTo),
  })
  const client: PortClient = {
    ...writers(send),
    integration: integrationsApi(send, options.integration.identifier),
    ingest: ingestApi({ http, tokens, userAgent }),
    organization: organizationApi(send),
    extras: extrasApi(send),
    async signIn(signal) {
      await tokens.current(signal)
    },
    serverNow: clock.now,
    askingFirst: (mayGoOn) => ({
      ...client,
      ...writers(async (request) => {
        mayGoOn()
        return await send(request)
      }),
    }),
  }
  return client
}

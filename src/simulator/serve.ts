// The simulated Sentry as a server on this machine.
import type { AddressInfo } from "node:net"
import { createAdaptorServer, type ServerType } from "@hono/node-server"
import { type Logger, silentLogger } from "../common/logger.ts"
import { createTokens, type TokenOptions, type Tokens } from "./access.ts"
import { createSimulatorApp } from "./app.ts"
import { createDemoOrganization } from "./demo.ts"
import { createFaults, type FaultRule, type Faults } from "./faults.ts"
import { createLimiter, type LimitTable, sentryIoLimits } from "./limits.ts"
import type { Organization } from "./organization.ts"
import type { HiddenRows } from "./paging.ts"
import { createRequestLog, type LoggedRequest, type RequestCounts } from "./request-log.ts"
import { createWebhooks, type Webhooks } from "./webhooks.ts"

export interface SimulatorOptions {
  /** Default: the demo's. */
  organization?: Organization
  /** Default 0: any free port. */
  port?: number
  /** Default 127.0.0.1. */
  host?: string
  /** A token with all read scopes. */
  token?: string
  /** More tokens, with what each may do. */
  tokens?: Record<string, TokenOptions>
  /** Default "off", as self-hosted servers have it. */
  limits?: "off" | "sentry.io" | LimitTable
  /** Added to every answer. */
  latencyMs?: number
  faults?: readonly FaultRule[]
  /** For rules with a probability. */
  faultSeed?: number
  /** Behave as a server of the 9 series. */
  legacy?: boolean
  /** The origin in `Link` headers, as a server with a wrong setting has it. Default: the server's own. */
  urlPrefix?: string
  /** Rows the server drops after cutting a page: short and empty pages with more to follow. */
  hiddenRows?: HiddenRows
  /** How long a webhook's receiver may take, in milliseconds. Default: one second, in the 9 series five. */
  webhookTimeoutMs?: number
  log?: Logger
}

export interface Simulator {
  /** The base URL for clients, without a slash at its end. */
  url: string
  token: string
  slug: string
  /** May be changed while the server runs. */
  organization: Organization
  tokens: Tokens
  faults: Faults
  /** Sends what happens in the organization to the webhooks of its integrations (`organization.apps`). */
  webhooks: Webhooks
  /** The last requests, oldest first. */
  requests: readonly LoggedRequest[]
  counts(): RequestCounts
  /** Forgets the requests counted so far. */
  resetCounts(): void
  /** Ends what still hangs. A second call waits for the first. */
  close(): Promise<void>
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const organization = options.organization ?? createDemoOrganization()
  const host = options.host ?? "127.0.0.1"
  const token = options.token ?? "simulated-sentry-token"
  const tokens = createTokens()
  tokens.grant(token)
  for (const [name, grant] of Object.entries(options.tokens ?? {})) tokens.grant(name, grant)
  const faults = createFaults(options.faults, options.faultSeed)
  const requests = createRequestLog()
  const table = limitTable(options.limits ?? "off")
  let url = ""
  let closed: Promise<void> | undefined
  const app = createSimulatorApp({
    organization,
    tokens,
    faults,
    requests,
    limiter: table && createLimiter(table, organization.clock.now),
    urlPrefix: () => options.urlPrefix ?? url,
    regionUrl: () => url,
    latencyMs: options.latencyMs ?? 0,
    hiddenRows: options.hiddenRows,
    legacy: options.legacy ?? false,
    log: options.log ?? silentLogger,
  })
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const { port } = server.address() as AddressInfo // a server that listens on TCP has such an address
  url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`
  const legacy = options.legacy ?? false
  const webhooks = createWebhooks({
    server: () => ({ organization, apiUrl: options.urlPrefix ?? url, legacy }),
    timeoutMs: options.webhookTimeoutMs ?? (legacy ? 5_000 : 1_000),
    log: options.log ?? silentLogger,
  })

  return {
    url,
    token,
    slug: organization.slug,
    organization,
    tokens,
    faults,
    webhooks,
    requests: requests.requests,
    counts: requests.counts,
    resetCounts: requests.clear,
    close() {
      closed ??= webhooks.close().then(() => closeServer(server))
      return closed
    },
  }
}

function closeServer(server: ServerType): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    if ("closeAllConnections" in server) server.closeAllConnections() // hanging requests would keep it open
  })
}

function limitTable(limits: "off" | "sentry.io" | LimitTable): LimitTable | undefined {
  if (limits === "off") return undefined
  return limits === "sentry.io" ? sentryIoLimits : limits
}

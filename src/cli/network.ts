// The HTTP clients of the process, one per peer, with the network settings of the user.
import { createHttpClient, type HttpClient, type HttpExchange } from "../common/http-client.ts"
import { createDispatcher, readCertificates } from "../common/http-dispatcher.ts"
import type { RetryPolicy } from "../common/http-retry.ts"
import type { Logger } from "../common/logger.ts"
import type { Settings } from "./settings.ts"

export interface PeerOptions {
  peer: "Port" | "Sentry" | "metrics webhook"
  /** Certificates matter only where this is https. */
  url: string
  retry: RetryPolicy
  timeoutMs: number
  connections: number
  log: Logger
  onExchange?: ((exchange: HttpExchange) => void) | undefined
}

export function createPeerClient(
  settings: Settings,
  options: PeerOptions,
): HttpClient & { close(): Promise<void> } {
  const tls = options.peer === "Port" ? settings.ssl.port : settings.ssl.thirdParty
  if (!tls.verify)
    options.log.warn({ peer: options.peer }, "Certificates are not checked: anyone may answer in its place")
  const dispatcher = createDispatcher({
    connections: options.connections,
    verifyTls: tls.verify,
    extraCertificates: options.url.startsWith("https:")
      ? readCertificates(settings.network.certificatePaths)
      : [],
    proxy: settings.network.proxy,
  })
  const client = createHttpClient({ ...options, dispatcher })
  // Whoever closes has no use for answers that are still to come, and must not wait for them.
  return Object.assign(client, { close: () => dispatcher.destroy() })
}

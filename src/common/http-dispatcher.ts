// Connections: pool, proxies from the environment, and the certificates a company adds of its own.
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls"
import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici"

export interface DispatcherOptions {
  /** Connections to one host at a time. */
  connections: number
  /** False accepts any certificate; a setting of the user's, warned about at start. */
  verifyTls: boolean
  /** Certificates in PEM form, beside the built-in roots. */
  extraCertificates: readonly string[]
  /** Proxy addresses, as HTTP_PROXY and its like give them; unset ones mean a direct connection. */
  proxy: { http?: string | undefined; https?: string | undefined; none?: string | undefined }
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { extraCertificates } = options
  const connect = {
    rejectUnauthorized: options.verifyTls,
    // One context for all connections: reading some hundred certificates anew for each would be felt.
    ...(extraCertificates.length > 0 ? { secureContext: trustedContext(extraCertificates) } : {}),
  }
  const shared = { connections: options.connections, connect, keepAliveTimeout: 30_000 }
  if (!options.proxy.http && !options.proxy.https) return new Agent(shared)
  return new EnvHttpProxyAgent({
    ...shared,
    requestTls: connect,
    ...(options.proxy.http ? { httpProxy: options.proxy.http } : {}),
    ...(options.proxy.https ? { httpsProxy: options.proxy.https } : {}),
    ...(options.proxy.none ? { noProxy: options.proxy.none } : {}),
  })
}

/** What TLS connections trust: the built-in roots, and these PEM certificates beside them. */
export function trustedContext(extraCertificates: readonly string[]): SecureContext {
  return createSecureContext({ ca: [...new Set([...rootCertificates, ...extraCertificates])] })
}

/** The PEM certificates found in these files and folders (`*.crt`, `*.pem`, `*.cer`); absent paths are passed over. */
export function readCertificates(paths: readonly string[]): string[] {
  const found = new Set<string>()
  for (const path of paths) {
    for (const file of certificateFiles(path)) {
      const text = readFileSync(file, "utf8")
      for (const [pem] of text.matchAll(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)) {
        found.add(pem)
      }
    }
  }
  return [...found]
}

function certificateFiles(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return []
  if (!stats.isDirectory()) return [path]
  return readdirSync(path)
    .filter((name) => /\.(crt|pem|cer)$/.test(name))
    .map((name) => join(path, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
}

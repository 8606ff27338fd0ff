// Where Sentry's webhooks come to, and whether Sentry can reach it at all.
import { isSentryCloud } from "../redirects.ts"

/** The route that receives, below the process's public address. */
const webhookPath = "/integration/webhook"

export function webhookAddress(baseUrl: string, pathPrefix = ""): string {
  const base = baseUrl.replace(/\/+$/, "")
  const prefix = pathPrefix.replace(/\/+$/, "")
  return `${base.endsWith(prefix) ? base : `${base}${prefix}`}${webhookPath}`
}

/** Why sentry.io would never get there; a server of one's own may reach anything. */
export function unreachableBySentry(url: string, sentryHost: string): string | undefined {
  if (!isSentryCloud(new URL(sentryHost))) return undefined
  const { hostname } = new URL(url)
  if (!isPrivate(hostname)) return undefined
  return `${hostname} is an address of this machine or a private network, which sentry.io cannot reach`
}

function isPrivate(hostname: string): boolean {
  return (
    /^(localhost|127\..*|10\..*|192\.168\..*|169\.254\..*|172\.(1[6-9]|2\d|3[01])\..*)$/.test(hostname) ||
    /^\[(::1|f[cd].*|fe80.*)\]$/.test(hostname) ||
    /\.(local|localhost|internal|svc|lan)$/.test(hostname) ||
    !hostname.includes(".")
  )
}

// Proxies and certificates, from the variables that every tool reads.
import type { NetworkSettings } from "../settings.ts"

type Variables = Readonly<Record<string, string | undefined>>

/** Where images and hosts keep certificates; the chart mounts a company's own in the last one. */
const systemCertificates = [
  "/etc/ssl/certs",
  "/usr/share/ca-certificates",
  "/usr/local/share/ca-certificates",
]

export function networkFrom(variables: Variables): { network: NetworkSettings; warnings: string[] } {
  const warnings: string[] = []
  const proxyFrom = (...names: string[]) => {
    const found = firstSet(variables, names)
    if (!found) return undefined
    const address = found.value.includes("://") ? found.value : `http://${found.value}`
    if (/^https?:\/\//i.test(address) && URL.canParse(address)) return address
    // A SOCKS proxy in ALL_PROXY is common on desks, where the direct way works too; so it is said, not refused.
    warnings.push(`${found.name}: only http:// and https:// proxies can be used; ignored`)
    return undefined
  }
  const all = proxyFrom("ALL_PROXY", "all_proxy")
  const network = {
    proxy: {
      http: proxyFrom("HTTP_PROXY", "http_proxy") ?? all,
      https: proxyFrom("HTTPS_PROXY", "https_proxy") ?? all,
      none: firstSet(variables, ["NO_PROXY", "no_proxy"])?.value,
    },
    certificatePaths: certificatePaths(variables),
  }
  return { network, warnings }
}

/** The passwords in proxy addresses, which logs must not show. */
export function proxyPasswords(network: NetworkSettings): string[] {
  return [network.proxy.http, network.proxy.https].flatMap((address) =>
    address ? passwordForms(address) : [],
  )
}

/** The password of a URL, as it is written and as it is meant; nothing where there is none. */
export function passwordForms(address: string): string[] {
  const written = /^[^:]+:\/\/[^:@/]*:([^@/]*)@/.exec(address)?.[1] ?? ""
  // An address with several hosts is none to `URL`.
  const password = URL.canParse(address) ? new URL(address).password : written
  const forms = [password, written, decoded(password)]
  return [...new Set(forms)].filter((form) => form !== "")
}

function certificatePaths(variables: Variables): string[] {
  const files = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"].map((name) => variables[name])
  const folders = (variables.SSL_CERT_DIR ?? "").split(":")
  const given = [...files, ...folders, ...systemCertificates]
  return [...new Set(given.filter((path): path is string => path !== undefined && path !== ""))]
}

function firstSet(
  variables: Variables,
  names: readonly string[],
): { name: string; value: string } | undefined {
  for (const name of names) {
    const value = variables[name]?.trim()
    if (value) return { name, value }
  }
  return undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // not an encoding, so it means itself
  }
}

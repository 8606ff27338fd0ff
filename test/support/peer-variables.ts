// The variables that every drop-in sets: where Port and Sentry are, and with what they are asked.

export interface Peers {
  port: { url: string }
  catalog: { clientId: string; clientSecret: string }
  sentry: { url: string; token: string; slug: string }
}

export function peerVariables({ port, catalog, sentry }: Peers): Record<string, string> {
  return {
    OCEAN__PORT__BASE_URL: port.url,
    OCEAN__PORT__CLIENT_ID: catalog.clientId,
    OCEAN__PORT__CLIENT_SECRET: catalog.clientSecret,
    OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: sentry.url,
    OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: sentry.token,
    OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: sentry.slug,
  }
}

// Where Sentry keeps what belongs to no region: integrations, and the pages of an organization's settings.
import { isSentryCloud } from "./redirects.ts"

/** sentry.io itself for each of its hosts (regions, organizations' own); a server of one's own is its own. */
export function controlHost(host: string): string {
  return isSentryCloud(new URL(host)) ? "https://sentry.io" : host
}

// Pure: which integration in Sentry is ours, and what must be done so that its webhooks come here.
import type { JsonObject } from "../../common/json.ts"
import type { SentryApp } from "../api/apps.ts"

export interface WantedIntegration {
  /** Where the webhooks shall come to. */
  url: string
  /** What it is called when it is made here or by a person. */
  name: string
  /** Stands in its overview, so that it is known again when it was renamed or its address changed. */
  marker: string
  /** `issue`, `comment`, `error` */
  events: readonly string[]
}

export type InstallPlan =
  | { do: "create"; body: JsonObject }
  | { do: "change"; app: SentryApp; patch: JsonObject; why: string[] }
  | { do: "nothing"; app: SentryApp }

/** What a reader of all kinds needs; the integration's own token can then be used for the sync, too. */
const readScopes = ["event:read", "member:read", "org:read", "project:read", "team:read"]
const longestName = 57

export function wantedIntegration(given: {
  url: string
  /** Name of this installation: whoever runs two on one Sentry organization gives each its own. */
  identifier: string
  events: readonly string[]
}): WantedIntegration {
  return {
    url: given.url,
    name: `ocean-sentry ${given.identifier}`.slice(0, longestName).trim(),
    marker: `[ocean-sentry:${given.identifier}]`,
    events: given.events,
  }
}

export function planInstall(apps: readonly SentryApp[], wanted: WantedIntegration): InstallPlan {
  const app = ourApp(apps, wanted)
  if (!app) return { do: "create", body: newApp(wanted) }
  const { patch, why } = changesFor(app, wanted)
  return why.length === 0 ? { do: "nothing", app } : { do: "change", app, patch, why }
}

/** The one that sends here already, whoever made it; else the one we made, wherever it sends. */
function ourApp(apps: readonly SentryApp[], wanted: WantedIntegration): SentryApp | undefined {
  const inOrder = apps.toSorted((left, right) => (left.uuid < right.uuid ? -1 : 1))
  const here = inOrder.filter(({ webhookUrl }) => isSameAddress(webhookUrl, wanted.url))
  return here.find((app) => isMarked(app, wanted)) ?? here[0] ?? inOrder.find((app) => isMarked(app, wanted))
}

/** Those that two processes made at the same time, beside the one that stays. */
export function duplicates(apps: readonly SentryApp[], wanted: WantedIntegration): SentryApp[] {
  const kept = ourApp(apps, wanted)
  return apps.filter(
    (app) =>
      app.uuid !== kept?.uuid &&
      app.overview?.includes(wanted.marker) === true &&
      isSameAddress(app.webhookUrl, wanted.url),
  )
}

function isMarked({ overview, name }: SentryApp, wanted: WantedIntegration): boolean {
  return overview?.includes(wanted.marker) === true || name === wanted.name
}

/** Case of the host, default ports and slashes at the end make no difference. */
function isSameAddress(left: string | null, right: string): boolean {
  return left !== null && normalised(left) === normalised(right)
}

function normalised(address: string): string {
  const url = URL.parse(address.trim())
  return url ? `${url.origin}${url.pathname.replace(/\/+$/, "")}${url.search}` : address.trim()
}

function newApp({ url, name, marker, events }: WantedIntegration): JsonObject {
  return {
    name,
    isInternal: true,
    isAlertable: true,
    verifyInstall: false,
    author: "ocean-sentry",
    overview: `Tells the software catalog what changes. Leave this mark here: ${marker}`,
    webhookUrl: url,
    redirectUrl: null,
    scopes: [...readScopes],
    events: [...events],
    schema: {},
    allowedOrigins: [],
  }
}

/** Only what is missing is added; nothing that a person chose is taken away. */
function changesFor(app: SentryApp, wanted: WantedIntegration): { patch: JsonObject; why: string[] } {
  const why: string[] = []
  const missing = wanted.events.filter((event) => !app.events.includes(event))
  const needsScope = !app.scopes.includes("event:read")
  if (!isSameAddress(app.webhookUrl, wanted.url)) {
    why.push(`its webhooks went to ${app.webhookUrl ?? "no address"} instead of ${wanted.url}`)
  }
  if (missing.length > 0) why.push(`it did not send ${missing.join(" and ")} events`)
  if (needsScope) why.push("it lacked the permission Issue & Event: Read")
  const patch = {
    // A change must name these, and what is left out of a list counts as taken away.
    name: app.name,
    scopes: needsScope ? [...app.scopes, "event:read"] : app.scopes,
    events: [...app.events, ...missing],
    webhookUrl: isSameAddress(app.webhookUrl, wanted.url) ? app.webhookUrl : wanted.url,
  }
  return { patch, why }
}

// An integration of the organization as the API shows it, and what may be seen of its secret.
import type { JsonObject } from "../../common/json.ts"
import type { Grant, Scope } from "../access.ts"
import type { SentryApp, WebhookRequest } from "../model.ts"
import type { OrganizationData } from "../organization.ts"

/** The secret is readable for so long after the integration was made. */
const secretVisibleMs = 24 * 3_600_000
const masked = "*".repeat(64)

export function sentryAppBody(
  organization: OrganizationData,
  app: SentryApp,
  { grant, legacy }: { grant: Grant; legacy: boolean },
): JsonObject {
  if (legacy) return legacyApp(app)
  return {
    allowedOrigins: app.allowedOrigins,
    author: app.author,
    avatars: [],
    events: app.events,
    webhookEvents: app.events.flatMap(eventsOf).sort(),
    isAlertable: app.isAlertable,
    isDisabled: app.isDisabled,
    metadata: {},
    name: app.name,
    overview: app.overview,
    popularity: 1,
    redirectUrl: app.redirectUrl,
    featureData: [],
    schema: app.schema,
    scopes: app.scopes,
    slug: app.slug,
    status: app.status,
    uuid: app.uuid,
    verifyInstall: app.verifyInstall,
    webhookUrl: app.webhookUrl,
    webhookHeaders: [],
    clientId: app.clientId,
    clientSecret: visibleSecret(organization, app, grant),
    owner: { id: Number(organization.id), slug: organization.slug },
  }
}

/** In the first hours shown to who may write and holds every scope it has, to others masked; later to nobody. */
function visibleSecret(organization: OrganizationData, app: SentryApp, { scopes }: Grant): string | null {
  if (organization.clock.now() - app.dateCreated > secretVisibleMs) return null
  const mayWrite = scopes.includes("org:write") || scopes.includes("org:admin")
  const holdsAll = app.scopes.every((scope) => scopes.includes(scope as Scope)) // compared as text only
  return mayWrite && holdsAll ? app.clientSecret : masked
}

/** The 9 series shows the secret to everybody who may list. */
function legacyApp(app: SentryApp): JsonObject {
  const { status, scopes, isAlertable, clientSecret, overview, slug, name, uuid, webhookUrl } = app
  const { clientId, redirectUrl, events, schema } = app
  return {
    ...{ status, scopes, isAlertable, clientSecret, overview, slug, name, uuid, webhookUrl },
    ...{ clientId, redirectUrl, events, schema },
  }
}

const actions: Record<SentryApp["events"][number], string[]> = {
  issue: ["assigned", "created", "ignored", "resolved", "unresolved"],
  error: ["created"],
  comment: ["created", "deleted", "updated"],
  seer: ["root_cause_started", "root_cause_completed", "solution_started", "solution_completed"],
}

function eventsOf(resource: SentryApp["events"][number]): string[] {
  return actions[resource].map((action) => `${resource}.${action}`)
}

export function webhookRequestBody(
  { id, name, slug }: OrganizationData,
  app: SentryApp,
  { webhookUrl, eventType, at, responseCode }: WebhookRequest,
): JsonObject {
  return {
    webhookUrl,
    sentryAppSlug: app.slug,
    eventType,
    date: new Date(at).toISOString().replace("Z", "000Z"),
    responseCode,
    organization: { name, id: Number(id), slug },
  }
}

// Integrations of the organization's own: found, made, changed, and what was sent to them.
import { denied, json, notFound } from "../answers.ts"
import { type Call, type Endpoint, mapPage, pageAnswer, pageByNumber } from "../endpoint.ts"
import type { SentryApp } from "../model.ts"
import { sentryAppBody, webhookRequestBody } from "../payloads/sentry-app.ts"
import { installationBody } from "../payloads/webhook.ts"
import { askedApp } from "../sentry-app-request.ts"

const writing = ["org:write", "org:admin"] as const

export const sentryAppEndpoints: readonly Endpoint[] = [
  {
    template: "organizations/{org}/sentry-apps/",
    scopes: ["org:read", "org:integrations", ...writing],
    answer: (call) => appList(call, [...call.organization.apps.values()]),
  },
  {
    template: "sentry-apps/",
    scopes: [],
    answer(call) {
      const status = call.query.get("status") ?? "published"
      const apps = [...call.organization.apps.values()].filter((app) => app.status === status)
      return appList(call, status === "published" || call.grant.owner === "user" ? apps : [])
    },
  },
  {
    method: "POST",
    template: "sentry-apps/",
    scopes: writing,
    answer(call) {
      personOnly(call)
      const { organization: slug, ...app } = askedApp(call)
      if (slug !== call.organization.slug) throw notFound()
      const body = appBody(call, call.organization.addApp(app))
      // The 9 series keeps the secret to itself at this moment, and shows it in the list.
      if (call.legacy) delete body.clientSecret
      return { ...json(body), status: 201 }
    },
  },
  {
    template: "sentry-apps/{slug}/",
    scopes: [],
    answer: (call) => json(appBody(call, askedOf(call))),
  },
  {
    method: "PUT",
    template: "sentry-apps/{slug}/",
    scopes: writing,
    answer(call) {
      const app = askedOf(call)
      const { organization: _same, ...patch } = askedApp(call, app)
      return json(appBody(call, call.organization.updateApp(app.slug, patch)))
    },
  },
  {
    method: "DELETE",
    template: "sentry-apps/{slug}/",
    scopes: ["org:admin"],
    answer(call) {
      call.organization.removeApp(askedOf(call).slug)
      return { status: 204, text: "", headers: {} }
    },
  },
  {
    method: "POST",
    template: "sentry-apps/{slug}/rotate-secret/",
    scopes: writing,
    absentInLegacy: "all",
    answer: (call) => json({ clientSecret: call.organization.rotateSecret(askedOf(call).slug).clientSecret }),
  },
  {
    template: "sentry-apps/{slug}/webhook-requests/",
    aliases: ["sentry-apps/{slug}/requests/"],
    scopes: [],
    absentInLegacy: "template",
    answer(call) {
      const app = askedOf(call)
      const wanted = call.query.get("eventType")
      const onlyErrors = call.query.get("errorsOnly") === "true"
      return json(
        app.requests
          .filter(({ eventType }) => wanted === null || eventType === wanted)
          .filter(({ responseCode }) => !onlyErrors || responseCode === 0 || responseCode >= 400)
          .map((request) => webhookRequestBody(call.organization, app, request))
          .reverse(),
      )
    },
  },
  {
    template: "organizations/{org}/sentry-app-installations/",
    scopes: ["org:read", "org:integrations", ...writing],
    answer(call) {
      const installed = [...call.organization.apps.values()].filter(({ installation }) => installation)
      const page = pageByNumber(call, installed)
      return pageAnswer(
        call,
        mapPage(page, (app) => installationBody(call.organization, app, "installed")),
      )
    },
  },
]

function appList(call: Call, apps: readonly SentryApp[]) {
  const page = pageByNumber(call, apps)
  return pageAnswer(
    call,
    mapPage(page, (app) => appBody(call, app)),
  )
}

function appBody(call: Call, app: SentryApp) {
  return sentryAppBody(call.organization, app, call)
}

/** An integration's token is of no member, and such a one manages no integrations. */
function personOnly({ grant }: Call): void {
  if (grant.owner !== "user") throw denied()
}

function askedOf(call: Call): SentryApp {
  personOnly(call)
  const app = call.organization.apps.get(call.params.slug ?? "")
  if (!app) throw notFound()
  return app
}

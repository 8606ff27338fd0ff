// The organization's own integrations: made, changed, installed and removed.
import { randomBytes, randomUUID } from "node:crypto"
import { existing } from "./issue-changes.ts"
import type { SentryApp } from "./model.ts"
import type { OrganizationData } from "./organization.ts"

export type NewApp = Pick<SentryApp, "name"> &
  Partial<
    Pick<
      SentryApp,
      | "status"
      | "author"
      | "overview"
      | "webhookUrl"
      | "redirectUrl"
      | "events"
      | "scopes"
      | "isAlertable"
      | "isDisabled"
      | "verifyInstall"
      | "schema"
      | "allowedOrigins"
      | "clientSecret"
    >
  >

/** Integrations are named by slug. Each throws `no_such_object` where there is none. */
export interface AppChanges {
  /** Internal unless told otherwise; an internal one is installed at once. */
  addApp(app: NewApp): SentryApp
  updateApp(slug: string, patch: Partial<NewApp>): SentryApp
  removeApp(slug: string): void
  installApp(slug: string): SentryApp
  uninstallApp(slug: string): SentryApp
  /** The new secret holds at once. */
  rotateSecret(slug: string): SentryApp
}

export function appChanges(organization: OrganizationData): AppChanges {
  const appNamed = (slug: string) => existing(organization.apps.get(slug), `integration ${slug}`)

  function installApp(slug: string): SentryApp {
    const app = appNamed(slug)
    if (app.installation) return app
    const code = app.status === "internal" ? {} : { code: randomBytes(16).toString("hex") }
    app.installation = { uuid: randomUUID(), ...code }
    // Only those that others may install hear of it.
    if (app.status !== "internal") organization.tell({ type: "installation", action: "created", app })
    return app
  }

  function uninstallApp(slug: string): SentryApp {
    const app = appNamed(slug)
    if (!app.installation) return app
    if (app.status !== "internal") organization.tell({ type: "installation", action: "deleted", app })
    delete app.installation
    return app
  }

  return {
    addApp(given) {
      const app: SentryApp = {
        status: "internal",
        author: organization.name,
        overview: "",
        webhookUrl: null,
        redirectUrl: null,
        events: [],
        scopes: [],
        isAlertable: false,
        isDisabled: false,
        verifyInstall: true,
        schema: {},
        allowedOrigins: [],
        clientSecret: randomBytes(32).toString("hex"),
        ...given,
        id: 4_500 + organization.apps.size + 1,
        uuid: randomUUID(),
        slug: slugOf(given.name),
        clientId: randomBytes(32).toString("hex"),
        dateCreated: organization.clock.now(),
        requests: [],
      }
      organization.apps.set(app.slug, app)
      return app.status === "internal" ? installApp(app.slug) : app
    },
    updateApp: (slug, patch) => Object.assign(appNamed(slug), patch),
    removeApp(slug) {
      uninstallApp(slug)
      organization.apps.delete(slug)
    },
    installApp,
    uninstallApp,
    rotateSecret: (slug) => Object.assign(appNamed(slug), { clientSecret: randomBytes(32).toString("hex") }),
  }
}

function slugOf(name: string): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
  return `${words || "app"}-${randomBytes(3).toString("hex")}`
}

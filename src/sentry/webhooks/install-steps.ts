// What a person must do in Sentry's pages where the token may not: a sentence a step, in order.
import type { SentryApp } from "../api/apps.ts"
import { controlHost } from "../control-host.ts"
import type { SentrySettings } from "../settings.ts"
import type { WantedIntegration } from "./install-plan.ts"

export interface PersonsWords {
  /** How the person sets the secret: the name of the variable. */
  secretSetting: string
  /** The command that tells whether all is well afterwards. */
  testCommand: string
}

/** Where the organization's integrations are in Sentry's pages, or a single one. */
export function settingsPage(
  { host, organization }: Pick<SentrySettings, "host" | "organization">,
  slug?: string,
): string {
  return `${controlHost(host)}/settings/${organization}/developer-settings/${slug === undefined ? "" : `${slug}/`}`
}

export function stepsToCreate(page: string, wanted: WantedIntegration, words: PersonsWords): string[] {
  return [
    `As an owner or manager of the organization open ${page} (Settings, Custom Integrations; "Developer Settings" in older versions), and choose Create New Integration, then Internal Integration.`,
    `Name: ${wanted.name}`,
    `Webhook URL: ${wanted.url}`,
    "Switch Alert Rule Action on if alert rules shall reach the catalog.",
    "Permissions: set Issue & Event, Project, Team, Organization and Member to Read.",
    `Webhooks: tick ${wanted.events.join(" and ")}.`,
    `Save Changes, copy the Client Secret from the same page, and set ${words.secretSetting} to it.`,
    `Start again, and check with: ${words.testCommand}`,
  ]
}

export function stepsToChange(
  page: string,
  patch: { events: string; url: string },
  words: PersonsWords,
): string[] {
  return [
    `As an owner or manager of the organization open ${page}.`,
    `Webhook URL: ${patch.url}`,
    "Permissions: Issue & Event must be Read or more.",
    `Webhooks: tick ${patch.events}.`,
    `Save Changes, and check with: ${words.testCommand}`,
  ]
}

export function stepToEnable(page: string): string {
  return `Sentry has switched the integration off after too many failed deliveries: open ${page} and enable it again.`
}

export function stepToDelete(page: string, app: SentryApp): string {
  return `Delete the second integration ${app.name} (${app.slug}) at ${page}; it was made at the same moment by another process, and sends nothing.`
}

export function stepsForSecret(page: string, words: PersonsWords): string[] {
  return [
    `Sentry shows the client secret only for a day, and only to who may write: if you have it, set ${words.secretSetting} to it.`,
    `If not: open ${page}, choose Rotate client secret, copy the new one at once, and set ${words.secretSetting} to it. The old one ends with that.`,
  ]
}

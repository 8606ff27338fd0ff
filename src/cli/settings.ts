// All settings, in the order of the manual: one schema, from which the types, the manual and the JSON Schema come.
import { z } from "zod"
import { catalogSettings } from "./settings/catalog.ts"
import { hostSettings } from "./settings/host.ts"
import { integrationSettings, sentryReadingSettings } from "./settings/integration.ts"
import { liveEventSettings } from "./settings/live-events.ts"
import { installSettings, portSettings } from "./settings/port.ts"
import { demoSettings, logSettings, serverSettings, tlsSettings } from "./settings/process.ts"
import { reportingSettings } from "./settings/reporting.ts"
import { listenerSettings, mappingSettings, storageSettings, writingSettings } from "./settings/resync.ts"
import { settingsWithoutEffect } from "./settings/without-effect.ts"

/** One table of the manual. */
export interface SettingsSection {
  title: string
  text: string
  shape: z.ZodRawShape
}

export const settingsSections: readonly SettingsSection[] = [
  {
    title: "Port",
    text: "The connection to Port. Leave it all out to use the embedded catalog.",
    shape: portSettings,
  },
  {
    title: "Sentry and the integration",
    text: "What is read, and under which name.",
    shape: integrationSettings,
  },
  {
    title: "What is installed",
    text: "What the first start creates in the catalog.",
    shape: installSettings,
  },
  { title: "When a resync starts", text: "The listener, and a timer beside it.", shape: listenerSettings },
  { title: "Reading Sentry", text: "How much, how long, how far back.", shape: sentryReadingSettings },
  { title: "Mapping", text: "How raw objects become entities.", shape: mappingSettings },
  { title: "Writing, and how a run ends", text: "Batches, and exit codes.", shape: writingSettings },
  { title: "Storage", text: "Where state lives.", shape: storageSettings },
  { title: "Embedded catalog", text: "Webhook data sources.", shape: catalogSettings },
  { title: "Server", text: "The process and its routes.", shape: serverSettings },
  { title: "Live events", text: "Webhooks of Sentry.", shape: liveEventSettings },
  {
    title: "Host",
    text: "One process for many installations: `ocean-sentry host` ([hosted](../hosted.md)).",
    shape: hostSettings,
  },
  { title: "Logs", text: "Secrets are masked in all of them.", shape: logSettings },
  { title: "Reports", text: "What Port is told of resyncs.", shape: reportingSettings },
  { title: "TLS", text: "Certificates of a company are added by `SSL_CERT_FILE`.", shape: tlsSettings },
  { title: "Demo", text: "The simulated organization.", shape: demoSettings },
  {
    title: "Accepted, without effect",
    text: "Settings of the original. A value other than the default is answered with a warning.",
    shape: settingsWithoutEffect,
  },
]

export const SettingsSchema = z.object({
  ...portSettings,
  ...integrationSettings,
  ...installSettings,
  ...listenerSettings,
  ...sentryReadingSettings,
  ...mappingSettings,
  ...writingSettings,
  ...storageSettings,
  ...catalogSettings,
  ...serverSettings,
  ...liveEventSettings,
  ...hostSettings,
  ...logSettings,
  ...reportingSettings,
  ...tlsSettings,
  ...demoSettings,
  ...settingsWithoutEffect,
})

/** What the environment says about the way out, beside the settings proper. */
export interface NetworkSettings {
  /** As `createDispatcher` takes it. */
  proxy: { http: string | undefined; https: string | undefined; none: string | undefined }
  /** Files and folders with further certificates, as `readCertificates` takes them; some may not exist. */
  certificatePaths: string[]
}

/** Spans are in milliseconds, except where a name says seconds or the manual says minutes. */
export type Settings = z.output<typeof SettingsSchema> & {
  network: NetworkSettings
  /** What jq may see as `env`: the allowed names that are set, with their values. */
  jqEnvironment: Record<string, string>
  /** Paths of the settings that somebody set, as opposed to defaults. */
  given: ReadonlySet<string>
}

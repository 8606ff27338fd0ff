// Starts of the program as a person configures them, in this process: settings from variables, all parts, the real
// catalog in Port's place behind a window that shows what is sent.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { type App, openApp } from "../../src/cli/app.ts"
import { connect } from "../../src/cli/connect.ts"
import type { Settings } from "../../src/cli/settings.ts"
import { readSettings } from "../../src/cli/settings-sources.ts"
import { chooseStart } from "../../src/cli/start-mode.ts"
import { createLogger, type Logger } from "../../src/common/logger.ts"
import { type Clock, systemClock } from "../../src/common/sleep.ts"
import { createOrganization, type Organization } from "../../src/simulator/organization.ts"
import type { Simulator } from "../../src/simulator/serve.ts"
import { type CatalogOptions, type RunningCatalog, startCatalog } from "./catalog.ts"
import { peerVariables } from "./peer-variables.ts"
import { type PortProxy, startPortProxy } from "./port-proxy.ts"
import { useSimulator } from "./simulator.ts"

export const identifier = "my-sentry"

export interface StartPlace {
  catalog: RunningCatalog
  port: PortProxy
  simulator: Simulator
  organization: Organization
  /** Where settings and resources are looked for; empty at first. */
  folder: string
}

/** A Port organization and a Sentry organization of one project, for one test. */
export async function createPlace(options: CatalogOptions = {}): Promise<StartPlace> {
  const catalog = await startCatalog(options)
  onTestFinished(() => catalog.close())
  const port = await startPortProxy(catalog.url)
  onTestFinished(() => port.close())
  const organization = createOrganization({ slug: "acme" })
  organization.addMember({ email: "ann@acme.example" })
  organization.addProject({ slug: "api" })
  organization.addTeam({ slug: "backend", projects: ["api"], members: ["ann@acme.example"] })
  const at = organization.clock.now() - 3_600_000 // a run reads what there was when it began, to the second
  organization.addIssue("api", { title: "Broken", environment: "production", at })
  const simulator = await useSimulator({ organization })
  return { catalog, port, simulator, organization, folder: temporaryFolder() }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Started {
  app: App
  settings: Settings
  log: Logger
  /** What was logged so far, a line each. */
  lines: string[]
}

/** Opens all parts and says the first words to Port; the parts are closed when the test ends. */
export async function start(
  place: StartPlace,
  variables: Record<string, string> = {},
  {
    clock = systemClock,
    signal = new AbortController().signal,
  }: { clock?: Clock; signal?: AbortSignal } = {},
): Promise<Started> {
  const { settings, secrets } = readSettings({
    flags: {},
    environment: { ...variablesFor(place), ...variables },
    folder: place.folder,
  })
  const lines: string[] = []
  const log = createLogger({ level: "info", format: "json", secrets, write: (line) => lines.push(line) })
  const once = settings.eventListener.type === "ONCE"
  const chosen = chooseStart(settings, { once })
  const app = await openApp({ start: chosen, settings, secrets, once, version: "1.2.3", log })
  onTestFinished(() => app.close())
  await connect(app, { settings, once, folder: place.folder, signal, clock, log })
  return { app, settings, log, lines }
}

function variablesFor({ port, catalog, simulator }: StartPlace): Record<string, string> {
  return {
    ...peerVariables({ port, catalog, sentry: simulator }),
    OCEAN__INTEGRATION__IDENTIFIER: identifier,
    OCEAN__EVENT_LISTENER__TYPE: "ONCE",
    OCEAN__SERVER__PORT: "0",
    OCEAN__DATABASE__URL: ":memory:",
  }
}

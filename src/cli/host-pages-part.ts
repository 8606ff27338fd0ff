// The pages of a host as a part of its process: who may sign in, their routes and files, and what they are told of the host.
import type { Hono, NotFoundHandler } from "hono"
import type { JsonObject } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import type { Operation } from "../common/operation.ts"
import { systemClock } from "../common/sleep.ts"
import type { Database } from "../database/database.ts"
import type { Views } from "../host/views.ts"
import { createHostedPages, type HostedPages, hostedPageOperations } from "../pages/hosted-pages.ts"
import { openSessionStore } from "../pages/sign-in/session-store.ts"
import { signInUrl } from "../pages/sign-in/sign-in-url.ts"
import { installationStream } from "../pages/stream/installation-stream.ts"
import { presets } from "../sentry/defaults/presets.ts"
import { ownCommand } from "./own-command.ts"
import { openPagesFolder } from "./pages-folder.ts"
import { hostPages, pageNotFound, pagesRoutes } from "./pages-routes.ts"
import type { Settings } from "./settings.ts"
import { shownPlace } from "./state-folder.ts"
import { programVersion } from "./version.ts"

export interface HostPagesPart extends HostedPages {
  files: { routes: Hono; notFound: NotFoundHandler }
  operations: readonly Operation[]
  /** Where they are, for the links that another process issues. Answers a link where nobody has signed in so far. */
  served(url: string): Promise<string | undefined>
}

interface HostPagesDeps {
  settings: Settings
  database: Database
  /** Where the database is, unless the settings that whoever signs people in has say so too. */
  namedPlace: string | undefined
  views: Views
  /** Whether it is the host's. */
  isToken(token: string): boolean
  log: Logger
}

/** Undefined where the settings want none. */
export async function openHostPages({
  settings,
  database,
  namedPlace,
  views,
  isToken,
  log,
}: HostPagesDeps): Promise<HostPagesPart | undefined> {
  if (!settings.pages.enabled) return undefined
  const store = await openSessionStore(database, systemClock)
  const command = `${ownCommand()} sign-in`
  const pages = createHostedPages({
    store,
    command: namedPlace === undefined ? command : `${command} --database ${shownPlace(namedPlace)}`,
    publicUrl: settings.baseUrl,
    isToken,
    streams: [installationStream(views)],
    clock: systemClock,
    log,
  })
  const folder = openPagesFolder()
  return {
    ...pages,
    files: { routes: pagesRoutes(folder, hostPages), notFound: pageNotFound(folder) },
    operations: hostedPageOperations.map((one) => ({ ...one, path: `/integration${one.path}` })),
    async served(url) {
      const origin = settings.baseUrl ?? url
      await store.rememberAddress(origin)
      if (await store.wasUsed()) return undefined
      const { token } = await store.issueLink({ role: "admin", name: "admin" })
      return signInUrl(origin, token)
    },
  }
}

/** What whoever makes an installation wants to know: what it may leave out, and how it may begin. */
export function aboutHost({ port, baseUrl, host }: Settings): JsonObject {
  return {
    version: programVersion(),
    /** Null: nobody has said how Sentry reaches the host. */
    baseUrl: baseUrl ?? null,
    port: {
      baseUrl: port.baseUrl,
      hasCredentials: port.clientId !== undefined && port.clientSecret !== undefined,
    },
    presets: presets.map(({ name, text }) => ({ name, text })),
    mostInstallations: host.mostInstallations,
  }
}

// One process for many installations: their records, their webhooks, and when each of them resyncs.
import { rm } from "node:fs/promises"
import { join, resolve } from "node:path"
import { errorText, type InputProblem, InvalidInput } from "../../common/errors.ts"
import { createHttpClient } from "../../common/http-client.ts"
import { createDispatcher } from "../../common/http-dispatcher.ts"
import { createLogger, type Logger } from "../../common/logger.ts"
import { createMetrics } from "../../common/metrics.ts"
import { systemClock } from "../../common/sleep.ts"
import { type Database, openDatabase } from "../../database/database.ts"
import { databaseTrouble } from "../../database/database-answers.ts"
import { partOf, removePart } from "../../database/part-of.ts"
import { hostApi } from "../../host/api.ts"
import type { HostDefaults } from "../../host/child-environment.ts"
import { readInstallations } from "../../host/folder.ts"
import { createInbox } from "../../host/inbox.ts"
import { type InstallationStore, openInstallationStore } from "../../host/installation-store.ts"
import { createLiveWorkers } from "../../host/live-workers.ts"
import { hostOperations } from "../../host/operations.ts"
import { askPort } from "../../host/port-organizations.ts"
import { createRemovals } from "../../host/removals.ts"
import { createResyncs } from "../../host/resyncs.ts"
import { createKeyring, type Keyring, parseKey } from "../../host/secrets.ts"
import { installationViews } from "../../host/views.ts"
import { createWorkers } from "../../host/workers.ts"
import { sameText } from "../../listeners/webhook.ts"
import { askByTokenOrSession } from "../../pages/guard.ts"
import { portRetryPolicy } from "../../port/client.ts"
import { isSigned, signatureOf } from "../../sentry/webhooks/signature.ts"
import { exitCodes } from "../exit-codes.ts"
import { aboutHost, openHostPages } from "../host-pages-part.ts"
import { listen } from "../http-server.ts"
import { openLeading } from "../leading.ts"
import { createPeerClient } from "../network.ts"
import { ownRoutes } from "../own-routes.ts"
import { inPackage } from "../package-root.ts"
import type { Settings } from "../settings.ts"
import { processEnvironment, readSettings } from "../settings-sources.ts"
import type { Signals } from "../signals.ts"
import { hostDatabase, shownPlace } from "../state-folder.ts"
import { programVersion } from "../version.ts"

const partOwner = { table: "host_installations", column: "id" } as const
const readFolderEveryMs = 30_000

export async function serveHost(
  flags: { folder: string; settings: Record<string, unknown> },
  signals: Signals,
): Promise<number> {
  const { settings, secrets, warnings } = readSettings({
    flags: flags.settings,
    environment: processEnvironment(),
    folder: flags.folder,
  })
  const keyring = keyringOf(settings)
  await using parts = new AsyncDisposableStack()
  const log = createLogger({ level: settings.logLevel, format: settings.logFormat, secrets })
  for (const warning of warnings) log.warn({ warning }, "Setting")
  const place = settings.database.url ?? resolve(flags.folder, hostDatabase)
  const database = parts.adopt(await openDatabase(place), (one) => one.close())
  const host = defaultsOf(settings)
  const ask = askPort(portClient(settings, log, parts))
  const store = await openInstallationStore(database, {
    keyring,
    port: host.port,
    ask,
    log,
    clock: systemClock,
  })
  const resealed = await store.reseal()
  if (resealed > 0) log.info({ secrets: resealed }, "Secrets are encrypted with the new key now")
  for (const { id, unreadable } of await store.all())
    for (const why of Object.values(unreadable))
      log.error({ installation: id, why }, "An installation cannot work")

  const stateOf = (id: string) => partOf(database, place, id, partOwner)
  const above = /^postgres(ql)?:/.test(place) ? resolve(flags.folder, ".ocean-sentry") : resolve(place, "..")
  const folder = join(above, "installations")
  const workers = createWorkers({
    command: [process.execPath, inPackage("bin/ocean-sentry.js")],
    host,
    folder,
    stateOf,
    log,
    clock: systemClock,
  })
  const { mostRuns, mostLiveWorkers: mostLive, liveWorkerIdle: idleMs } = settings.host
  const resyncs = createResyncs({ store, workers, host, mostRuns, log, clock: systemClock })
  const inbox = createInbox({
    database,
    store,
    isSigned: (bytes, signature, secret) => isSigned(bytes, signature, [secret]),
    maxBytes: host.maxBodyBytes,
    mostWaiting: settings.host.maxWaiting,
    onAppended: () => live.ring(),
    log,
    clock: systemClock,
  })
  const http = loopbackClient(log, parts)
  const live = createLiveWorkers({
    store,
    workers,
    inbox,
    host,
    http,
    sign: (bytes, secret) => signatureOf(bytes, secret).toString("hex"),
    mostLive,
    idleMs,
    log,
    clock: systemClock,
  })

  const removals = createRemovals({
    store,
    resyncs,
    live,
    workers,
    async removeState(id) {
      await removePart(database, place, id, partOwner)
      await rm(join(folder, id), { recursive: true, force: true })
    },
    log,
    clock: systemClock,
  })

  const views = installationViews({
    store,
    inbox,
    resyncs,
    host,
    webhookOf: (id) => `${settings.baseUrl ?? ""}/in/${id}/integration/webhook`,
    clock: systemClock,
  })
  const isToken = (token: string) => isHostToken(settings, token)
  const isOption = flags.settings["database.url"] !== undefined
  const isInSettings = settings.database.url !== undefined && !isOption
  const pages = await openHostPages({
    settings,
    database,
    namedPlace: isInSettings ? undefined : place,
    views,
    isToken,
    log,
  })
  if (pages) parts.defer(() => pages.close())
  const root = ownRoutes({
    version: programVersion(),
    health: { notReady: undefined, ability: () => databaseTrouble(database) },
    metrics: createMetrics(),
    prefix: undefined,
    operations: [...hostOperations, ...(pages?.operations ?? [])],
    ...(pages ? { pages: pages.files } : {}),
  })
  root.route("/", inbox.routes)
  if (pages) root.route("/integration", pages.routes)
  const api = hostApi({
    store,
    resyncs,
    removals,
    workers,
    views,
    ask: pages?.ask ?? askByTokenOrSession({ ask: async () => undefined, isToken }),
    about: aboutHost(settings),
    mostInstallations: settings.host.mostInstallations,
    log,
  })
  root.route("/host", api)
  const { port, host: address } = settings.server
  const server = parts.adopt(await listen(root, { port, host: address, furtherPorts: 0 }), (one) =>
    one.close(),
  )
  const link = await pages?.served(server.url)
  process.stdout.write(
    `ocean-sentry ${programVersion()}: host at ${server.url}, kept in ${shownPlace(place)}\n${link ? `  The pages, once, within an hour: ${link}\n` : ""}`,
  )
  await workAlone({ database, settings, log }, signals.signal, async (within) => {
    const reading = readFolder(settings.host.folder, { store, log }, within)
    await Promise.all([reading, resyncs.work(within), live.work(within), removals.work(within)])
  })
  return exitCodes.success
}

/** Replicas of a host take webhooks and requests; one of them at a time starts the work. */
async function workAlone(
  { database, settings, log }: { database: Database; settings: Settings; log: Logger },
  signal: AbortSignal,
  work: (within: AbortSignal) => Promise<void>,
): Promise<void> {
  const { leader } = await openLeading(database, { integration: "host", ttlMs: settings.resyncLease, log })
  await leader.whileHeld({ name: "host", purpose: "work" }, work, signal)
}

async function readFolder(
  folder: string | undefined,
  { store, log }: { store: InstallationStore; log: Logger },
  signal: AbortSignal,
): Promise<void> {
  if (folder === undefined) return
  const told = new Set<string>()
  while (!signal.aborted) {
    try {
      const { problems } = await readInstallations(folder, store)
      for (const problem of problems) if (!told.has(problem)) log.warn({ problem }, "Installation in a file")
      told.clear()
      for (const problem of problems) told.add(problem)
    } catch (error) {
      log.error({ folder, error: errorText(error) }, "The folder of installations cannot be read")
    }
    await systemClock.sleep(readFolderEveryMs, signal).catch(() => undefined)
  }
}

function keyringOf({ host }: Settings): Keyring {
  const where = "OCEAN__HOST__MASTER_KEY"
  const current = parseKey(host.masterKey ?? "")
  if (!current) {
    const problem: InputProblem = {
      where,
      what: "missing: the secrets of installations are kept encrypted, and this is their key",
      hint: `openssl rand -hex 32 makes one; ${where}_FILE names a file that holds it`,
    }
    throw new InvalidInput("Nothing was started", [problem])
  }
  return createKeyring(current, parseKey(host.previousMasterKey ?? ""))
}

function defaultsOf(settings: Settings): HostDefaults {
  const { baseUrl, clientId, clientSecret } = settings.port
  // The host's own settings are none of its installations'; proxies, certificates and the like are.
  const others = Object.entries(processEnvironment()).flatMap(([name, value]) =>
    value === undefined || /^(ocean|application)__/i.test(name) || /^npm_/.test(name)
      ? []
      : [[name, value] as const],
  )
  return {
    port: { baseUrl, clientId, clientSecret },
    maxBodyBytes: settings.liveEvents.maxBodyBytes,
    environment: Object.fromEntries(others),
  }
}

function isHostToken({ host }: Settings, given: string): boolean {
  return host.apiToken !== undefined && sameText(given, host.apiToken)
}

/** For what is asked of Port while somebody waits for the answer: tried twice. */
function portClient(settings: Settings, log: Logger, parts: AsyncDisposableStack) {
  return parts.adopt(
    createPeerClient(settings, {
      peer: "Port",
      url: settings.port.baseUrl,
      retry: { ...portRetryPolicy(), retries: 1 },
      timeoutMs: 5_000,
      connections: 4,
      log,
    }),
    (client) => client.close(),
  )
}

/** To processes of this host: by no proxy, and tried again by whoever asks. */
function loopbackClient(log: Logger, parts: AsyncDisposableStack) {
  const dispatcher = createDispatcher({ connections: 20, verifyTls: true, extraCertificates: [], proxy: {} })
  parts.defer(() => dispatcher.destroy())
  const retry = { retries: 0, baseMs: 0, capMs: 0, statuses: new Set<number>(), waitHeaders: [] }
  return createHttpClient({ peer: "installation", dispatcher, retry, timeoutMs: 20_000, log })
}

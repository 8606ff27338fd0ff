// The embedded catalog alone: as a server for other programs, and its credentials.
import { existsSync } from "node:fs"
import { ensureCredentials, issueCredentials } from "../../catalog/credentials.ts"
import { catalogOperations } from "../../catalog/operations.ts"
import { createLogger } from "../../common/logger.ts"
import { openDatabase } from "../../database/database.ts"
import { databaseTrouble } from "../../database/database-answers.ts"
import { openCatalog, openWebhooks } from "../catalog-part.ts"
import { exitCodes } from "../exit-codes.ts"
import { listen } from "../http-server.ts"
import { ownRoutes } from "../own-routes.ts"
import type { Signals } from "../signals.ts"
import { keepHeapSmall } from "../small-heap.ts"
import { shownPlace } from "../state-folder.ts"
import { programVersion } from "../version.ts"

export interface CatalogFlags {
  database: string
  port: number
  host: string
  publicUrl?: string
  bareWebhookPaths: boolean
  auditLogDays: number
}

export async function serveCatalog(flags: CatalogFlags, signals: Signals): Promise<number> {
  keepHeapSmall(50)
  await using parts = new AsyncDisposableStack()
  const database = parts.adopt(await openDatabase(flags.database), (one) => one.close())
  const log = createLogger({ level: "warn", format: "text", secrets: [] })
  const catalog = await openCatalog({ database, log, parts }, flags)
  catalog.routes.route("/", await openWebhooks({ database, log, parts }, flags))
  const health = { notReady: undefined, ability: () => databaseTrouble(database) }
  const own = ownRoutes({
    version: programVersion(),
    health,
    prefix: undefined,
    catalog: flags,
    operations: catalogOperations,
  })
  const app = own.route("/", catalog.routes)
  const server = parts.adopt(await listen(app, { ...flags, furtherPorts: 0 }), (one) => one.close())
  process.stdout.write(
    `Catalog at ${server.url}, kept in ${shownPlace(flags.database)}\n\n${credentialLines(catalog)}  OCEAN__PORT__BASE_URL=${server.url}\n\n${server.url} says how to look at it. Ctrl-C ends it.\n`,
  )
  await new Promise<void>((resolve) =>
    signals.signal.addEventListener("abort", () => resolve(), { once: true }),
  )
  return exitCodes.success
}

/** Prints the credentials of a catalog, or makes new ones; the old ones are refused from then on. */
export async function printCredentials(flags: { database: string; issue: boolean }): Promise<number> {
  await using parts = new AsyncDisposableStack()
  const isNew = !/^postgres(ql)?:\/\//.test(flags.database) && !existsSync(flags.database)
  const database = parts.adopt(await openDatabase(flags.database), (one) => one.close())
  // Else whoever forgot --database takes the credentials of an empty catalog for those of the one that is served.
  if (isNew) process.stderr.write(`There was no catalog in ${flags.database}; an empty one was made.\n`)
  const credentials = flags.issue ? await issueCredentials(database) : await ensureCredentials(database)
  process.stdout.write(credentialLines(credentials))
  return exitCodes.success
}

function credentialLines({ clientId, clientSecret }: { clientId: string; clientSecret: string }): string {
  return `  OCEAN__PORT__CLIENT_ID=${clientId}\n  OCEAN__PORT__CLIENT_SECRET=${clientSecret}\n`
}

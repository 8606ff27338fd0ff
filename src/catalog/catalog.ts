// What the routes share: the database, the blueprints in memory, and who writes when.
import type { Kysely } from "kysely"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import type { Database } from "../database/database.ts"
import type { Jq } from "../mapping/jq.ts"
import { ApiError, notFound } from "./api-error.ts"
import type { CatalogContext } from "./requests.ts"
import type { Check } from "./rules/json-schema.ts"
import type { BlueprintSet, BlueprintStore, StoredBlueprint } from "./store/blueprints.ts"
import type { CatalogTables } from "./store/tables.ts"
import type { Writer } from "./write/upsert-entities.ts"
import type { WriteTogether } from "./write-together.ts"

export interface Catalog {
  database: Database
  db: Kysely<CatalogTables>
  log: Logger
  clock: Clock
  /** For calculation properties: it shows no environment. */
  jq: Jq
  blueprints: BlueprintStore
  checkBlueprint: Check
  /** Where clients reach us; undefined means where this request came to. */
  publicUrl: string | undefined
  /** Where senders of webhooks reach us, where that is another address. */
  ingestUrl: string | undefined
  organizationId: string
  writeTogether: WriteTogether
}

/** One writer at a time, so that what was read still holds when it is written; on the disk when it resolves. */
export function writing<T>(catalog: Catalog, work: (tx: Kysely<CatalogTables>) => Promise<T>): Promise<T> {
  return catalog.writeTogether(work)
}

export function requireBlueprint(set: BlueprintSet, identifier: string): StoredBlueprint {
  const blueprint = set.get(identifier)
  if (!blueprint) throw new ApiError(notFound("blueprint", identifier))
  return blueprint
}

/** PostgreSQL bounds what an index can hold, and no client's user agent comes near this. */
const maxDatasourceLength = 500

/** Who writes: Port's integrations are told apart by their user agent (`port-ocean/<type>/<version>/<id>/exporter`). */
export function writerOf(catalog: Catalog, c: CatalogContext): Writer {
  const datasource = (c.req.header("user-agent") || "API").slice(0, maxDatasourceLength)
  const installationId = /^port-ocean\/[^/]*\/[^/]*\/([^/]+)/.exec(datasource)?.[1]
  return {
    actor: c.get("actor"),
    datasource,
    now: catalog.clock.now(),
    origin: installationId ?? (c.get("visitor") ? "UI" : "API"),
    installationId,
    resyncId: c.req.query("ocean_info_resync_id")?.replaceAll("\u0000", "").slice(0, maxDatasourceLength),
    runId: c.req.query("run_id")?.replaceAll("\u0000", "").slice(0, maxDatasourceLength),
  }
}

export function isOceanAgent(c: CatalogContext): boolean {
  return (c.req.header("user-agent") ?? "").startsWith("port-ocean/")
}

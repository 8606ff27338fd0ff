// Webhook data sources at work: the addresses that receive events, and the worker that makes entities of them.
import type { Hono } from "hono"
import { createGroupWrite } from "../../common/group-writes.ts"
import type { Logger } from "../../common/logger.ts"
import { type Clock, systemClock } from "../../common/sleep.ts"
import type { Database } from "../../database/database.ts"
import { migrate } from "../../database/migrate.ts"
import type { Jq } from "../../mapping/jq.ts"
import { catalogSteps } from "../migrations/index.ts"
import type { ReceivedEvent } from "../rules/webhook-event.ts"
import { createBlueprintStore } from "../store/blueprints.ts"
import type { CatalogTables } from "../store/tables.ts"
import { insertEvents } from "../store/webhook-events.ts"
import { receiveRoutes } from "./receive.ts"
import { startWorker } from "./work.ts"

export interface IngestDeps {
  database: Database
  /** Of its own: Port's webhook mappings see no environment. */
  jq: Jq
  log: Logger
  clock?: Clock
  /** Serve `/<webhookKey>` beside `/ingest/<webhookKey>`. */
  bareKeys?: boolean
}

export interface Ingest {
  /** To be mounted at the root of a server. */
  routes: Hono
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>
}

/** Starts with the events that a process before this one accepted and did not come to. */
export async function openIngest(deps: IngestDeps): Promise<Ingest> {
  const { database, jq, log, clock = systemClock, bareKeys = false } = deps
  await migrate(database, "catalog", catalogSteps)
  const worker = startWorker({ database, jq, log, clock, blueprints: createBlueprintStore() })
  const append = createGroupWrite<ReceivedEvent>(
    (events) => database.transaction<CatalogTables, void>((tx) => insertEvents(tx, events)),
    { most: 100 },
  )
  const db = database.kysely<CatalogTables>()
  const routes = receiveRoutes({ db, append, onAppended: worker.wake, bareKeys, log, clock })
  return { routes, close: worker.stop }
}

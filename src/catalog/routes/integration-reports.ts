// What integrations report while they run: logs, metrics of resyncs, examples of raw objects.
import { Hono } from "hono"
import { isJsonObject, type JsonObject, type JsonValue } from "../../common/json.ts"
import { parseInstant } from "../../database/instant.ts"
import { ApiError, invalidRequest, notFound } from "../api-error.ts"
import { type Catalog, writing } from "../catalog.ts"
import { type CatalogContext, type CatalogEnv, listParameter, pathPart, readJsonObject } from "../requests.ts"
import {
  appendLogs,
  heartbeat,
  type KindMetrics,
  type LogFilter,
  readExamples,
  readLogs,
  readMetrics,
  readResyncs,
  storeExamples,
  storeMetrics,
} from "../store/integration-reports.ts"
import { type IntegrationKey, type IntegrationRecord, readIntegration } from "../store/integrations.ts"

export function ingestRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  const { db, clock } = catalog

  app.post("/logs/integration/:ingestId", async (c) => {
    const { logs } = await readJsonObject(c)
    const { installationId } = await required(catalog, { logIngestId: pathPart(c, "ingestId") })
    await writing(catalog, (tx) => appendLogs(tx, installationId, objects(logs, "logs"), clock.now()))
    return c.json({ ok: true })
  })

  app.on(["POST", "PUT"], "/metrics/integration/:ingestId/*", async (c) => {
    const body = await readJsonObject(c)
    const { installationId } = await required(catalog, { metricIngestId: pathPart(c, "ingestId") })
    await writing(catalog, (tx) => storeMetrics(tx, installationId, metricsOf(c, body), clock.now()))
    return c.json({ ok: true })
  })

  app.get("/integration/:id/logs", async (c) => {
    const { installationId } = await byEitherId(catalog, c)
    return c.json({ ok: true, logs: await readLogs(db, installationId, logFilter(c)) })
  })

  app.get("/integration/:id/syncMetrics", async (c) => {
    const { installationId } = await byEitherId(catalog, c)
    const data = await readMetrics(db, installationId, c.req.query("resyncId"))
    return c.json({ ok: true, count: data.length, data })
  })

  app.get("/integration/:id/syncsMetadata", async (c) => {
    const { installationId } = await byEitherId(catalog, c)
    const data = await readResyncs(db, installationId)
    return c.json({ ok: true, count: data.length, data })
  })

  app.post("/integration/:id/kinds/:kind/examples", async (c) => {
    const { examples } = await readJsonObject(c)
    if (!Array.isArray(examples)) throw new ApiError(invalidRequest('"examples" must be array'))
    const { installationId } = await required(catalog, { installationId: pathPart(c, "id") })
    const row = { installation_id: installationId, kind: pathPart(c, "kind"), updated_at: clock.now() }
    await writing(catalog, (tx) => storeExamples(tx, { ...row, examples: JSON.stringify(examples) }))
    return c.json({ ok: true })
  })

  app.get("/integration/:id/kinds/:kind/examples", async (c) => {
    const { installationId } = await required(catalog, { installationId: pathPart(c, "id") })
    return c.json({ ok: true, examples: await readExamples(db, installationId, pathPart(c, "kind")) })
  })

  return app
}

async function required(catalog: Catalog, key: IntegrationKey): Promise<IntegrationRecord> {
  const record = await readIntegration(catalog.db, key)
  if (!record) throw new ApiError(notFound("integration", Object.values(key).join()))
  return record
}

/** What is read of reports is asked for by the name of the integration, or by the id the catalog gave it. */
async function byEitherId(catalog: Catalog, c: CatalogContext): Promise<IntegrationRecord> {
  const id = pathPart(c, "id")
  return (
    (await readIntegration(catalog.db, { internalId: id })) ??
    (await required(catalog, { installationId: id }))
  )
}

/** The kinds of `syncMetrics` (many, or one whose resync and kind stand in the path), or a heartbeat. */
function metricsOf(c: CatalogContext, body: JsonObject): KindMetrics[] {
  const parts = new URL(c.req.url).pathname.split("/").map(decodeURIComponent)
  const at = parts.indexOf("resync", 5)
  const path = at < 0 ? {} : { eventId: parts[at + 1], kindIdentifier: parts[at + 3] }
  if (isJsonObject(body.syncKindMetrics)) return [kindMetrics(body.syncKindMetrics, path)]
  if (body.syncKindsMetrics !== undefined) {
    return objects(body.syncKindsMetrics, "syncKindsMetrics").map((metrics) => kindMetrics(metrics, {}))
  }
  return [kindMetrics(body, { kindIdentifier: heartbeat })]
}

function kindMetrics(
  metrics: JsonObject,
  path: { eventId?: string | undefined; kindIdentifier?: string | undefined },
): KindMetrics {
  const eventId = path.eventId ?? metrics.eventId
  const kindIdentifier = path.kindIdentifier ?? metrics.kindIdentifier
  if (typeof eventId !== "string")
    throw new ApiError(invalidRequest("\"body\" must have required property 'eventId'"))
  return { eventId, kindIdentifier: typeof kindIdentifier === "string" ? kindIdentifier : "", metrics }
}

const maxLogs = 300
const defaultLogs = 100

function logFilter(c: CatalogContext): LogFilter {
  const limit = Number(c.req.query("limit") ?? defaultLogs)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLogs) {
    throw new ApiError(invalidRequest(`"limit" must be an integer from 1 to ${maxLogs}`))
  }
  const timestamp = c.req.query("timestamp")
  const at = timestamp === undefined ? undefined : parseInstant(timestamp)
  if (timestamp !== undefined && at === undefined) {
    throw new ApiError(invalidRequest('"timestamp" must match format "date-time"'))
  }
  const id = Number(c.req.query("log_id"))
  return {
    limit,
    from: at === undefined ? undefined : { at, id: Number.isInteger(id) && id > 0 ? id : undefined },
    direction: c.req.query("direction") === "up" ? "up" : "down",
    eventId: c.req.query("event_id"),
    levels: listParameter(c, "levels")?.map((level) => level.toUpperCase()),
    kinds: listParameter(c, "kinds"),
    phases: listParameter(c, "etl_phases"),
  }
}

function objects(value: JsonValue | undefined, name: string): JsonObject[] {
  if (!Array.isArray(value)) throw new ApiError(invalidRequest(`"${name}" must be array`))
  return value.filter(isJsonObject)
}

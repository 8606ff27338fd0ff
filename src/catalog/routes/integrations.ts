// /v1/integration: what an integration says of itself, its mapping, its state, and requests to resync.
import { Hono } from "hono"
import { isJsonObject, type JsonObject } from "../../common/json.ts"
import { ApiError, invalidRequest, notFound, refuse } from "../api-error.ts"
import { type Catalog, isOceanAgent, writerOf, writing } from "../catalog.ts"
import { type CatalogContext, type CatalogEnv, pathPart, readJson, readJsonObject } from "../requests.ts"
import {
  asksForResync,
  integrationChecks,
  sentAttributes,
  viewIntegration,
} from "../rules/integration-change.ts"
import { appendAudits } from "../store/audits.ts"
import {
  deleteIntegration,
  type IntegrationRecord,
  insertIntegration,
  newIntegration,
  readIntegration,
  readIntegrations,
  updateIntegration,
} from "../store/integrations.ts"

export function integrationRoutes(
  catalog: Catalog,
  provisionedTypes: readonly string[] = [],
): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  const checks = integrationChecks()
  const view = (c: CatalogContext, record: IntegrationRecord) =>
    viewIntegration(record, { base: baseUrl(catalog, c), organizationId: catalog.organizationId })

  // A literal path, so before the one with an id. By default no type of integration gets its defaults from this catalog.
  app.get("/integration/provision-enabled", (c) => c.json({ ok: true, integrations: [...provisionedTypes] }))

  app.get("/integration", async (c) => {
    const wanted = c.req.query("actionsProcessingEnabled")
    const all = await readIntegrations(catalog.db)
    const shown = all.filter(
      (record) =>
        wanted === undefined || String(record.attributes.actionsProcessingEnabled ?? false) === wanted,
    )
    return c.json({ ok: true, integrations: shown.map((record) => view(c, record)) })
  })

  app.post("/integration", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checks.create(body))
    const installationId = String(body.installationId)
    const record = newIntegration(installationId, sentAttributes(body), writerOf(catalog, c))
    await writing(catalog, async (tx) => {
      const taken = await readIntegration(tx, { installationId })
      if (taken)
        throw new ApiError(
          refuse(409, "identifier_taken", `the integration "${installationId}" already exists`),
        )
      await insertIntegration(tx, record)
      await auditIntegration(catalog, c, tx, { before: undefined, after: record })
    })
    return c.json({ ok: true, integration: view(c, record) }, 201)
  })

  app.get("/integration/:id", async (c) => {
    const id = pathPart(c, "id")
    const byLog = c.req.query("byField") === "logIngestId"
    const record = await readIntegration(catalog.db, byLog ? { logIngestId: id } : { installationId: id })
    if (!record) throw new ApiError(notFound("integration", id))
    return c.json({ ok: true, integration: view(c, record) })
  })

  app.patch("/integration/:id", async (c) => {
    const body = objectOrNothing(await readJson(c))
    refuseUnless(checks.change(body))
    const record = await change(catalog, c, (stored, now) => ({
      attributes: { ...stored.attributes, ...sentAttributes(body) },
      resyncRequestedAt: asksForResync(body, isOceanAgent(c)) ? now : stored.resyncRequestedAt,
    }))
    return c.json({ ok: true, integration: view(c, record) })
  })

  app.patch("/integration/:id/config", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checks.config(body))
    // An integration that writes its own mapping reads it next anyway.
    const quiet = c.req.header("x-skip-resync") === "true" || isOceanAgent(c)
    const record = await change(catalog, c, (stored, now) => ({
      attributes: { ...stored.attributes, config: body.config ?? null },
      resyncRequestedAt: quiet ? stored.resyncRequestedAt : now,
    }))
    return c.json({ ok: true, integration: view(c, record) })
  })

  app.patch("/integration/:id/resync-state", async (c) => {
    const body = await readJsonObject(c)
    const record = await change(catalog, c, (stored, now) => ({
      resyncState: { ...stored.resyncState, ...body, updatedAt: new Date(now).toISOString() },
    }))
    return c.json({ ok: true, integration: view(c, record) })
  })

  app.get("/integration/:id/resync-request", async (c) => {
    const id = pathPart(c, "id")
    const record = await readIntegration(catalog.db, { installationId: id })
    if (!record) throw new ApiError(notFound("integration", id))
    const at = record.resyncRequestedAt
    return c.json({ ok: true, request: at === undefined ? {} : { updatedAt: new Date(at).toISOString() } })
  })

  app.delete("/integration/:id", async (c) => {
    const installationId = pathPart(c, "id")
    await writing(catalog, async (tx) => {
      const before = await readIntegration(tx, { installationId })
      if (!before) throw new ApiError(notFound("integration", installationId))
      await deleteIntegration(tx, installationId)
      await auditIntegration(catalog, c, tx, { before, after: undefined })
    })
    return c.json({ ok: true })
  })

  return app
}

async function change(
  catalog: Catalog,
  c: CatalogContext,
  what: (stored: IntegrationRecord, now: number) => Partial<IntegrationRecord>,
): Promise<IntegrationRecord> {
  const installationId = pathPart(c, "id")
  const { actor, now } = writerOf(catalog, c)
  return await writing(catalog, async (tx) => {
    const stored = await readIntegration(tx, { installationId })
    if (!stored) throw new ApiError(notFound("integration", installationId))
    const next = { ...stored, ...what(stored, now), updatedAt: now, updatedBy: actor }
    await updateIntegration(tx, next)
    // What it reports of its own resyncs is no change of the integration.
    if (next.attributes !== stored.attributes) {
      await auditIntegration(catalog, c, tx, { before: stored, after: next })
    }
    return next
  })
}

async function auditIntegration(
  catalog: Catalog,
  c: CatalogContext,
  tx: Catalog["db"],
  { before, after }: { before: IntegrationRecord | undefined; after: IntegrationRecord | undefined },
): Promise<void> {
  const view = (record: IntegrationRecord | undefined) =>
    record ? { installationId: record.installationId, ...record.attributes } : null
  const resource = (after ?? before)?.installationId ?? ""
  await appendAudits(tx, writerOf(catalog, c), [
    { resourceType: "integration", resource, before: view(before), after: view(after) },
  ])
}

function baseUrl(catalog: Catalog, c: CatalogContext): string {
  return catalog.publicUrl ?? new URL(c.req.url).origin
}

/** An absent body of a PATCH means the same as an empty one. */
function objectOrNothing(body: unknown): JsonObject {
  if (body === undefined) return {}
  if (isJsonObject(body)) return body
  throw new ApiError(invalidRequest('"body" must be object'))
}

function refuseUnless(problem: string | undefined): void {
  if (problem !== undefined) throw new ApiError(invalidRequest(problem))
}

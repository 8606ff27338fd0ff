// /v1/webhooks: data sources that receive events, and the events each has received.
import { randomBytes } from "node:crypto"
import { Hono } from "hono"
import { isJsonObject, type JsonObject } from "../../common/json.ts"
import { ApiError, invalidRequest, notFound, refuse } from "../api-error.ts"
import { type Catalog, writerOf, writing } from "../catalog.ts"
import { evaluateEvent } from "../ingest/evaluate-event.ts"
import { type CatalogContext, type CatalogEnv, pathPart, readJsonObject } from "../requests.ts"
import {
  completeWebhook,
  mergeWebhook,
  viewWebhook,
  type WebhookAttributes,
  webhookChecks,
} from "../rules/webhook-definition.ts"
import { eventStates, viewEvent } from "../rules/webhook-event.ts"
import { appendAudits } from "../store/audits.ts"
import { type EventPage, readEvent, readEvents } from "../store/webhook-events.ts"
import {
  deleteWebhook,
  insertWebhook,
  newWebhook,
  readWebhook,
  readWebhooks,
  updateWebhook,
  type WebhookRecord,
} from "../store/webhooks.ts"

export function webhookRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  const checks = webhookChecks()
  const view = (c: CatalogContext, record: WebhookRecord) =>
    viewWebhook(seenBy(c, record), baseUrl(catalog, c))

  app.get("/webhooks", async (c) => {
    const all = await readWebhooks(catalog.db)
    return c.json({ ok: true, integrations: all.map((record) => view(c, record)) })
  })

  // A literal path, so before the one with an identifier.
  app.get("/webhooks/metadata", (c) =>
    c.json({
      ok: true,
      metadata: {
        ingestUrl: `${baseUrl(catalog, c)}/ingest`,
        signatureAlgorithms: ["sha1", "sha256", "plain"],
        eventStatuses: eventStates,
      },
    }),
  )

  app.post("/webhooks/evaluate", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checks.evaluation(body))
    const { mappings } = completeWebhook({ mappings: body.mappings ?? [] })
    const input = {
      headers: isJsonObject(body.headers) ? body.headers : {},
      body: body.body ?? null,
      queryParams: isJsonObject(body.queryParams) ? body.queryParams : {},
    }
    const { database, blueprints, jq } = catalog
    const deps = { database, blueprints, jq, writer: writerOf(catalog, c) }
    const evaluated = await evaluateEvent(deps, { mappings, input }, c.req.raw.signal)
    return c.json({ ok: true, mappings: evaluated })
  })

  app.post("/webhooks", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checks.whole(body))
    const identifier = typeof body.identifier === "string" ? body.identifier : newIdentifier()
    const record = newWebhook(identifier, completeWebhook(body), writerOf(catalog, c))
    await writing(catalog, async (tx) => {
      await refuseTaken(tx, identifier)
      await insertWebhook(tx, record)
      await auditWebhook(catalog, c, tx, { before: undefined, after: record })
    })
    return c.json({ ok: true, integration: view(c, record) }, 201)
  })

  app.get("/webhooks/:id", async (c) => {
    return c.json({ ok: true, integration: view(c, await requireWebhook(catalog.db, c)) })
  })

  app.put("/webhooks/:id", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checks.whole(body))
    const record = await change(catalog, c, body.identifier, () => completeWebhook(body))
    return c.json({ ok: true, integration: view(c, record) })
  })

  app.patch("/webhooks/:id", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checks.change(body))
    const record = await change(catalog, c, body.identifier, (stored) => mergeWebhook(stored, body))
    return c.json({ ok: true, integration: view(c, record) })
  })

  app.delete("/webhooks/:id", async (c) => {
    await writing(catalog, async (tx) => {
      const before = await requireWebhook(tx, c)
      await deleteWebhook(tx, before.webhookKey)
      await auditWebhook(catalog, c, tx, { before, after: undefined })
    })
    return c.json({ ok: true })
  })

  app.get("/webhooks/:id/events", async (c) => {
    const page = eventPage(c)
    const { webhookKey, attributes } = await requireWebhook(catalog.db, c)
    // One more than asked, which tells whether there are further ones.
    const found = await readEvents(catalog.db, webhookKey, { ...page, limit: page.limit + 1 })
    const events = found.slice(0, page.limit)
    const next = found.length > page.limit ? { next: String(events.at(-1)?.id) } : {}
    return c.json({ ok: true, events: events.map((event) => viewEvent(event, attributes.security)), ...next })
  })

  app.get("/webhooks/:id/events/:event", async (c) => {
    const { webhookKey, attributes } = await requireWebhook(catalog.db, c)
    const id = pathPart(c, "event")
    const event = isId(id) ? await readEvent(catalog.db, webhookKey, Number(id)) : undefined
    if (!event) throw new ApiError(notFound("event", id))
    return c.json({ ok: true, event: viewEvent(event, attributes.security) })
  })

  return app
}

async function change(
  catalog: Catalog,
  c: CatalogContext,
  wanted: unknown,
  next: (stored: WebhookAttributes) => WebhookAttributes,
): Promise<WebhookRecord> {
  const { actor, now } = writerOf(catalog, c)
  return await writing(catalog, async (tx) => {
    const stored = await requireWebhook(tx, c)
    const identifier = typeof wanted === "string" ? wanted : stored.identifier
    if (identifier !== stored.identifier) await refuseTaken(tx, identifier)
    const attributes = next(stored.attributes)
    const record = { ...stored, identifier, attributes, updatedAt: now, updatedBy: actor }
    await updateWebhook(tx, record)
    await auditWebhook(catalog, c, tx, { before: stored, after: record })
    return record
  })
}

/** The secret that senders sign with is nobody's to read here. */
async function auditWebhook(
  catalog: Catalog,
  c: CatalogContext,
  tx: Catalog["db"],
  { before, after }: { before: WebhookRecord | undefined; after: WebhookRecord | undefined },
): Promise<void> {
  const view = (record: WebhookRecord | undefined): JsonObject | null => {
    if (!record) return null
    // All of it came as JSON, and passed the schema.
    return { identifier: record.identifier, ...withoutSecret(record.attributes) } as unknown as JsonObject
  }
  const resource = (after ?? before)?.identifier ?? ""
  await appendAudits(tx, writerOf(catalog, c), [
    { resourceType: "webhook", resource, before: view(before), after: view(after) },
  ])
}

/** Whoever may only look could write entities by events: the key is their address, and the secret signs them. */
function seenBy(c: CatalogContext, record: WebhookRecord): WebhookRecord {
  const visitor = c.get("visitor")
  if (!visitor || visitor.mayChange) return record
  return { ...record, webhookKey: masked, attributes: withoutSecret(record.attributes) }
}

const masked = "***"

function withoutSecret({ security, ...attributes }: WebhookAttributes): WebhookAttributes {
  return { ...attributes, security: { ...security, ...(security.secret ? { secret: masked } : {}) } }
}

async function requireWebhook(db: Catalog["db"], c: CatalogContext): Promise<WebhookRecord> {
  const identifier = pathPart(c, "id")
  const record = await readWebhook(db, { identifier })
  if (!record) throw new ApiError(notFound("webhook", identifier))
  return record
}

async function refuseTaken(db: Catalog["db"], identifier: string): Promise<void> {
  if (!(await readWebhook(db, { identifier }))) return
  throw new ApiError(refuse(409, "identifier_taken", `the webhook "${identifier}" already exists`))
}

const mostEvents = 100

function eventPage(c: CatalogContext): EventPage {
  const { limit = "25", before, status } = c.req.query()
  const state = eventStates.find((one) => one === status)
  if (status !== undefined && !state) {
    throw new ApiError(
      invalidRequest(`"status" must be equal to one of the allowed values: ${eventStates.join(", ")}`),
    )
  }
  if (!isId(limit) || Number(limit) < 1) throw new ApiError(invalidRequest('"limit" must be a number from 1'))
  if (before !== undefined && !isId(before))
    throw new ApiError(invalidRequest('"before" must be the id of an event'))
  return {
    limit: Math.min(Number(limit), mostEvents),
    before: before === undefined ? undefined : Number(before),
    state,
  }
}

function isId(text: string): boolean {
  return /^\d{1,15}$/.test(text)
}

/** Where senders of webhooks reach this catalog. */
function baseUrl(catalog: Catalog, c: CatalogContext): string {
  return catalog.ingestUrl ?? catalog.publicUrl ?? new URL(c.req.url).origin
}

function newIdentifier(): string {
  return `webhook_${randomBytes(8).toString("hex")}`
}

function refuseUnless(problem: string | undefined): void {
  if (problem !== undefined) throw new ApiError(invalidRequest(problem))
}

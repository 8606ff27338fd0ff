// GET /v1/audit-log: what was written, by whom, and how it was before; the newest first.
import { Hono } from "hono"
import type { JsonObject } from "../../common/json.ts"
import { parseInstant } from "../../database/instant.ts"
import { ApiError, invalidRequest } from "../api-error.ts"
import type { Catalog } from "../catalog.ts"
import { type CatalogContext, type CatalogEnv, listParameter } from "../requests.ts"
import { type AuditFilter, type AuditRow, readAudits } from "../store/audit-search.ts"

const maxItems = 10_000

export function auditRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  app.get("/audit-log", async (c) => {
    const filter = auditFilter(c)
    const includes = listParameter(c, "includes")
    const rows = await readAudits(catalog.db, filter)
    const shown = includes && new Set(includes)
    const audits = rows.map((row) => only(viewAudit(row, catalog.organizationId), shown))
    return c.json({ ok: true, audits })
  })
  return app
}

function auditFilter(c: CatalogContext): AuditFilter {
  const identifier = text(c, "identifier")
  return {
    // An identifier that is none of ours names nothing, rather than everything.
    id: identifier === undefined ? undefined : Number(/^a_(\d{1,15})$/.exec(identifier)?.[1] ?? -1),
    entity: text(c, "entity"),
    blueprint: text(c, "blueprint"),
    runId: text(c, "run_id"),
    webhookId: text(c, "webhookId"),
    webhookEventId: text(c, "webhookEventId"),
    installationId: text(c, "InstallationId"),
    origins: list(c, "origin"),
    resources: list(c, "resources"),
    from: instant(c, "from"),
    to: instant(c, "to"),
    action: oneOf(c, "action", ["CREATE", "UPDATE", "DELETE"]),
    status: oneOf(c, "status", ["SUCCESS", "FAILURE"]),
    limit: limitOf(c),
  }
}

/** What PostgreSQL could not compare with is nowhere in the log. */
function text(c: CatalogContext, name: string): string | undefined {
  return c.req.query(name)?.replaceAll("\u0000", "\uFFFD")
}

function list(c: CatalogContext, name: string): string[] | undefined {
  return listParameter(c, name)?.map((item) => item.replaceAll("\u0000", "\uFFFD"))
}

function instant(c: CatalogContext, name: string): number | undefined {
  const value = c.req.query(name)
  if (value === undefined) return undefined
  const at = parseInstant(value)
  if (at === undefined) throw new ApiError(invalidRequest(`"${name}" must match format "date-time"`))
  return at
}

function oneOf(c: CatalogContext, name: string, allowed: readonly string[]): string | undefined {
  const value = c.req.query(name)
  if (value === undefined || allowed.includes(value)) return value
  throw new ApiError(
    invalidRequest(`"${name}" must be equal to one of the allowed values: ${allowed.join(", ")}`),
  )
}

function limitOf(c: CatalogContext): number {
  const limit = Number(c.req.query("limit") ?? maxItems)
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxItems) return limit
  throw new ApiError(invalidRequest(`"limit" must be an integer from 1 to ${maxItems}`))
}

function viewAudit(row: AuditRow, orgId: string): JsonObject {
  return {
    identifier: `a_${row.id}`,
    action: row.action,
    resourceType: row.resource_type,
    status: row.status,
    ...(row.message === null ? {} : { message: row.message }),
    trigger: {
      by: { userId: row.actor, orgId },
      origin: row.origin,
      at: new Date(row.at).toISOString(),
    },
    context: {
      ...(row.blueprint === null ? {} : { blueprint: row.blueprint }),
      [row.resource_type]: row.resource,
      ...(row.run_id === null ? {} : { runId: row.run_id }),
      ...(row.installation_id === null ? {} : { installationId: row.installation_id }),
      ...(row.webhook_id === null ? {} : { webhookId: row.webhook_id }),
      ...(row.webhook_event_id === null ? {} : { webhookEventId: row.webhook_event_id }),
      ...(row.resync_id === null ? {} : { resyncId: row.resync_id }),
    },
    diff: { before: parsed(row.before), after: parsed(row.after) },
    additionalData: { userAgent: row.user_agent },
  }
}

function only(item: JsonObject, names: ReadonlySet<string> | undefined): JsonObject {
  return names ? Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name))) : item
}

function parsed(json: string | null): JsonObject | null {
  return json === null ? null : (JSON.parse(json) as JsonObject) // written by `appendAudits`
}

// Refused writes of entities are in the audit log too, with the reason. What they were to change is rolled back by then,
// so that this is a small write of its own.
import type { MiddlewareHandler } from "hono"
import { errorText } from "../common/errors.ts"
import { ApiError } from "./api-error.ts"
import { type Catalog, writerOf, writing } from "./catalog.ts"
import { type CatalogEnv, flag } from "./requests.ts"
import { appendAudits } from "./store/audits.ts"

const actions = { POST: "CREATE", PUT: "UPDATE", PATCH: "UPDATE", DELETE: "DELETE" } as const

export function auditFailures(catalog: Catalog): MiddlewareHandler<CatalogEnv> {
  return async (c, next) => {
    await next()
    const { error } = c
    const method = c.req.method as keyof typeof actions // others have no entry, and end here
    const action = Object.hasOwn(actions, method) ? actions[method] : undefined
    if (!(error instanceof ApiError) || action === undefined || flag(c, "validation_only")) return
    const place = /^\/v1\/blueprints\/([^/]+)\/entities(?:\/(.+))?$/.exec(c.req.path)
    const [blueprint, resource] = [
      decoded(place?.[1]),
      decoded(place?.[2]) ?? c.get("refusedEntity") ?? "unknown",
    ]
    // Below a blueprint's entities, POST has routes of other kinds: many at once, searches.
    if (blueprint === undefined || (method === "POST" && place?.[2] !== undefined)) return
    const { code, message } = error.refusal
    const failure = { action, message: kept(`${code}: ${message}`, 2000) }
    const noted = writing(catalog, async (tx) => {
      const item = {
        resourceType: "entity",
        resource: kept(resource, 500),
        blueprint: kept(blueprint, 100),
        before: null,
        after: null,
        failure,
      }
      await appendAudits(tx, writerOf(catalog, c), [item])
    })
    // The refusal is the answer, whatever becomes of its entry.
    await noted.catch((cause) =>
      catalog.log.warn({ error: errorText(cause) }, "Refused write not in the audit log"),
    )
  }
}

function decoded(part: string | undefined): string | undefined {
  if (part === undefined) return undefined
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined // names nothing
  }
}

/** As much of a text as is worth keeping, and as both engines can. */
function kept(text: string, length: number): string {
  return text.slice(0, length).toWellFormed().replaceAll("\u0000", "\uFFFD")
}

// Many entities at once: upsert (20 items, each on its own feet), delete (100, all or none), and what a datasource owns.
import { Hono } from "hono"
import { type SqlBool, sql } from "kysely"
import type { JsonObject } from "../../common/json.ts"
import { parseInstant } from "../../database/instant.ts"
import { ApiError, invalidRequest, type Refusal, unwrap } from "../api-error.ts"
import { type Catalog, requireBlueprint, writerOf, writing } from "../catalog.ts"
import { parseCursor, writeCursor } from "../cursor.ts"
import { type CatalogEnv, flag, pathPart, readJson } from "../requests.ts"
import { viewEntity } from "../rules/entity-view.ts"
import { type Check, fixedCheck } from "../rules/json-schema.ts"
import { type AuditItem, appendAudits } from "../store/audits.ts"
import { findDatasources } from "../store/datasources.ts"
import { readEntityPage } from "../store/entities.ts"
import { deleteEntities } from "../write/delete-entities.ts"
import { type ItemOutcome, upsertEntities } from "../write/upsert-entities.ts"
import { dryRun, openEntityWrite, upsertOptions } from "./entity-requests.ts"

const maxUpserts = 20
const maxDeletes = 100
const maxListed = 5000

export function bulkRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  const { database, db } = catalog
  const checkUpsert = fixedCheck(upsertBody, "body")
  const checkDelete = fixedCheck(deleteBody, "body")
  const checkListing = fixedCheck(listingBody, "body")

  // A literal path, so before the routes with a blueprint in its place.
  app.post("/blueprints/entities/datasource-entities", async (c) => {
    const body = checked<ListingBody>(checkListing, await readJson(c))
    const { datasource_prefix: prefix, datasource_suffix: suffix, limit = maxListed } = body
    const names = await findDatasources(db, prefix, suffix)
    const before = body.before == null ? undefined : parseInstant(body.before)
    const earlier = before === undefined ? sql`` : sql` and updated_at < ${before}`
    // Spelled out, since SQLite then walks a single datasource in the order of its index.
    const where = sql<SqlBool>`datasource in (${sql.join(names.length > 0 ? names : [null])})${earlier}`
    const after = parseCursor(body.from, "from")
    const page = await readEntityPage(db, database.json, { where, after, limit, withTargets: true })
    const set = await catalog.blueprints.current(db)
    const entities = page.map((record) => viewEntity(record, set.get(record.blueprint)?.definition))
    return c.json({ ok: true, entities, next: page.length < limit ? null : writeCursor(page.at(-1)?.id) })
  })

  app.post("/blueprints/:b/entities/bulk", async (c) => {
    const { entities } = checked<{ entities: unknown[] }>(checkUpsert, await readJson(c))
    const outcomes = await dryRun<ItemOutcome[]>(flag(c, "validation_only"), (finish) =>
      writing(catalog, async (tx) => {
        const deps = await openEntityWrite(catalog, c, tx)
        const results = await upsertEntities(deps, entities, upsertOptions(c))
        await deps.set.flush()
        await appendAudits(tx, deps.writer, refusedItems(pathPart(c, "b"), results))
        return finish(results)
      }),
    )
    const answer = bulkAnswer(outcomes)
    return c.json({ ...answer, maxBulkSize: maxUpserts }, answer.errors.length > 0 ? 207 : 200)
  })

  app.post("/blueprints/:b/bulk/entities/delete", async (c) => {
    const body = checked<{ entities: string[] }>(checkDelete, await readJson(c))
    const deletedEntities = await writing(catalog, async (tx) => {
      const blueprints = await catalog.blueprints.current(tx)
      const { definition } = requireBlueprint(blueprints, pathPart(c, "b"))
      const request = {
        blueprint: definition.identifier,
        identifiers: body.entities,
        deleteDependents: flag(c, "delete_dependents"),
      }
      return unwrap(
        await deleteEntities({ tx, json: database.json, blueprints, writer: writerOf(catalog, c) }, request),
      )
    })
    return c.json({ ok: true, deletedEntities, maxBulkSize: maxDeletes })
  })

  return app
}

interface ListingBody {
  datasource_prefix: string
  datasource_suffix: string
  limit?: number
  before?: string | null
  from?: string | null
}

export const upsertBody: JsonObject = {
  type: "object",
  required: ["entities"],
  additionalProperties: false,
  properties: { entities: { type: "array", minItems: 1, maxItems: maxUpserts } },
}

export const deleteBody: JsonObject = {
  type: "object",
  required: ["entities"],
  additionalProperties: false,
  properties: { entities: { type: "array", minItems: 1, maxItems: maxDeletes, items: { type: "string" } } },
}

export const listingBody: JsonObject = {
  type: "object",
  required: ["datasource_prefix", "datasource_suffix"],
  properties: {
    datasource_prefix: { type: "string" },
    datasource_suffix: { type: "string" },
    limit: { type: "integer", minimum: 1, maximum: maxListed },
    before: { type: ["string", "null"], format: "date-time" },
    from: { type: ["string", "null"] },
  },
}

function checked<T>(check: Check, body: unknown): T {
  const problem = check(body)
  if (problem !== undefined) throw new ApiError(invalidRequest(problem))
  return body as T // the schema that passed says exactly this
}

function refusedItems(blueprint: string, outcomes: readonly ItemOutcome[]): AuditItem[] {
  return outcomes.flatMap((outcome) => {
    if (outcome.ok) return []
    const { code, message } = outcome.refusal
    const failure = {
      action: "CREATE" as const,
      message: `${code}: ${message}`.slice(0, 2000).toWellFormed(),
    }
    const resource = outcome.identifier.slice(0, 500).toWellFormed() // it may be refused for its length
    return [{ resourceType: "entity", resource, blueprint, before: null, after: null, failure }]
  })
}

function bulkAnswer(outcomes: readonly ItemOutcome[]) {
  const entities: { identifier: string; index: number; created: boolean }[] = []
  const errors: ({ identifier: string; index: number } & ReturnType<typeof itemError>)[] = []
  outcomes.forEach((outcome, index) => {
    const { identifier } = outcome
    if (outcome.ok) entities.push({ identifier, index, created: outcome.created })
    else errors.push({ identifier, index, ...itemError(outcome.refusal) })
  })
  return { ok: true, entities, errors }
}

function itemError(refusal: Refusal): { statusCode: number; error: string; message: string } {
  return { statusCode: refusal.status, error: refusal.code, message: refusal.message }
}

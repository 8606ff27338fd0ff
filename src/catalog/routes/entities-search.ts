// Search over all blueprints, and over one with pages.
import { Hono } from "hono"
import { type SqlBool, sql } from "kysely"
import { isJsonObject, type JsonObject, type JsonValue } from "../../common/json.ts"
import type { JsonColumns } from "../../database/json-columns.ts"
import { ApiError, invalidRequest, type Refusal, unwrap } from "../api-error.ts"
import { type Catalog, requireBlueprint } from "../catalog.ts"
import { parseCursor, parseOffset, writeCursor, writeOffset } from "../cursor.ts"
import { needsTargets, viewEntities } from "../derived/view-entities.ts"
import { type CatalogEnv, pathPart, readJson, readJsonObject } from "../requests.ts"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import type { Projection } from "../rules/entity-view.ts"
import { fixedCheck } from "../rules/json-schema.ts"
import { parseQuery } from "../search/query.ts"
import { checkSearchable } from "../search/searchable.ts"
import { countWhere, readAllEntities, readEntityPage, readOrderedPage } from "../store/entities.ts"
import { type EntityOrder, entityOrder } from "../store/entity-order.ts"
import { planSearch } from "../store/search-plan.ts"
import { deriveDeps, readOptions } from "./entity-requests.ts"

const defaultLimit = 200
const maxLimit = 1000

export function searchRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  const { database, db } = catalog
  const checkBody = fixedCheck(searchBody, "body")

  app.post("/entities/search", async (c) => {
    const query = unwrap(parseQuery(await readJson(c), { root: "query" }))
    const set = await catalog.blueprints.current(db)
    refuseIf(checkSearchable(query, { root: "query", blueprints: set.definitions, all: set.definitions }))
    const context = { json: database.json, blueprints: set.definitions, now: catalog.clock.now() }
    const options = readOptions(c)
    const withTargets = needsTargets(options, set.definitions)
    const plan = planSearch(query, context)
    const records = await readAllEntities(db, database.json, { ...plan, withTargets })
    const matchingBlueprints = [...new Set(records.map((record) => record.blueprint))]
    const entities = await viewEntities(deriveDeps(catalog, c, set), records, options)
    return c.json({ ok: true, matchingBlueprints, entities })
  })

  app.post("/blueprints/:b/entities/search", async (c) => {
    const body = await readJsonObject(c)
    const set = await catalog.blueprints.current(db)
    const { definition } = requireBlueprint(set, pathPart(c, "b"))
    const problem = checkBody(body)
    if (problem !== undefined) throw new ApiError(invalidRequest(problem))
    const limit = typeof body.limit === "number" ? body.limit : defaultLimit
    const from = typeof body.from === "string" ? body.from : undefined
    const context = {
      json: database.json,
      blueprints: set.definitions,
      now: catalog.clock.now(),
      within: definition,
    }
    const query = isJsonObject(body.query)
      ? unwrap(parseQuery(body.query, { root: "query", relations: true }))
      : undefined
    if (query)
      refuseIf(checkSearchable(query, { root: "query", blueprints: [definition], all: set.definitions }))
    const plan = query && planSearch(query, context)
    const condition = plan ? sql` and ${plan.where}` : sql``
    const where = sql<SqlBool>`catalog_entities.blueprint = ${definition.identifier}${condition}`
    const projection = bodyProjection(body, definition)
    const options = { ...readOptions(c), projection }
    const order = isJsonObject(body.sort) ? orderOf(body.sort, definition, database.json) : undefined
    // One more than asked tells whether there is a next page.
    const page = { where, limit: limit + 1, withTargets: needsTargets(options, [definition]) }
    const skip = order ? parseOffset(from, "from") : 0
    const records = order
      ? await readOrderedPage(db, database.json, { ...page, order, skip })
      : await readEntityPage(db, database.json, {
          ...plan,
          ...page,
          after: parseCursor(from, "from"),
        })
    const shown = records.slice(0, limit)
    const entities = await viewEntities(deriveDeps(catalog, c, set), shown, options)
    const cursor = order ? writeOffset(skip + shown.length) : writeCursor(shown.at(-1)?.id)
    const next = records.length > limit ? { next: cursor } : {}
    const total = body.count === true ? { total: await countWhere(db, where) } : {}
    return c.json({ ok: true, ...next, ...total, entities })
  })

  return app
}

/** Ours: Port's search has the order of creation alone. Throws a 422. */
function orderOf(sort: JsonObject, blueprint: BlueprintDefinition, json: JsonColumns): EntityOrder {
  const property = String(sort.property)
  const way = sort.order === "desc" ? "desc" : "asc"
  const order = entityOrder({ property, way }, { blueprint, json })
  if (order) return order
  const what = "a property of one value, or $identifier, $title, $createdAt, $updatedAt"
  throw new ApiError(invalidRequest(`"sort.property" must be ${what}, not "${property}"`))
}

function refuseIf(refusal: Refusal | undefined): void {
  if (refusal) throw new ApiError(refusal)
}

const names = { type: ["array", "null"], items: { type: "string" } }
export const searchBody: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    query: { type: ["object", "null"] },
    include: names,
    exclude: names,
    limit: { type: "integer", minimum: 1, maximum: maxLimit },
    from: { type: ["string", "null"] },
    sort: {
      type: ["object", "null"],
      required: ["property"],
      additionalProperties: false,
      properties: { property: { type: "string" }, order: { enum: ["asc", "desc"] } },
    },
    count: { type: ["boolean", "null"] },
  },
}

/** Here properties and relations are named bare, and the entity's own fields with a `$`. */
function bodyProjection(body: JsonObject, definition: BlueprintDefinition): Projection {
  const include = fieldNames(body.include, definition)
  return {
    include: include.length > 0 ? new Set(include) : undefined,
    exclude: new Set(fieldNames(body.exclude, definition)),
  }
}

function fieldNames(value: JsonValue | undefined, definition: BlueprintDefinition): string[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((name) => {
    if (typeof name !== "string") return []
    if (name.startsWith("$")) return [name.slice(1)]
    return Object.hasOwn(definition.relations, name)
      ? [`relations.${name}`, `properties.${name}`]
      : [`properties.${name}`]
  })
}

// The rows of `catalog_entities`, read together with their relations.
import { type Kysely, type RawBuilder, type Selectable, type SqlBool, sql } from "kysely"
import type { JsonObject } from "../../common/json.ts"
import type { JsonColumns } from "../../database/json-columns.ts"
import { manyRows } from "../../database/many-rows.ts"
import type { EntityOrder } from "./entity-order.ts"
import { readTargets, type Targets } from "./relations.ts"
import type { SearchPlan } from "./search-plan.ts"
import type { CatalogTables, EntityTable } from "./tables.ts"

export interface EntityRecord {
  /** Undefined until it is stored. */
  id: number | undefined
  blueprint: string
  identifier: string
  title: string | null
  icon: string | null
  /** Without nulls. */
  properties: JsonObject
  /** The targets of its relations, and its teams. */
  targets: Targets
  createdAt: number
  createdBy: string
  updatedAt: number
  updatedBy: string
  datasource: string | null
}

export interface EntitySelection extends Partial<SearchPlan> {
  where: RawBuilder<SqlBool>
  /** False leaves `targets` empty, where nobody asks for them. */
  withTargets: boolean
}

export interface EntityPage extends EntitySelection {
  /** Only entities created after this one; 0 for the first page. */
  after: number
  limit: number
}

/** In the order of creation. Paging by the id of the last one is stable, whatever is written in between. */
export async function readEntityPage(
  db: Kysely<CatalogTables>,
  json: JsonColumns,
  page: EntityPage,
): Promise<EntityRecord[]> {
  const rows = await rowsOf(db, json, page).execute()
  return await recordsOf(db, json, rows, page.withTargets)
}

export interface OrderedPage extends Pick<EntityPage, "where" | "limit" | "withTargets"> {
  order: EntityOrder
  /** So many of the front are left out. */
  skip: number
}

/** In a given order. What is written meanwhile may move entities from one page to another. */
export async function readOrderedPage(
  db: Kysely<CatalogTables>,
  json: JsonColumns,
  { where, order, skip, limit, withTargets }: OrderedPage,
): Promise<EntityRecord[]> {
  const rows = await db
    .selectFrom("catalog_entities")
    .selectAll()
    .where(where)
    .orderBy(order.isNull) // nothing comes last, whichever way
    .orderBy(order.by, order.way)
    .orderBy("id")
    .limit(limit)
    .offset(skip)
    .execute()
  return await recordsOf(db, json, rows, withTargets)
}

export async function countWhere(db: Kysely<CatalogTables>, where: RawBuilder<SqlBool>): Promise<number> {
  const { count } = await db
    .selectFrom("catalog_entities")
    .select(({ fn }) => fn.countAll().as("count"))
    .where(where)
    .executeTakeFirstOrThrow()
  return Number(count)
}

function rowsOf(db: Kysely<CatalogTables>, json: JsonColumns, { after, limit, where, ...plan }: EntityPage) {
  if (plan.narrow) {
    // As an expression the id is no reason for SQLite to walk the whole blueprint in its order; and only ids are sorted.
    const id = sql<number>`catalog_entities.id + 0`
    const ids = db.selectFrom("catalog_entities").select("id").where(id, ">", after).where(where)
    return db
      .selectFrom("catalog_entities")
      .selectAll()
      .where("id", "in", ids.orderBy(id).limit(limit))
      .orderBy("id")
  }
  const candidates = plan.match === undefined ? undefined : json.candidates(entityWords, plan.match)
  if (candidates) {
    // The candidates come in the order of their ids, so that no more of them are looked at than a page needs.
    return db
      .selectFrom(candidates.as("candidate"))
      .crossJoin("catalog_entities")
      .selectAll("catalog_entities")
      .whereRef("catalog_entities.id", "=", "candidate.rowid")
      .where("candidate.rowid", ">", after)
      .where(where)
      .orderBy("candidate.rowid")
      .limit(limit)
  }
  return db
    .selectFrom("catalog_entities")
    .selectAll()
    .where("catalog_entities.id", ">", after)
    .where(where)
    .orderBy("catalog_entities.id")
    .limit(limit)
}

/** The index over the properties of entities, where the engine needs one of ours. */
const entityWords = "catalog_entity_words"

async function recordsOf(
  db: Kysely<CatalogTables>,
  json: JsonColumns,
  rows: readonly Selectable<EntityTable>[],
  withTargets: boolean,
): Promise<EntityRecord[]> {
  const ids = withTargets ? rows.map((row) => row.id) : []
  const targets = await readTargets(db, json, ids)
  return rows.map((row) => recordOf(row, targets.get(row.id) ?? new Map()))
}

/** Rows per page while everything is read: other requests get their turn in between. */
const rowsPerRead = 1000

export async function readAllEntities(
  db: Kysely<CatalogTables>,
  json: JsonColumns,
  what: EntitySelection,
): Promise<EntityRecord[]> {
  const all: EntityRecord[] = []
  for (let after = 0; ; ) {
    const page = await readEntityPage(db, json, { ...what, after, limit: rowsPerRead })
    for (const record of page) all.push(record)
    if (page.length < rowsPerRead) return all
    after = page.at(-1)?.id ?? after
  }
}

export async function readEntities(
  db: Kysely<CatalogTables>,
  json: JsonColumns,
  blueprint: string,
  identifiers: readonly string[],
): Promise<EntityRecord[]> {
  const rows = await db
    .selectFrom("catalog_entities")
    .selectAll()
    .where("blueprint", "=", blueprint)
    .where((eb) => json.oneOf(eb.ref("identifier"), identifiers))
    .execute()
  return await recordsOf(db, json, rows, true)
}

export async function readEntitiesById(
  db: Kysely<CatalogTables>,
  json: JsonColumns,
  ids: readonly number[],
): Promise<EntityRecord[]> {
  const rows = await db
    .selectFrom("catalog_entities")
    .selectAll()
    .where((eb) => json.oneOfNumbers(eb.ref("id"), ids))
    .orderBy("id")
    .execute()
  return await recordsOf(db, json, rows, true)
}

export interface EntityKey {
  id: number
  blueprint: string
  identifier: string
  title: string | null
}

/** Which of these exist, by blueprint. */
export async function readEntityKeys(
  db: Kysely<CatalogTables>,
  json: JsonColumns,
  wanted: ReadonlyMap<string, readonly string[]>,
): Promise<EntityKey[]> {
  const parts = [...wanted].map(
    ([blueprint, identifiers]) =>
      sql<SqlBool>`(blueprint = ${blueprint} and ${json.oneOf(sql.ref("identifier"), identifiers)})`,
  )
  if (parts.length === 0) return []
  return await db
    .selectFrom("catalog_entities")
    .select(["id", "blueprint", "identifier", "title"])
    .where(sql<SqlBool>`(${sql.join(parts, sql` or `)})`)
    .execute()
}

/** Rows per statement, so that neither engine's bound on parameters is met. */
const rowsPerInsert = 200

/** Creates and updates; what creation alone sets (`created_at`, `created_by`) stays on an update. */
export async function upsertEntityRows(
  db: Kysely<CatalogTables>,
  records: readonly EntityRecord[],
): Promise<{ id: number; blueprint: string; identifier: string }[]> {
  const stored: { id: number; blueprint: string; identifier: string }[] = []
  for (let at = 0; at < records.length; at += rowsPerInsert) {
    stored.push(...(await upsertRows(db, records.slice(at, at + rowsPerInsert).map(rowOf))))
  }
  return stored
}

const upsertRows = manyRows((db: Kysely<CatalogTables>, rows: readonly ReturnType<typeof rowOf>[]) =>
  db
    .insertInto("catalog_entities")
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns(["blueprint", "identifier"]).doUpdateSet((eb) => ({
        title: eb.ref("excluded.title"),
        icon: eb.ref("excluded.icon"),
        properties: eb.ref("excluded.properties"),
        updated_at: eb.ref("excluded.updated_at"),
        updated_by: eb.ref("excluded.updated_by"),
        datasource: eb.ref("excluded.datasource"),
      })),
    )
    .returning(["id", "blueprint", "identifier"]),
)

export async function renameEntity(db: Kysely<CatalogTables>, id: number, identifier: string): Promise<void> {
  await db.updateTable("catalog_entities").set({ identifier }).where("id", "=", id).execute()
}

/** Their relations, and the relations that point at them, go too. */
export async function deleteEntityRows(
  db: Kysely<CatalogTables>,
  json: JsonColumns,
  ids: readonly number[],
): Promise<void> {
  await db
    .deleteFrom("catalog_entities")
    .where((eb) => json.oneOfNumbers(eb.ref("id"), ids))
    .execute()
}

export async function countEntities(db: Kysely<CatalogTables>, blueprint: string): Promise<number> {
  const row = await db
    .selectFrom("catalog_entities")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("blueprint", "=", blueprint)
    .executeTakeFirst()
  return row?.count ?? 0
}

function rowOf(record: EntityRecord) {
  return {
    blueprint: record.blueprint,
    identifier: record.identifier,
    title: record.title,
    icon: record.icon,
    properties: JSON.stringify(record.properties),
    created_at: record.createdAt,
    created_by: record.createdBy,
    updated_at: record.updatedAt,
    updated_by: record.updatedBy,
    datasource: record.datasource,
  }
}

function recordOf(row: Selectable<EntityTable>, targets: Targets): EntityRecord {
  return {
    id: row.id,
    blueprint: row.blueprint,
    identifier: row.identifier,
    title: row.title,
    icon: row.icon,
    properties: JSON.parse(row.properties) as JsonObject, // written by `rowOf`
    targets,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
    datasource: row.datasource,
  }
}

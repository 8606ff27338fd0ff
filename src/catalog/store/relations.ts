// The rows of `catalog_relations`: who points at whom.
import type { Kysely } from "kysely"
import type { JsonColumns } from "../../database/json-columns.ts"
import { manyRows } from "../../database/many-rows.ts"
import type { CatalogTables } from "./tables.ts"

/** The name under which an entity's teams are kept; no relation can be called so. */
export const teamRelation = "$team"

export interface Target {
  /** Undefined until it is stored. */
  id?: number | undefined
  identifier: string
  title: string | null
}

/** The targets of each relation of one entity, in their order. */
export type Targets = Map<string, Target[]>

export async function readTargets(
  db: Kysely<CatalogTables>,
  json: JsonColumns,
  sources: readonly number[],
): Promise<Map<number, Targets>> {
  const bySource = new Map<number, Targets>()
  if (sources.length === 0) return bySource
  const rows = await db
    .selectFrom("catalog_relations as link")
    // Each target is looked up by its id: for a join PostgreSQL read all entities, wherever its statistics were older than they.
    .select((eb) => {
      const target = eb.selectFrom("catalog_entities").whereRef("catalog_entities.id", "=", "link.target_id")
      return [
        "link.source_id",
        "link.relation",
        "link.target_id as id",
        target.select("identifier").as("identifier"),
        target.select("title").as("title"),
      ]
    })
    .where((eb) => json.oneOfNumbers(eb.ref("link.source_id"), sources))
    .orderBy("link.source_id")
    .orderBy("link.relation")
    .orderBy("link.position")
    .$narrowType<{ identifier: string }>() // a relation's target is there, which the tables hold
    .execute()
  for (const row of rows) {
    const targets = bySource.get(row.source_id) ?? new Map<string, Target[]>()
    bySource.set(row.source_id, targets)
    const list = targets.get(row.relation) ?? []
    targets.set(row.relation, list)
    list.push({ id: row.id, identifier: row.identifier, title: row.title })
  }
  return bySource
}

export interface RelationRow {
  source_id: number
  relation: string
  position: number
  target_id: number
}

/** Rows per statement, so that neither engine's bound on parameters is met. */
const rowsPerInsert = 500

export async function insertRelations(
  db: Kysely<CatalogTables>,
  rows: readonly RelationRow[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsPerInsert) {
    const part = rows.slice(at, at + rowsPerInsert)
    await insertRows(db, part.map(rowOf))
  }
}

function rowOf({ source_id, relation, position, target_id }: RelationRow) {
  return { source_id, relation, position, target_id }
}

const insertRows = manyRows((db: Kysely<CatalogTables>, rows: readonly ReturnType<typeof rowOf>[]) =>
  db.insertInto("catalog_relations").values([...rows]),
)

export async function deleteRelationsOf(
  db: Kysely<CatalogTables>,
  json: JsonColumns,
  sources: readonly number[],
): Promise<void> {
  if (sources.length === 0) return
  await db
    .deleteFrom("catalog_relations")
    .where((eb) => json.oneOfNumbers(eb.ref("source_id"), sources))
    .execute()
}

/** Forgets a relation that its blueprint no longer has, or that now points elsewhere. */
export async function deleteRelation(
  db: Kysely<CatalogTables>,
  blueprint: string,
  relation: string,
): Promise<void> {
  await db
    .deleteFrom("catalog_relations")
    .where("relation", "=", relation)
    .where("source_id", "in", (eb) =>
      eb.selectFrom("catalog_entities").select("id").where("blueprint", "=", blueprint),
    )
    .execute()
}

export async function renameRelation(
  db: Kysely<CatalogTables>,
  blueprint: string,
  { before, after }: { before: string; after: string },
): Promise<void> {
  await db
    .updateTable("catalog_relations")
    .set({ relation: after })
    .where("relation", "=", before)
    .where("source_id", "in", (eb) =>
      eb.selectFrom("catalog_entities").select("id").where("blueprint", "=", blueprint),
    )
    .execute()
}

export interface Holder {
  id: number
  blueprint: string
  identifier: string
  relation: string
}

/** Entities that point at one of the targets through one of the named relations. */
export async function readHolders(
  db: Kysely<CatalogTables>,
  json: JsonColumns,
  targets: readonly number[],
  relations: readonly { blueprint: string; relation: string }[],
): Promise<Holder[]> {
  if (targets.length === 0 || relations.length === 0) return []
  return await db
    .selectFrom("catalog_relations as link")
    .innerJoin("catalog_entities as source", "source.id", "link.source_id")
    .select(["source.id", "source.blueprint", "source.identifier", "link.relation"])
    .where((eb) => json.oneOfNumbers(eb.ref("link.target_id"), targets))
    .where((eb) =>
      eb.or(
        relations.map((one) =>
          eb.and([eb("source.blueprint", "=", one.blueprint), eb("link.relation", "=", one.relation)]),
        ),
      ),
    )
    .execute()
}

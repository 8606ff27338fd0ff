// The rows of `catalog_documents`: actions, their runs, scorecards, pages, secrets' names.
import type { Kysely, Selectable } from "kysely"
import type { JsonObject } from "../../common/json.ts"
import type { Author } from "./blueprints.ts"
import type { CatalogTables } from "./tables.ts"

export type DocumentKind = "action" | "scorecard" | "page" | "run" | "runLog" | "secret"

export interface DocumentKey {
  kind: DocumentKind
  /** The blueprint of a scorecard, the action of a run, the run of a log line; "" for all others. */
  owner: string
  identifier: string
}

export interface StoredDocument extends DocumentKey {
  document: JsonObject
  createdAt: number
  createdBy: string
  updatedAt: number
  updatedBy: string
}

export async function readDocument(
  db: Kysely<CatalogTables>,
  { kind, owner, identifier }: DocumentKey,
): Promise<StoredDocument | undefined> {
  const row = await db
    .selectFrom("catalog_documents")
    .selectAll()
    .where("kind", "=", kind)
    .where("owner", "=", owner)
    .where("identifier", "=", identifier)
    .executeTakeFirst()
  return row && storedOf(row)
}

/** All of a kind, or those of one owner or name, in the order in which they came. */
export async function readDocuments(
  db: Kysely<CatalogTables>,
  { kind, owner, identifier }: Pick<DocumentKey, "kind"> & Partial<DocumentKey>,
): Promise<StoredDocument[]> {
  let query = db.selectFrom("catalog_documents").selectAll().where("kind", "=", kind)
  if (owner !== undefined) query = query.where("owner", "=", owner)
  if (identifier !== undefined) query = query.where("identifier", "=", identifier)
  const rows = await query.orderBy("created_at").orderBy("owner").orderBy("identifier").execute()
  return rows.map(storedOf)
}

export async function insertDocument(
  db: Kysely<CatalogTables>,
  key: DocumentKey,
  { document, by }: { document: JsonObject; by: Author },
): Promise<void> {
  const written = { created_at: by.now, created_by: by.actor, updated_at: by.now, updated_by: by.actor }
  await db
    .insertInto("catalog_documents")
    .values({ ...key, document: JSON.stringify(document), ...written })
    .execute()
}

export async function updateDocument(
  db: Kysely<CatalogTables>,
  { kind, owner, identifier }: DocumentKey,
  { document, by }: { document: JsonObject; by: Author },
): Promise<void> {
  await db
    .updateTable("catalog_documents")
    .set({ document: JSON.stringify(document), updated_at: by.now, updated_by: by.actor })
    .where("kind", "=", kind)
    .where("owner", "=", owner)
    .where("identifier", "=", identifier)
    .execute()
}

export async function deleteDocument(
  db: Kysely<CatalogTables>,
  { kind, owner, identifier }: DocumentKey,
): Promise<void> {
  await db
    .deleteFrom("catalog_documents")
    .where("kind", "=", kind)
    .where("owner", "=", owner)
    .where("identifier", "=", identifier)
    .execute()
}

/** The scorecards of a blueprint that is deleted. */
export async function deleteOwned(db: Kysely<CatalogTables>, owner: string): Promise<void> {
  await db
    .deleteFrom("catalog_documents")
    .where("kind", "=", "scorecard")
    .where("owner", "=", owner)
    .execute()
}

/** The scorecards of a blueprint that has another name now. */
export async function renameOwner(db: Kysely<CatalogTables>, before: string, after: string): Promise<void> {
  await db
    .updateTable("catalog_documents")
    .set({ owner: after })
    .where("kind", "=", "scorecard")
    .where("owner", "=", before)
    .execute()
}

function storedOf(row: Selectable<CatalogTables["catalog_documents"]>): StoredDocument {
  return {
    kind: row.kind as DocumentKind, // written by `insertDocument`
    owner: row.owner,
    identifier: row.identifier,
    document: JSON.parse(row.document) as JsonObject, // the same
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}

// /v1/actions, /v1/pages and the scorecards of blueprints. What is in them is their authors' affair: kept as sent.
import { type Context, Hono } from "hono"
import { isJsonObject, type JsonObject } from "../../common/json.ts"
import { ApiError, invalidRequest, notFound, refuse } from "../api-error.ts"
import { type Catalog, requireBlueprint, writerOf, writing } from "../catalog.ts"
import { type CatalogContext, type CatalogEnv, pathPart, readJson, readJsonObject } from "../requests.ts"
import { appendAudits } from "../store/audits.ts"
import {
  type DocumentKey,
  type DocumentKind,
  deleteDocument,
  deleteOwned,
  insertDocument,
  readDocument,
  readDocuments,
  type StoredDocument,
  updateDocument,
} from "../store/documents.ts"

export function documentRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  collection(app, catalog, { path: "/actions", kind: "action" })
  collection(app, catalog, { path: "/pages", kind: "page" })
  collection(app, catalog, { path: "/blueprints/:blueprint/scorecards", kind: "scorecard" })
  app.put("/blueprints/:blueprint/scorecards", (c) => replaceScorecards(catalog, c))
  // One client sends `page=<blueprint>` here by mistake; all are answered.
  app.get("/scorecards", async (c) =>
    list(c, "scorecard", await readDocuments(catalog.db, { kind: "scorecard" })),
  )
  return app
}

function collection(
  app: Hono<CatalogEnv>,
  catalog: Catalog,
  { path, kind }: { path: string; kind: DocumentKind },
): void {
  const keyOf = (c: CatalogContext, identifier: string): DocumentKey => ({
    kind,
    owner: kind === "scorecard" ? pathPart(c, "blueprint") : "",
    identifier,
  })
  const ofPath = (c: CatalogContext) => keyOf(c, pathPart(c, "id"))
  const require = async (key: DocumentKey, db = catalog.db) => {
    const stored = await readDocument(db, key)
    if (stored) return stored
    throw new ApiError(notFound(kind, key.identifier))
  }

  app.get(path, async (c) => {
    await requireOwner(catalog, c, kind)
    return list(c, kind, await readDocuments(catalog.db, { kind, owner: keyOf(c, "").owner }))
  })

  app.post(path, async (c) => {
    const document = await readJsonObject(c)
    await requireOwner(catalog, c, kind)
    const key = keyOf(c, identifierOf(document))
    const stored = await writing(catalog, async (tx) => {
      if (await readDocument(tx, key))
        throw new ApiError(refuse(409, "identifier_taken", `the ${kind} "${key.identifier}" already exists`))
      await insertDocument(tx, key, { document, by: writerOf(catalog, c) })
      const stored = await require(key, tx)
      await auditDocument(catalog, c, tx, { before: undefined, after: stored })
      return stored
    })
    return c.json({ ok: true, [kind]: viewDocument(stored) }, 201)
  })

  app.get(`${path}/:id`, async (c) => c.json({ ok: true, [kind]: viewDocument(await require(ofPath(c))) }))

  app.on(["PUT", "PATCH"], `${path}/:id`, async (c) => {
    const key = ofPath(c)
    const body = await readJsonObject(c)
    const stored = await writing(catalog, async (tx) => {
      const before = await require(key, tx)
      const kept = c.req.method === "PATCH" ? before.document : {}
      const document = { ...kept, ...body, identifier: key.identifier }
      await updateDocument(tx, key, { document, by: writerOf(catalog, c) })
      const after = await require(key, tx)
      await auditDocument(catalog, c, tx, { before, after })
      return after
    })
    return c.json({ ok: true, [kind]: viewDocument(stored) })
  })

  app.delete(`${path}/:id`, async (c) => {
    await writing(catalog, async (tx) => {
      const before = await require(ofPath(c), tx)
      await deleteDocument(tx, ofPath(c))
      await auditDocument(catalog, c, tx, { before, after: undefined })
    })
    return c.json({ ok: true })
  })
}

/** All scorecards of the blueprint at once: what the list leaves out is gone. */
async function replaceScorecards(catalog: Catalog, c: CatalogContext): Promise<Response> {
  const body = await readJson(c)
  if (!Array.isArray(body)) throw new ApiError(invalidRequest('"body" must be array'))
  const documents = body.map((one) => {
    if (isJsonObject(one)) return { ...one, identifier: identifierOf(one) }
    throw new ApiError(invalidRequest("each scorecard must be object"))
  })
  if (new Set(documents.map(({ identifier }) => identifier)).size < documents.length)
    throw new ApiError(invalidRequest("two scorecards have the same identifier"))
  await requireOwner(catalog, c, "scorecard")
  const owner = pathPart(c, "blueprint")
  const stored = await writing(catalog, async (tx) => {
    const old = await readDocuments(tx, { kind: "scorecard", owner })
    const by = writerOf(catalog, c)
    await deleteOwned(tx, owner)
    for (const document of documents)
      await insertDocument(
        tx,
        { kind: "scorecard", owner, identifier: document.identifier },
        { document, by },
      )
    const after = await readDocuments(tx, { kind: "scorecard", owner })
    const names = new Set([...old, ...after].map(({ identifier }) => identifier))
    const named = (list: readonly StoredDocument[], name: string) =>
      list.find((one) => one.identifier === name)
    for (const name of names)
      await auditDocument(catalog, c, tx, { before: named(old, name), after: named(after, name) })
    return after
  })
  return list(c, "scorecard", stored)
}

async function requireOwner(catalog: Catalog, c: CatalogContext, kind: DocumentKind): Promise<void> {
  if (kind !== "scorecard") return
  requireBlueprint(await catalog.blueprints.current(catalog.db), pathPart(c, "blueprint"))
}

function identifierOf({ identifier }: JsonObject): string {
  if (typeof identifier === "string" && identifier !== "" && identifier.length <= 200) return identifier
  throw new ApiError(invalidRequest('"identifier" must be a text of 1 to 200 characters'))
}

function list(c: Context<CatalogEnv>, kind: DocumentKind, stored: readonly StoredDocument[]): Response {
  return c.json({ ok: true, [`${kind}s`]: stored.map(viewDocument) })
}

export async function auditDocument(
  catalog: Catalog,
  c: CatalogContext,
  tx: Catalog["db"],
  { before, after }: { before: StoredDocument | undefined; after: StoredDocument | undefined },
): Promise<void> {
  const one = after ?? before
  if (!one) return
  const item = {
    resourceType: one.kind,
    resource: one.identifier,
    blueprint: one.kind === "scorecard" ? one.owner : undefined,
    before: before ? viewDocument(before) : null,
    after: after ? viewDocument(after) : null,
  }
  await appendAudits(tx, writerOf(catalog, c), [item])
}

export function viewDocument({ kind, owner, document, ...stored }: StoredDocument): JsonObject {
  return {
    ...document,
    ...(kind === "scorecard" ? { blueprint: owner } : {}),
    createdAt: new Date(stored.createdAt).toISOString(),
    createdBy: stored.createdBy,
    updatedAt: new Date(stored.updatedAt).toISOString(),
    updatedBy: stored.updatedBy,
  }
}

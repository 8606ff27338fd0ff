// /v1/blueprints/{b}/entities: one entity created, read, changed, deleted; and all of a blueprint read or deleted.
import { randomUUID } from "node:crypto"
import { Hono } from "hono"
import { type SqlBool, sql } from "kysely"
import type { JsonObject } from "../../common/json.ts"
import { ApiError, notFound, unwrap } from "../api-error.ts"
import { type Catalog, requireBlueprint, writerOf, writing } from "../catalog.ts"
import { isPartlyDerived, needsTargets, viewEntities } from "../derived/view-entities.ts"
import { type CatalogContext, type CatalogEnv, flag, pathPart, readJson } from "../requests.ts"
import { wholeEntity } from "../rules/entity-view.ts"
import { countEntities, type EntityRecord, readAllEntities, readEntities } from "../store/entities.ts"
import { changeEntity } from "../write/change-entity.ts"
import { deleteAllEntities, deleteEntities } from "../write/delete-entities.ts"
import { upsertEntities } from "../write/upsert-entities.ts"
import { deleteBlueprint } from "../write/write-blueprints.ts"
import { auditBlueprint, writeDeps } from "./blueprints.ts"
import { deriveDeps, dryRun, openEntityWrite, readOptions, upsertOptions } from "./entity-requests.ts"

export function entityRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  const { database, db } = catalog

  app.post("/blueprints/:b/entities", async (c) => {
    const body = await readJson(c)
    const { created, entity } = await dryRun<{ created: boolean; entity: EntityRecord }>(
      flag(c, "validation_only"),
      (run) =>
        writing(catalog, async (tx) => {
          const deps = await openEntityWrite(catalog, c, tx)
          const [outcome] = await upsertEntities(deps, [body], upsertOptions(c))
          if (outcome && !outcome.ok) c.set("refusedEntity", outcome.identifier)
          if (!outcome?.ok)
            throw outcome ? new ApiError(outcome.refusal) : new Error("one item gave no outcome")
          await deps.set.flush()
          return run(outcome)
        }),
    )
    return c.json({ ok: true, entity: await viewWritten(catalog, c, entity) }, created ? 201 : 200)
  })

  app.get("/blueprints/:b/entities", async (c) => {
    const set = await catalog.blueprints.current(db)
    const { definition } = requireBlueprint(set, pathPart(c, "b"))
    const options = readOptions(c)
    const where = sql<SqlBool>`blueprint = ${definition.identifier}`
    const withTargets = needsTargets(options, [definition])
    const records = await readAllEntities(db, database.json, { where, withTargets })
    return c.json({ ok: true, entities: await viewEntities(deriveDeps(catalog, c, set), records, options) })
  })

  app.get("/blueprints/:b/entities-count", async (c) => {
    const set = await catalog.blueprints.current(db)
    const { definition } = requireBlueprint(set, pathPart(c, "b"))
    return c.json({ ok: true, count: await countEntities(db, definition.identifier) })
  })

  // Greedy: some clients do not encode the slashes of an identifier.
  app.get("/blueprints/:b/entities/:id{.+}", async (c) => {
    const set = await catalog.blueprints.current(db)
    const { definition } = requireBlueprint(set, pathPart(c, "b"))
    const identifier = pathPart(c, "id")
    const [record] = await readEntities(db, database.json, definition.identifier, [identifier])
    if (!record) throw new ApiError(notFound("entity", identifier))
    const [entity] = await viewEntities(deriveDeps(catalog, c, set), [record], readOptions(c))
    return c.json({ ok: true, entity })
  })

  app.put("/blueprints/:b/entities/:id{.+}", (c) => change(catalog, c, "replace"))
  app.patch("/blueprints/:b/entities/:id{.+}", (c) => change(catalog, c, "merge"))

  app.delete("/blueprints/:b/entities/:id{.+}", async (c) => {
    const identifier = pathPart(c, "id")
    await writing(catalog, async (tx) => {
      const blueprints = await catalog.blueprints.current(tx)
      const { definition } = requireBlueprint(blueprints, pathPart(c, "b"))
      const deleted = await deleteEntities(
        { tx, json: database.json, blueprints, writer: writerOf(catalog, c) },
        {
          blueprint: definition.identifier,
          identifiers: [identifier],
          deleteDependents: flag(c, "delete_dependents"),
        },
      )
      if (unwrap(deleted).length === 0) throw new ApiError(notFound("entity", identifier))
    })
    return c.json({ ok: true })
  })

  app.delete("/blueprints/:b/all-entities", async (c) => {
    const identifier = pathPart(c, "b")
    const migrationId = await writing(catalog, async (tx) => {
      const deps = await writeDeps(catalog, c, tx)
      requireBlueprint(deps.set, identifier)
      unwrap(
        await deleteAllEntities(
          { tx, json: database.json, blueprints: deps.set, writer: deps.author },
          identifier,
        ),
      )
      if (flag(c, "delete_blueprint")) {
        unwrap(await deleteBlueprint(deps, identifier))
        await auditBlueprint(deps, identifier, await catalog.blueprints.current(tx))
      }
      return await noteMigration(tx, identifier, deps.author)
    })
    return c.json({ ok: true, migrationId })
  })

  app.get("/migrations/:id", async (c) => {
    const id = pathPart(c, "id")
    const row = await db.selectFrom("catalog_migrations").selectAll().where("id", "=", id).executeTakeFirst()
    if (!row) throw new ApiError(notFound("migration", id))
    const { blueprint: sourceBlueprint, actor, status } = row
    const times = {
      createdAt: new Date(row.created_at).toISOString(),
      updatedAt: new Date(row.updated_at).toISOString(),
    }
    return c.json({ ok: true, migration: { id, actor, sourceBlueprint, mapping: {}, status, ...times } })
  })

  return app
}

async function change(catalog: Catalog, c: CatalogContext, mode: "replace" | "merge"): Promise<Response> {
  const body = await readJson(c)
  const entity = await writing(catalog, async (tx) => {
    const deps = await openEntityWrite(catalog, c, tx)
    const createMissing = flag(c, "create_missing_related_entities")
    const record = unwrap(await changeEntity(deps, pathPart(c, "id"), { body, mode, createMissing }))
    await deps.set.flush()
    return record
  })
  return c.json({ ok: true, entity: await viewWritten(catalog, c, entity) })
}

/** After the transaction: a calculation that takes its time must not hold up other writers. */
async function viewWritten(
  catalog: Catalog,
  c: CatalogContext,
  written: EntityRecord,
): Promise<JsonObject | undefined> {
  const { db, database, blueprints } = catalog
  const set = await blueprints.current(db)
  const definition = set.get(written.blueprint)?.definition
  const options = { projection: wholeEntity, relationTitles: false, calculated: true }
  // Targets that this write created have their ids only in the database; without calculations nobody asks for them.
  const reads = definition && isPartlyDerived(definition) && !flag(c, "validation_only")
  const [stored] = reads ? await readEntities(db, database.json, written.blueprint, [written.identifier]) : []
  const [view] = await viewEntities(deriveDeps(catalog, c, set), [stored ?? written], options)
  return view
}

/** The work is done in the same transaction, so that a migration is never seen running. */
async function noteMigration(
  tx: Parameters<typeof writeDeps>[2],
  blueprint: string,
  by: { actor: string; now: number },
): Promise<string> {
  const id = `m_${randomUUID().replaceAll("-", "").slice(0, 16)}`
  const at = { created_at: by.now, updated_at: by.now }
  await tx
    .insertInto("catalog_migrations")
    .values({ id, blueprint, actor: by.actor, status: "COMPLETED", ...at })
    .execute()
  return id
}

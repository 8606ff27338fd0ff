// /v1/blueprints: list, create, read, replace, merge, delete.
import { Hono } from "hono"
import type { JsonObject } from "../../common/json.ts"
import { ApiError, notFound, unwrap } from "../api-error.ts"
import { type Catalog, requireBlueprint, writerOf, writing } from "../catalog.ts"
import { type CatalogContext, type CatalogEnv, pathPart, readJson } from "../requests.ts"
import { systemBlueprint } from "../rules/system-blueprints.ts"
import { appendAudits } from "../store/audits.ts"
import type { StoredBlueprint } from "../store/blueprints.ts"
import { renameBlueprintPart } from "../write/rename-part.ts"
import {
  type BlueprintWriteDeps,
  createBlueprint,
  deleteBlueprint,
  updateBlueprint,
} from "../write/write-blueprints.ts"

const renamedParts = [
  ["properties", "property"],
  ["mirror", "mirror"],
  ["relations", "relation"],
] as const

export function blueprintRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()

  app.get("/blueprints", async (c) => {
    const set = await catalog.blueprints.current(catalog.db)
    return c.json({ ok: true, blueprints: set.all.map(viewBlueprint) })
  })

  app.post("/blueprints", async (c) => {
    const body = await readJson(c)
    return c.json(
      { ok: true, blueprint: await write(catalog, c, (deps) => createBlueprint(deps, body)) },
      201,
    )
  })

  app.get("/blueprints/system/:id/structure", (c) => {
    const identifier = pathPart(c, "id")
    const owned = systemBlueprint(identifier)
    if (!owned) throw new ApiError(notFound("system blueprint", identifier))
    return c.json({ ok: true, blueprint: owned })
  })

  app.get("/blueprints/:id", async (c) => {
    const set = await catalog.blueprints.current(catalog.db)
    return c.json({ ok: true, blueprint: viewBlueprint(requireBlueprint(set, pathPart(c, "id"))) })
  })

  app.put("/blueprints/:id", async (c) => {
    const body = await readJson(c)
    const change = { body, mode: "replace" as const }
    const blueprint = await write(catalog, c, (deps) => updateBlueprint(deps, pathPart(c, "id"), change))
    return c.json({ ok: true, blueprint })
  })

  app.patch("/blueprints/:id", async (c) => {
    const body = await readJson(c)
    const change = { body, mode: "merge" as const }
    const blueprint = await write(catalog, c, (deps) => updateBlueprint(deps, pathPart(c, "id"), change))
    return c.json({ ok: true, blueprint })
  })

  for (const [path, part] of renamedParts) {
    app.patch(`/blueprints/:id/${path}/:name/rename`, async (c) => {
      const body = await readJson(c)
      const request = { blueprint: pathPart(c, "id"), part, before: pathPart(c, "name"), body }
      return c.json({
        ok: true,
        blueprint: await write(catalog, c, (deps) => renameBlueprintPart(deps, request)),
      })
    })
  }

  app.delete("/blueprints/:id", async (c) => {
    const identifier = pathPart(c, "id")
    await writing(catalog, async (tx) => {
      const deps = await writeDeps(catalog, c, tx)
      unwrap(await deleteBlueprint(deps, identifier))
      await auditBlueprint(deps, identifier, await catalog.blueprints.current(tx))
    })
    return c.json({ ok: true })
  })

  return app
}

async function write(
  catalog: Catalog,
  c: CatalogContext,
  change: (deps: BlueprintWriteDeps) => ReturnType<typeof createBlueprint>,
): Promise<JsonObject> {
  return await writing(catalog, async (tx) => {
    const deps = await writeDeps(catalog, c, tx)
    const identifier = unwrap(await change(deps))
    const set = await catalog.blueprints.current(tx)
    await auditBlueprint(deps, c.req.param("id") ?? identifier, set)
    return viewBlueprint(requireBlueprint(set, identifier))
  })
}

export async function writeDeps(
  catalog: Catalog,
  c: CatalogContext,
  tx: BlueprintWriteDeps["tx"],
): Promise<BlueprintWriteDeps> {
  return {
    tx,
    json: catalog.database.json,
    store: catalog.blueprints,
    set: await catalog.blueprints.current(tx),
    checkShape: catalog.checkBlueprint,
    author: writerOf(catalog, c),
  }
}

/** How it was when `deps` were opened, and what became of it; one that was renamed is found as the one that is new. */
export async function auditBlueprint(
  deps: BlueprintWriteDeps,
  identifier: string,
  set: BlueprintWriteDeps["set"],
): Promise<void> {
  const before = deps.set.get(identifier)
  const after = set.get(identifier) ?? (before && renamedFrom(deps.set, set))
  await appendAudits(deps.tx, deps.author, [
    {
      resourceType: "blueprint",
      resource: after?.definition.identifier ?? identifier,
      before: before ? viewBlueprint(before) : null,
      after: after ? viewBlueprint(after) : null,
    },
  ])
}

/** The one that was not there before: one request makes at most one. */
function renamedFrom(
  before: BlueprintWriteDeps["set"],
  after: BlueprintWriteDeps["set"],
): StoredBlueprint | undefined {
  return after.all.find((one) => !before.get(one.definition.identifier))
}

function viewBlueprint(blueprint: StoredBlueprint): JsonObject {
  return {
    ...blueprint.definition,
    createdAt: new Date(blueprint.createdAt).toISOString(),
    createdBy: blueprint.createdBy,
    updatedAt: new Date(blueprint.updatedAt).toISOString(),
    updatedBy: blueprint.updatedBy,
  }
}

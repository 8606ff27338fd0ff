// Permissions: this catalog has one kind of client, which may do everything. The routes say so to those who ask.
import { Hono } from "hono"
import type { JsonObject } from "../../common/json.ts"
import { type Catalog, requireBlueprint } from "../catalog.ts"
import { type CatalogEnv, pathPart } from "../requests.ts"
import { readDocuments } from "../store/documents.ts"

export function permissionRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()

  app.get("/auth/permissions", async (c) => {
    const actions = await readDocuments(catalog.db, { kind: "action" })
    return c.json({
      ok: true,
      permissions: actions.map(({ identifier }) => `execute:actions:${identifier}`),
    })
  })

  app.get("/blueprints/:id/permissions", async (c) => {
    requireBlueprint(await catalog.blueprints.current(catalog.db), pathPart(c, "id"))
    return c.json({ ok: true, permissions: { entities: everyone } })
  })

  return app
}

const admins: JsonObject = { users: [], roles: ["Admin"], teams: [], ownedByTeam: false }
const everyone: JsonObject = {
  read: { ...admins, roles: ["Admin", "Member"] },
  register: admins,
  unregister: admins,
  update: admins,
  updateProperties: {},
  updateRelations: {},
}

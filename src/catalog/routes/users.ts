// /v1/users: the entities of the blueprint `_user`, as Port's older routes show them. Nobody signs in here, so that an
// invitation only makes the entity.
import { Hono } from "hono"
import { type SqlBool, sql } from "kysely"
import { isJsonObject, type JsonObject, type JsonValue } from "../../common/json.ts"
import { ApiError, invalidRequest, notFound, unwrap } from "../api-error.ts"
import { type Catalog, writerOf, writing } from "../catalog.ts"
import { type CatalogEnv, pathPart, readJsonObject } from "../requests.ts"
import { fixedCheck } from "../rules/json-schema.ts"
import { type EntityRecord, readAllEntities, readEntities } from "../store/entities.ts"
import { teamRelation } from "../store/relations.ts"
import { changeEntity } from "../write/change-entity.ts"
import { deleteEntities } from "../write/delete-entities.ts"
import { upsertEntities } from "../write/upsert-entities.ts"
import { openEntityWrite } from "./entity-requests.ts"
import { project } from "./teams.ts"

const blueprint = "_user"
const texts = { type: ["array", "null"], items: { type: "string" }, maxItems: 100 }
export const userChange: JsonObject = { type: "object", properties: { roles: texts, teams: texts } }
export const invitation: JsonObject = {
  type: "object",
  required: ["invitee"],
  properties: {
    invitee: {
      type: "object",
      required: ["email"],
      properties: { email: { type: "string", format: "email" }, roles: texts, teams: texts },
    },
  },
}

export function userRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  const { database, db } = catalog
  const checkChange = fixedCheck(userChange, "body")
  const checkInvitation = fixedCheck(invitation, "body")

  app.get("/users", async (c) => {
    const where = sql<SqlBool>`blueprint = ${blueprint}`
    const users = await readAllEntities(db, database.json, { where, withTargets: true })
    return c.json({ ok: true, users: users.map((user) => project(c, viewUser(user))) })
  })

  app.post("/users/invite", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checkInvitation(body))
    const invitee = isJsonObject(body.invitee) ? body.invitee : {}
    const email = String(invitee.email)
    const user = await writing(catalog, async (tx) => {
      const deps = await openEntityWrite(catalog, c, tx, blueprint)
      const { properties, ...fields } = entityFields(invitee)
      const item = {
        identifier: email,
        title: email,
        properties: { status: "Invited", ...properties },
        ...fields,
      }
      const [outcome] = await upsertEntities(deps, [item], { existing: "refuse", createMissing: false })
      if (!outcome?.ok) throw new ApiError(outcome?.refusal ?? notFound("user", email))
      await deps.set.flush()
      return viewUser(outcome.entity)
    })
    return c.json({ ok: true, user }, 201)
  })

  app.get("/users/:email", async (c) => {
    const email = pathPart(c, "email")
    const [user] = await readEntities(db, database.json, blueprint, [email])
    if (!user) throw new ApiError(notFound("user", email))
    return c.json({ ok: true, user: project(c, viewUser(user)) })
  })

  app.patch("/users/:email", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checkChange(body))
    const user = await writing(catalog, async (tx) => {
      const deps = await openEntityWrite(catalog, c, tx, blueprint)
      const change = { body: entityFields(body), mode: "merge" as const, createMissing: false }
      const record = unwrap(await changeEntity(deps, pathPart(c, "email"), change))
      await deps.set.flush()
      return viewUser(record)
    })
    return c.json({ ok: true, user })
  })

  app.delete("/users/:email", async (c) => {
    const email = pathPart(c, "email")
    await writing(catalog, async (tx) => {
      const blueprints = await catalog.blueprints.current(tx)
      const deps = { tx, json: database.json, blueprints, writer: writerOf(catalog, c) }
      const request = { blueprint, identifiers: [email], deleteDependents: false }
      if (unwrap(await deleteEntities(deps, request)).length === 0)
        throw new ApiError(notFound("user", email))
    })
    return c.json({ ok: true })
  })

  return app
}

/** A user has one role as an entity; of several the first counts. */
function entityFields({ roles, teams }: JsonObject): { properties: JsonObject; team?: JsonValue } {
  const role = Array.isArray(roles) ? { port_role: roles[0] ?? null } : {}
  return { properties: role, ...(Array.isArray(teams) ? { team: teams } : {}) }
}

function viewUser(user: EntityRecord): JsonObject {
  const { status, port_role: role, port_type: type } = user.properties
  return {
    id: user.identifier,
    email: user.identifier,
    name: user.title,
    status: status ?? null,
    type: type ?? null,
    roles: role == null ? [] : [{ name: role }],
    teams: (user.targets.get(teamRelation) ?? []).map(({ identifier }) => ({ name: identifier })),
    createdAt: new Date(user.createdAt).toISOString(),
    updatedAt: new Date(user.updatedAt).toISOString(),
  }
}

function refuseUnless(problem: string | undefined): void {
  if (problem !== undefined) throw new ApiError(invalidRequest(problem))
}

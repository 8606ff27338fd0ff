// /v1/teams: the entities of the blueprint `_team`, as Port's older routes show them.
import { Hono } from "hono"
import { type SqlBool, sql } from "kysely"
import type { JsonObject } from "../../common/json.ts"
import { ApiError, invalidRequest, notFound, unwrap } from "../api-error.ts"
import { type Catalog, writerOf, writing } from "../catalog.ts"
import { type CatalogContext, type CatalogEnv, listParameter, pathPart, readJsonObject } from "../requests.ts"
import { fixedCheck } from "../rules/json-schema.ts"
import { type EntityRecord, readAllEntities, readEntities } from "../store/entities.ts"
import { readMembers } from "../store/members.ts"
import { changeEntity } from "../write/change-entity.ts"
import { deleteEntities } from "../write/delete-entities.ts"
import { type UpsertDeps, upsertEntities } from "../write/upsert-entities.ts"
import { setMembers } from "../write/write-teams.ts"
import { openEntityWrite } from "./entity-requests.ts"

const blueprint = "_team"
const fields = {
  name: { type: "string", maxLength: 1000, pattern: "^[^;#/\\?\\s][^;#/\\?]*[^;#/\\?\\s]$" },
  description: { type: ["string", "null"] },
  users: { type: "array", items: { type: "string" }, maxItems: 1000 },
}
export const teamBody: JsonObject = { type: "object", required: ["name"], properties: fields }
export const teamChange: JsonObject = { type: "object", properties: fields }

export function teamRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  const { database, db } = catalog
  const checkWhole = fixedCheck(teamBody, "body")
  const checkChange = fixedCheck(teamChange, "body")

  app.get("/teams", async (c) => {
    const where = sql<SqlBool>`blueprint = ${blueprint}`
    const teams = await readAllEntities(db, database.json, { where, withTargets: false })
    const members = await readMembers(
      db,
      database.json,
      teams.flatMap(({ id }) => id ?? []),
    )
    const shown = teams.map((team) => viewTeam(team, asObjects(members.get(team.id ?? 0))))
    return c.json({ ok: true, teams: shown.map((team) => project(c, team)) })
  })

  app.get("/teams/:name", async (c) => {
    const team = await requireTeam(catalog, db, namedTeam(c))
    return c.json({
      ok: true,
      team: project(c, viewTeam(team, asObjects(await membersOf(catalog, db, team)))),
    })
  })

  app.post("/teams", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checkWhole(body))
    const team = await write(catalog, c, body, async (deps) => {
      const item = {
        identifier: identifierOf(String(body.name)),
        title: String(body.name),
        properties: propertiesOf(body),
      }
      const [outcome] = await upsertEntities(deps, [item], { existing: "refuse", createMissing: false })
      if (!outcome?.ok) throw new ApiError(outcome?.refusal ?? notFound(blueprint, String(body.name)))
      return outcome.identifier
    })
    return c.json({ ok: true, team }, 201)
  })

  app.on(["PUT", "PATCH"], "/teams/:name", async (c) => {
    const body = await readJsonObject(c)
    const isWhole = c.req.method === "PUT"
    refuseUnless(isWhole ? checkWhole(body) : checkChange(body))
    // What a PUT leaves out is gone: its description, and all its users.
    const whole = isWhole ? { description: null, users: [], ...body } : body
    const team = await write(catalog, c, whole, async (deps) => {
      const name =
        typeof body.name === "string" ? { identifier: identifierOf(body.name), title: body.name } : {}
      const change = { ...name, properties: propertiesOf(whole) }
      const options = { body: change, mode: "merge" as const, createMissing: false }
      return unwrap(await changeEntity(deps, namedTeam(c), options)).identifier
    })
    return c.json({ ok: true, team })
  })

  app.delete("/teams/:name", async (c) => {
    const name = namedTeam(c)
    await writing(catalog, async (tx) => {
      const blueprints = await catalog.blueprints.current(tx)
      const deps = { tx, json: database.json, blueprints, writer: writerOf(catalog, c) }
      const request = { blueprint, identifiers: [name], deleteDependents: false }
      if (unwrap(await deleteEntities(deps, request)).length === 0) throw new ApiError(notFound("team", name))
    })
    return c.json({ ok: true })
  })

  return app
}

/** The team's own entity, then its users. Gives the team with its users as texts, which one client expects here. */
async function write(
  catalog: Catalog,
  c: CatalogContext,
  body: JsonObject,
  change: (deps: UpsertDeps) => Promise<string>,
): Promise<JsonObject> {
  return await writing(catalog, async (tx) => {
    const deps = await openEntityWrite(catalog, c, tx, blueprint)
    const name = await change(deps)
    await deps.set.flush()
    if (Array.isArray(body.users)) {
      const wanted = body.users.filter((email) => typeof email === "string")
      const members = await membersOf(catalog, tx, await requireTeam(catalog, tx, name))
      const users = { ...(await openEntityWrite(catalog, c, tx, "_user")), set: deps.set }
      unwrap(await setMembers(users, name, { members, wanted }))
      await deps.set.flush()
    }
    const team = await requireTeam(catalog, tx, name)
    return viewTeam(team, await membersOf(catalog, tx, team))
  })
}

/** Names may have spaces and more that identifiers cannot; two that differ in nothing else are one team. */
function identifierOf(name: string): string {
  return name.replace(/[^\p{L}0-9@_.+:\\/='-]+/gu, "_")
}

function namedTeam(c: CatalogContext): string {
  return identifierOf(pathPart(c, "name"))
}

async function requireTeam(catalog: Catalog, db: Catalog["db"], name: string): Promise<EntityRecord> {
  const [team] = await readEntities(db, catalog.database.json, blueprint, [name])
  if (!team) throw new ApiError(notFound("team", name))
  return team
}

async function membersOf(catalog: Catalog, db: Catalog["db"], team: EntityRecord): Promise<string[]> {
  const id = team.id ?? 0
  return (await readMembers(db, catalog.database.json, [id])).get(id) ?? []
}

function propertiesOf({ description }: JsonObject): JsonObject {
  return description === undefined ? {} : { description }
}

function asObjects(emails: readonly string[] = []): JsonObject[] {
  return emails.map((email) => ({ email }))
}

function viewTeam(team: EntityRecord, users: (string | JsonObject)[]): JsonObject {
  return {
    id: team.identifier,
    name: team.title ?? team.identifier,
    description: team.properties.description ?? null,
    users,
    createdAt: new Date(team.createdAt).toISOString(),
    updatedAt: new Date(team.updatedAt).toISOString(),
  }
}

/** The parameter `fields`: only these. */
export function project(c: CatalogContext, item: JsonObject): JsonObject {
  const fields = listParameter(c, "fields")
  return fields ? Object.fromEntries(Object.entries(item).filter(([name]) => fields.includes(name))) : item
}

function refuseUnless(problem: string | undefined): void {
  if (problem !== undefined) throw new ApiError(invalidRequest(problem))
}

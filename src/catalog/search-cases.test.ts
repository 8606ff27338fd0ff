// Port's search rules, case by case, on both engines, over HTTP.
import { readFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../test/support/engines.ts"
import type { CatalogTables } from "./store/tables.ts"

interface Case {
  id: string
  name: string
  route: "global" | "blueprint"
  blueprint?: string
  query?: object
  body?: object
  expect: string[]
}

interface ErrorCase extends Omit<Case, "expect"> {
  expect_status: number
  expect_error: string
  expect_message_contains?: string
}

interface FixtureEntity {
  identifier: string
  blueprint: string
  createdAt: string
  updatedAt: string
  createdBy: string
  updatedBy: string
  datasource: string | null
}

interface CaseFile {
  fixture: { now: string; teams: string[]; blueprints: { identifier: string }[]; entities: FixtureEntity[] }
  cases: Case[]
  errors: ErrorCase[]
  relationResolution: {
    id: string
    name: string
    target: string
    many: boolean
    query: object
    expect?: unknown
    expect_error?: string
  }[]
}

const file = JSON.parse(
  readFileSync(new URL("../../test/fixtures/port-search-cases.json", import.meta.url), "utf8"),
) as CaseFile // the file describes itself in `about`

describe.each(engines)("search on %s", (engine) => {
  let catalog: RunningCatalog

  beforeAll(async () => {
    const now = Date.parse(file.fixture.now)
    const clock = { now: () => now, sleep: async () => undefined }
    catalog = await startCatalog({ database: await openTestDatabase(engine), clock })
    await seed(catalog)
  })
  afterAll(() => catalog.close())

  it("has all cases that there are", () => {
    expect(file.cases).toHaveLength(81)
  })

  it.each(file.cases)("$id: $name", async (one) => {
    const { status, body } = await ask(catalog, one)
    expect({ status, found: keysOf(body) }).toEqual({ status: 200, found: [...one.expect].sort() })
  })

  it.each(file.errors)("$id: $name", async (one) => {
    const { status, body } = await ask(catalog, one)
    expect({ status, error: at(body, "error") }).toEqual({
      status: one.expect_status,
      error: one.expect_error,
    })
    expect(at(body, "message")).toContain(one.expect_message_contains ?? "")
  })

  it.each(file.relationResolution)("$id, a search as the value of a relation: $name", async (one) => {
    const identifier = `holder-${one.id}`
    await catalog.request("POST", "/v1/blueprints", {
      identifier,
      title: identifier,
      schema: { properties: {} },
      relations: { found: { target: one.target, many: one.many } },
    })
    const { status, body } = await catalog.request("POST", `/v1/blueprints/${identifier}/entities`, {
      identifier: "one",
      relations: { found: one.query },
    })
    if (one.expect_error !== undefined) {
      expect({ status, error: at(body, "error") }).toEqual({ status: 422, error: one.expect_error })
      return
    }
    expect({ status, found: at(body, "entity.relations.found") }).toEqual({ status: 201, found: one.expect })
    const read = await catalog.request("GET", `/v1/blueprints/${identifier}/entities/one`)
    expect(at(read.body, "entity.relations.found")).toEqual(one.expect)
  })
})

function ask(catalog: RunningCatalog, one: Pick<Case, "route" | "blueprint" | "query" | "body">) {
  if (one.route === "global") return catalog.request("POST", "/v1/entities/search", one.query)
  const body = one.body ?? (one.query ? { query: one.query } : {})
  return catalog.request("POST", `/v1/blueprints/${one.blueprint}/entities/search`, body)
}

function keysOf(body: unknown): string[] {
  const entities = at(body, "entities")
  if (!Array.isArray(entities)) return [`no entities: ${JSON.stringify(body)}`]
  return entities
    .map((entity) => `${String(at(entity, "blueprint"))}:${String(at(entity, "identifier"))}`)
    .filter((key) => !key.startsWith("_team:"))
    .sort()
}

async function seed(catalog: RunningCatalog): Promise<void> {
  for (const identifier of file.fixture.teams) {
    await must(catalog, "/v1/blueprints/_team/entities", { identifier })
  }
  for (const blueprint of file.fixture.blueprints) await must(catalog, "/v1/blueprints", blueprint)
  const flags = "?upsert=true&create_missing_related_entities=true"
  for (const entity of file.fixture.entities) {
    await must(catalog, `/v1/blueprints/${entity.blueprint}/entities${flags}`, entity)
  }
  const db = catalog.database.kysely<CatalogTables>()
  for (const entity of file.fixture.entities) {
    await db
      .updateTable("catalog_entities")
      .set({
        created_at: Date.parse(entity.createdAt),
        updated_at: Date.parse(entity.updatedAt),
        created_by: entity.createdBy,
        updated_by: entity.updatedBy,
        datasource: entity.datasource,
      })
      .where("blueprint", "=", entity.blueprint)
      .where("identifier", "=", entity.identifier)
      .execute()
  }
}

async function must(catalog: RunningCatalog, path: string, body: unknown): Promise<void> {
  const answer = await catalog.request("POST", path, body)
  if (answer.status !== 201 && answer.status !== 200) throw new Error(JSON.stringify(answer.body))
}

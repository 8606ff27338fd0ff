// What Port's GitHub action sends and reads. It looks at the status, and asks for a new token before each operation.
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Answer, type RunningCatalog, startCatalog } from "../support/catalog.ts"
import { at, engines, openTestDatabase } from "../support/engines.ts"

const upsert = "upsert=true&merge=true"

describe.each(engines)("Port's GitHub action on %s", (engine) => {
  let catalog: RunningCatalog

  beforeAll(async () => {
    catalog = await startCatalog({ database: await openTestDatabase(engine) })
    for (const identifier of ["core", "web"]) await call("POST", "/blueprints/_team/entities", { identifier })
    await call("POST", "/blueprints", { identifier: "cluster", title: "Cluster", schema: { properties: {} } })
    await call("POST", "/blueprints", {
      identifier: "service",
      title: "Service",
      ownership: { type: "Direct" },
      schema: {
        properties: {
          text: { type: "string" },
          number: { type: "number" },
          flag: { type: "boolean" },
          object: { type: "object" },
          list: { type: "array", items: { type: "string" } },
        },
      },
      relations: { runsOn: { target: "cluster" }, spare: { target: "cluster", many: true } },
    })
    for (const identifier of ["c1", "c2"]) await call("POST", "/blueprints/cluster/entities", { identifier })
    const action = { identifier: "deploy", title: "Deploy", trigger: { type: "self-service" } }
    await call("POST", "/actions", action)
  })
  afterAll(() => catalog.close())

  function call(method: string, path: string, body?: unknown): Promise<Answer> {
    return catalog.request(method, `/v1${path}`, body, { "user-agent": "github-action/v1.0" })
  }
  const write = (body: object, more = "") =>
    call("POST", `/blueprints/service/entities?${upsert}${more}`, { blueprint: "service", ...body })

  it("UPSERT creates with exact properties, team and relations, and generates what has no identifier", async () => {
    const properties = { text: "t", number: 1.5, flag: false, object: { a: { b: [1] } }, list: ["x", "y"] }
    const relations = { runsOn: "c1", spare: ["c2", "c1"] }
    const team = ["web", "core"]
    const created = await write({
      identifier: "a/b",
      title: "A",
      icon: "Service",
      team,
      properties,
      relations,
    })
    expect([200, 201]).toContain(created.status)
    expect(at(created.body, "entity")).toMatchObject({
      identifier: "a/b",
      title: "A",
      icon: "Service",
      team,
      properties,
      relations,
    })
    expect(at((await write({ title: "B" })).body, "entity.identifier")).toMatch(/^e_/)
    const twice = await write({ identifier: "a/b", team: "core", properties: { text: null } })
    expect(twice.status).toBe(200)
    expect(at(twice.body, "entity")).toMatchObject({
      title: "A",
      team: ["core"],
      relations,
      properties: { ...properties, text: null },
    })
  })

  it("UPSERT answers 404 for an unknown blueprint or target, and creates targets where it is told to", async () => {
    expect((await call("POST", `/blueprints/nope/entities?${upsert}`, { identifier: "x" })).status).toBe(404)
    const body = { identifier: "new", relations: { runsOn: "c9" } }
    expect((await write(body)).status).toBe(404)
    expect((await write(body, "&create_missing_related_entities=true")).status).toBe(201)
    expect((await call("GET", "/blueprints/cluster/entities/c9")).status).toBe(200)
  })

  it("UPSERT refuses values that do not fit with 422", async () => {
    for (const properties of [{ number: "5" }, { ghost: 1 }, { list: "x" }]) {
      const { status, body } = await write({ identifier: "wrong", properties })
      expect({ status, error: at(body, "error") }).toEqual({
        status: 422,
        error: "blueprint_schema_mismatch",
      })
    }
    expect((await call("GET", "/blueprints/service/entities/wrong")).status).toBe(404)
  })

  it("GET answers the entity, or only the fields that are repeated in the query", async () => {
    await write({ identifier: "got", title: "G", properties: { text: "t" }, relations: { runsOn: "c1" } })
    const path = "/blueprints/service/entities/got"
    expect(at((await call("GET", path)).body, "entity")).toMatchObject({ identifier: "got", title: "G" })
    const some = await call("GET", `${path}?include=title&include=properties.text&include=relations.runsOn`)
    expect(at(some.body, "entity")).toEqual({
      title: "G",
      properties: { text: "t" },
      relations: { runsOn: "c1" },
    })
    expect((await call("GET", "/blueprints/service/entities/none")).status).toBe(404)
  })

  it("SEARCH lets an extra `not` pass, and finds by identifier", async () => {
    await write({ identifier: "sought" })
    const rules = [{ property: "$identifier", operator: "=", value: "sought" }]
    const found = await call("POST", "/entities/search?include=identifier", {
      combinator: "and",
      rules,
      not: false,
    })
    expect(found).toMatchObject({ status: 200, body: { entities: [{ identifier: "sought" }] } })
  })

  it("DELETE deletes with its dependents where it is told to; a second time it is 404", async () => {
    await call("PATCH", "/blueprints/service", {
      relations: { needs: { target: "service", required: false } },
    })
    await call("POST", "/blueprints", {
      identifier: "part",
      title: "Part",
      schema: { properties: {} },
      relations: { of: { target: "service", required: true } },
    })
    await write({ identifier: "whole" })
    await call("POST", `/blueprints/part/entities?${upsert}`, { identifier: "p", relations: { of: "whole" } })
    const path = "/blueprints/service/entities/whole"
    expect((await call("DELETE", `${path}?delete_dependents=false`)).status).toBe(403)
    expect((await call("DELETE", `${path}?delete_dependents=true`)).status).toBe(200)
    expect((await call("GET", "/blueprints/part/entities/p")).status).toBe(404)
    expect((await call("DELETE", path)).status).toBe(404)
  })

  it("BULK_UPSERT, many single ones at once, loses none", async () => {
    const identifiers = Array.from({ length: 30 }, (_, index) => `bulk-${index}`)
    const answers = await Promise.all(identifiers.map((identifier) => write({ identifier, team: ["core"] })))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    const { body } = await call("POST", "/blueprints/service/entities/search", {
      query: {
        combinator: "and",
        rules: [{ property: "$identifier", operator: "beginsWith", value: "bulk-" }],
      },
    })
    expect(at(body, "entities")).toHaveLength(30)
  })
})

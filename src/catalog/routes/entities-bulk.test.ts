import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"

const ocean = { "user-agent": "port-ocean/sentry/0.3.153/main/exporter" }

describe.each(engines)("many entities on %s", (engine) => {
  let catalog: RunningCatalog
  let now: number

  beforeEach(async () => {
    now = Date.parse("2026-03-10T12:00:00.000Z")
    const clock = { now: () => now, sleep: async () => undefined }
    catalog = await startCatalog({ database: await openTestDatabase(engine), clock })
    await blueprint("project", {})
    await blueprint("issue", {
      schema: { properties: { count: { type: "number" } } },
      relations: {
        project: { target: "project" },
        parent: { target: "issue" },
        owner: { target: "project", required: false },
      },
    })
    await blueprint("comment", { relations: { issue: { target: "issue", required: true } } })
    await blueprint("reaction", { relations: { comment: { target: "comment", required: true } } })
  })
  afterEach(() => catalog.close())

  const blueprint = (identifier: string, more: object) =>
    catalog.request("POST", "/v1/blueprints", {
      identifier,
      title: identifier,
      schema: { properties: {} },
      ...more,
    })
  const bulk = (entities: unknown[], query = "?upsert=true&merge=true", name = "issue") =>
    catalog.request("POST", `/v1/blueprints/${name}/entities/bulk${query}`, { entities }, ocean)
  const list = async (name = "issue") =>
    (
      at((await catalog.request("GET", `/v1/blueprints/${name}/entities`)).body, "entities") as {
        identifier: string
      }[]
    ).map((entity) => entity.identifier)

  it("are created and updated in one request, each named with its place", async () => {
    await bulk([{ identifier: "b", properties: { count: 1 } }])
    const answer = await bulk([
      { identifier: "a", properties: { count: 1 } },
      { identifier: "b", title: "B" },
    ])
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ok: true,
        entities: [
          { identifier: "a", index: 0, created: true },
          { identifier: "b", index: 1, created: false },
        ],
        errors: [],
      },
    })
    const { body } = await catalog.request("GET", "/v1/blueprints/issue/entities/b")
    expect(at(body, "entity")).toMatchObject({ title: "B", properties: { count: 1 } })
  })

  it("stand each on its own feet: a bad one does not undo the others", async () => {
    const answer = await bulk([
      { identifier: "a" },
      { identifier: "b", properties: { count: "x" } },
      { identifier: "c", relations: { project: "ghost" } },
      { identifier: "not ok" },
      { identifier: { combinator: "and", rules: [{ property: "count", operator: "=", value: 99 }] } },
      "nothing",
      { identifier: "d" },
    ])
    expect(answer.status).toBe(207)
    expect(answer.body).toMatchObject({
      ok: true,
      entities: [
        { identifier: "a", index: 0 },
        { identifier: "d", index: 6 },
      ],
      errors: [
        {
          identifier: "b",
          index: 1,
          statusCode: 422,
          error: "blueprint_schema_mismatch",
          message: expect.stringContaining("count"),
        },
        {
          identifier: "c",
          index: 2,
          statusCode: 404,
          error: "not_found",
          message: expect.stringContaining("ghost"),
        },
        { identifier: "not ok", index: 3, statusCode: 422, error: "invalid_request" },
        { identifier: "unknown", index: 4, statusCode: 404, error: "not_found" },
        { identifier: "unknown", index: 5, statusCode: 422, error: "invalid_request" },
      ],
    })
    expect(await list()).toEqual(["a", "d"])
  })

  it("leave no missing target behind of an item that fails", async () => {
    const flags = "?upsert=true&create_missing_related_entities=true"
    const answer = await bulk(
      [
        { identifier: "a", relations: { project: "left" }, properties: { count: "x" } },
        { identifier: "b", relations: { project: "made" } },
      ],
      flags,
    )
    expect(answer.status).toBe(207)
    expect(await list("project")).toEqual(["made"])
  })

  it("are applied in order: doubles, targets made by an earlier item, searches that find one", async () => {
    const query = { combinator: "and", rules: [{ property: "count", operator: "=", value: 7 }] }
    const answer = await bulk([
      { identifier: "early", relations: { parent: "late" } },
      { identifier: "late", properties: { count: 7 } },
      { identifier: "child", relations: { parent: "late" } },
      { identifier: "child", title: "Child" },
      { identifier: "finder", relations: { parent: query } },
      { identifier: query, title: "Late" },
    ])
    expect(at(answer.body, "errors")).toMatchObject([{ identifier: "early", index: 0, error: "not_found" }])
    expect(at(answer.body, "entities")).toEqual([
      { identifier: "late", index: 1, created: true },
      { identifier: "child", index: 2, created: true },
      { identifier: "child", index: 3, created: false },
      { identifier: "finder", index: 4, created: true },
      { identifier: "late", index: 5, created: false },
    ])
    const read = async (identifier: string) =>
      at((await catalog.request("GET", `/v1/blueprints/issue/entities/${identifier}`)).body, "entity")
    expect(await read("child")).toMatchObject({ title: "Child", relations: { parent: "late" } })
    expect(await read("finder")).toMatchObject({ relations: { parent: "late" } })
    expect(await read("late")).toMatchObject({ title: "Late", properties: { count: 7 } })
  })

  it("are only checked with validation_only", async () => {
    const answer = await bulk(
      [{ identifier: "a" }, { identifier: "b", properties: { count: "x" } }],
      "?validation_only=true",
    )
    expect(answer).toMatchObject({ status: 207, body: { entities: [{ identifier: "a", created: true }] } })
    expect(await list()).toEqual([])
  })

  it.each([
    ["more than 20", { entities: Array.from({ length: 21 }, () => ({})) }],
    ["none", { entities: [] }],
    ["another key", { entities: [{}], more: 1 }],
    ["no list", { entities: {} }],
  ])("are refused as a whole with %s", async (_, body) => {
    expect(await catalog.request("POST", "/v1/blueprints/issue/entities/bulk", body)).toMatchObject({
      status: 422,
      body: { error: "invalid_request" },
    })
  })

  async function makeDependents(): Promise<void> {
    await bulk([{ identifier: "p" }], "", "project")
    await bulk([
      { identifier: "i", relations: { project: "p" } },
      { identifier: "j", relations: { parent: "i" } },
    ])
    await bulk([{ identifier: "c", relations: { issue: "i" } }], "", "comment")
    await bulk([{ identifier: "r", relations: { comment: "c" } }], "", "reaction")
  }

  it("are not deleted while a required relation points at one of them; an optional one is emptied", async () => {
    await makeDependents()
    const refused = { status: 403, body: { ok: false, error: "has_dependents" } }
    expect(await catalog.request("DELETE", "/v1/blueprints/issue/entities/i")).toMatchObject(refused)
    expect(
      await catalog.request("POST", "/v1/blueprints/issue/bulk/entities/delete", { entities: ["j", "i"] }),
    ).toMatchObject(refused)
    expect(await list()).toEqual(["i", "j"])
    expect(await catalog.request("DELETE", "/v1/blueprints/project/entities/p")).toMatchObject({
      status: 200,
      body: { ok: true },
    })
    const { body } = await catalog.request("GET", "/v1/blueprints/issue/entities/i")
    expect(at(body, "entity.relations.project")).toBeNull()
  })

  it("take their dependents along when asked to, and theirs too", async () => {
    await makeDependents()
    expect(
      await catalog.request("DELETE", "/v1/blueprints/issue/entities/i?delete_dependents=true"),
    ).toMatchObject({ status: 200 })
    expect([await list(), await list("comment"), await list("reaction")]).toEqual([["j"], [], []])
    const { body } = await catalog.request("GET", "/v1/blueprints/issue/entities/j")
    expect(at(body, "entity.relations.parent")).toBeNull()
    expect(await catalog.request("DELETE", "/v1/blueprints/issue/entities/i")).toMatchObject({
      status: 404,
      body: { error: "not_found" },
    })
  })

  it("are deleted in bulk, those that are not there passed over", async () => {
    await bulk([{ identifier: "a" }, { identifier: "b" }, { identifier: "c" }])
    const answer = await catalog.request(
      "POST",
      "/v1/blueprints/issue/bulk/entities/delete?delete_dependents=true",
      { entities: ["c", "ghost", "a"] },
    )
    expect(answer).toMatchObject({ status: 200, body: { ok: true, deletedEntities: ["c", "a"] } })
    expect(await list()).toEqual(["b"])
    const tooMany = { entities: Array.from({ length: 101 }, String) }
    expect(await catalog.request("POST", "/v1/blueprints/issue/bulk/entities/delete", tooMany)).toMatchObject(
      { status: 422 },
    )
  })

  it("of a datasource are paged, and bounded by when they were last written", async () => {
    for (const identifier of ["a", "b", "c", "d", "e"]) {
      await bulk([{ identifier }])
      now += 1_000
    }
    await bulk([{ identifier: "b" }])
    const page = async (more: object) => {
      const key = { datasource_prefix: "port-ocean/sentry/", datasource_suffix: "/main/exporter" }
      const { body } = await catalog.request("POST", "/v1/blueprints/entities/datasource-entities", {
        ...key,
        ...more,
      })
      return {
        names: (at(body, "entities") as { identifier: string }[]).map((entity) => entity.identifier),
        next: at(body, "next"),
      }
    }
    const first = await page({ limit: 2 })
    await catalog.request("DELETE", "/v1/blueprints/issue/entities/b")
    await bulk([{ identifier: "f" }])
    const second = await page({ limit: 2, from: first.next })
    const third = await page({ limit: 2, from: second.next })
    expect([first.names, second.names, third.names]).toEqual([
      ["a", "b"],
      ["c", "d"],
      ["e", "f"],
    ])
    expect(await page({ limit: 5000, before: "2026-03-10T12:00:03.000Z" })).toEqual({
      names: ["a", "c"],
      next: null,
    })
    expect((await page({ datasource_suffix: "/other/exporter" })).names).toEqual([])
    const wrong = await catalog.request("POST", "/v1/blueprints/entities/datasource-entities", {
      datasource_prefix: "a",
    })
    expect(wrong).toMatchObject({ status: 422, body: { error: "invalid_request" } })
  })
})

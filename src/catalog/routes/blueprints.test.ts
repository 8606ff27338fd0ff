import { readFileSync } from "node:fs"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type RunningCatalog, startCatalog } from "../../../test/support/catalog.ts"
import { at, engines, openTestDatabase } from "../../../test/support/engines.ts"

/** Every kind of property, as Port's Terraform provider writes them. */
const everything = {
  identifier: "every/thing:1",
  title: "Everything",
  icon: "Terraform",
  description: "all of it",
  schema: {
    properties: {
      text: {
        type: "string",
        title: "Text",
        default: "a",
        enum: ["a", "b"],
        enumColors: { a: "red", b: "green" },
        minLength: 1,
        maxLength: 10,
        pattern: "^[a-z]+$",
      },
      url: { type: "string", format: "url", icon: "Link", description: "where" },
      spec: {
        type: "string",
        format: "url",
        spec: "embedded-url",
        specAuthentication: {
          clientId: "c",
          authorizationUrl: "https://a.example",
          tokenUrl: "https://t.example",
          authorizationScope: ["openid"],
        },
      },
      number: { type: "number", default: 1.5, minimum: 0, maximum: 10, enum: [1.5, 2] },
      flag: { type: "boolean", default: true },
      object: { type: "object", default: { a: 1 }, spec: "open-api" },
      texts: {
        type: "array",
        minItems: 0,
        maxItems: 5,
        items: { type: "string", format: "url", enum: ["https://a.example"] },
      },
      numbers: { type: "array", items: { type: "number" }, default: [1, 2] },
      flags: { type: "array", items: { type: "boolean" } },
      objects: { type: "array", items: { type: "object" } },
      "with-dash_and@sign": {
        type: "string",
        format: "date-time",
        dateFormat: "iso",
        somethingNew: { kept: [1, null] },
      },
    },
    required: ["text"],
  },
  relations: {
    self: { target: "every/thing:1", title: "Self", required: false, many: true, description: "d" },
  },
  mirrorProperties: { parentText: { path: "self.text", title: "Parent's text" } },
  calculationProperties: {
    calculated: {
      calculation: ".properties.number * 2",
      type: "number",
      colorized: true,
      colors: { "1": "red" },
    },
  },
  aggregationProperties: {
    count: {
      title: "Count",
      target: "every/thing:1",
      calculationSpec: { calculationBy: "entities", func: "count" },
      type: "number",
    },
  },
  ownership: { type: "Direct", title: "Owners" },
  changelogDestination: { type: "WEBHOOK", url: "https://hook.example", agent: true },
  includeInGlobalSearch: null,
  unknownKey: { kept: true },
}

describe.each(engines)("blueprints on %s", (engine) => {
  let catalog: RunningCatalog
  const path = (identifier: string) => `/v1/blueprints/${encodeURIComponent(identifier)}`

  beforeEach(async () => {
    catalog = await startCatalog({ database: await openTestDatabase(engine) })
  })
  afterEach(() => catalog.close())

  const create = (identifier: string, more: object = {}) =>
    catalog.request("POST", "/v1/blueprints", {
      identifier,
      title: identifier,
      schema: { properties: {} },
      ...more,
    })
  const read = (identifier: string) => catalog.request("GET", path(identifier))

  it("come back as they were written, nothing added inside a property, by POST and by PUT", async () => {
    const created = await catalog.request("POST", "/v1/blueprints", everything)
    expect(created).toMatchObject({ status: 201, body: { ok: true, blueprint: everything } })
    const { createdAt, createdBy, updatedAt, updatedBy, ...blueprint } = at(
      (await read(everything.identifier)).body,
      "blueprint",
    ) as Record<string, unknown> // an object, as just seen
    expect(blueprint).toEqual(everything)
    expect([createdAt, updatedAt]).toEqual([expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/), createdAt])
    expect([createdBy, updatedBy]).toEqual([catalog.clientId, catalog.clientId])
    expect(Object.keys(at(blueprint, "schema.properties") as object)).toEqual(
      Object.keys(everything.schema.properties),
    )
    const put = await catalog.request("PUT", path(everything.identifier), everything)
    expect(put).toMatchObject({ status: 200, body: { blueprint: everything } })
  })

  it("of the documentation are all accepted", async () => {
    const folder = new URL("../../../test/fixtures/seed/newer/", import.meta.url)
    for (const name of ["user", "team", "project", "issue"]) {
      const blueprint = JSON.parse(readFileSync(new URL(`blueprint.${name}.json`, folder), "utf8"))
      const bare = await create(blueprint.identifier, { schema: blueprint.schema })
      expect(bare.status, JSON.stringify(bare.body)).toBe(201)
    }
    for (const name of ["user", "team", "project", "issue", "project-environment"]) {
      const blueprint = JSON.parse(readFileSync(new URL(`blueprint.${name}.json`, folder), "utf8"))
      const whole = await catalog.request("PUT", path(blueprint.identifier), blueprint)
      expect(whole.status, JSON.stringify(whole.body)).toBe(200)
    }
  })

  it("show each relation with target, required and many, and empty objects for what they have not", async () => {
    await create("target")
    await create("holder", { relations: { to: { target: "target" } } })
    expect((await read("holder")).body).toMatchObject({
      blueprint: {
        schema: { properties: {}, required: [] },
        relations: { to: { target: "target", required: false, many: false } },
        mirrorProperties: {},
        calculationProperties: {},
        aggregationProperties: {},
      },
    })
  })

  it("are listed, the system's own among them", async () => {
    await create("one")
    const { body } = await catalog.request("GET", "/v1/blueprints?page=1")
    const names = (at(body, "blueprints") as { identifier: string }[]).map(
      (blueprint) => blueprint.identifier,
    )
    expect(names.sort()).toEqual(["_team", "_user", "one"])
  })

  it("refuse what they refer to when it does not exist, naming it", async () => {
    const wrong: [object, string][] = [
      [{ relations: { to: { target: "ghost" } } }, '"ghost"'],
      [{ mirrorProperties: { m: { path: "ghost.name" } } }, '"ghost"'],
      [
        {
          aggregationProperties: {
            a: { title: "A", target: "ghost", calculationSpec: { calculationBy: "entities", func: "count" } },
          },
        },
        '"ghost"',
      ],
      [{ schema: { properties: {}, required: ["ghost"] } }, '"ghost"'],
      [{ ownership: { type: "Inherited", path: "ghost.owner" } }, '"ghost"'],
    ]
    for (const [more, named] of wrong) {
      const answer = await create("one", more)
      expect(answer).toMatchObject({ status: 422, body: { ok: false, error: "invalid_request" } })
      expect(at(answer.body, "message")).toContain(named)
    }
  })

  it.each([
    ["no title", { title: undefined }],
    ["an identifier with a blank", { identifier: "a b" }],
    ["an identifier of two dots", { identifier: ".." }],
    ["a title that is too long", { title: "x".repeat(101) }],
    ["a property without a type", { schema: { properties: { a: {} } } }],
    ["an unknown type", { schema: { properties: { a: { type: "text" } } } }],
    ["an unknown format", { schema: { properties: { a: { type: "string", format: "uri" } } } }],
    ["a name with a dot", { schema: { properties: { "a.b": { type: "string" } } } }],
    ["a pattern that is none", { schema: { properties: { a: { type: "string", pattern: "(" } } } }],
    [
      "a relation both required and many",
      { relations: { r: { target: "_user", required: true, many: true } } },
    ],
    ["an inherited ownership without a path", { ownership: { type: "Inherited" } }],
    ["an aggregation without a spec", { aggregationProperties: { a: { title: "A", target: "_user" } } }],
  ])("are refused with %s", async (_, wrong) => {
    expect(await create("one", wrong)).toMatchObject({
      status: 422,
      body: { ok: false, error: "invalid_request" },
    })
    expect((await read("one")).status).toBe(404)
  })

  it("cannot be created twice", async () => {
    await create("one")
    expect(await create("one")).toMatchObject({ status: 409, body: { error: "identifier_taken" } })
  })

  it("lose by PUT what is left out, and keep by PATCH what is not sent", async () => {
    await create("target")
    const properties = { a: { type: "string", title: "A" }, b: { type: "number" } }
    await create("one", {
      description: "d",
      schema: { properties, required: ["a"] },
      relations: { r: { target: "target" } },
    })
    await catalog.request("PATCH", path("one"), {
      title: "New",
      schema: { properties: { a: { type: "string" }, c: { type: "boolean" } } },
      relations: { s: { target: "target", many: true } },
    })
    const patched = at((await read("one")).body, "blueprint")
    expect(patched).toMatchObject({ title: "New", description: "d", schema: { required: ["a"] } })
    expect(at(patched, "schema.properties")).toEqual({
      a: { type: "string" },
      b: { type: "number" },
      c: { type: "boolean" },
    })
    expect(Object.keys(at(patched, "relations") as object)).toEqual(["r", "s"])
    await catalog.request("PUT", path("one"), { title: "Bare", schema: { properties: {} } })
    const bare = at((await read("one")).body, "blueprint")
    expect(bare).toMatchObject({
      identifier: "one",
      title: "Bare",
      schema: { properties: {}, required: [] },
      relations: {},
    })
    expect(bare).not.toHaveProperty("description")
  })

  it("do not change the type of a property, unless it was gone in between; then its values are gone too", async () => {
    const typed = (type: string) => ({ title: "one", schema: { properties: { a: { type } } } })
    await create("one", typed("string"))
    await catalog.request("POST", "/v1/blueprints/one/entities", { identifier: "e", properties: { a: "x" } })
    expect(await catalog.request("PUT", path("one"), typed("number"))).toMatchObject({ status: 422 })
    expect(
      await catalog.request("PATCH", path("one"), { schema: { properties: { a: { type: "number" } } } }),
    ).toMatchObject({ status: 422 })
    await catalog.request("PUT", path("one"), { title: "one", schema: { properties: {} } })
    expect((await catalog.request("PUT", path("one"), typed("number"))).status).toBe(200)
    const { body } = await catalog.request("GET", "/v1/blueprints/one/entities/e")
    expect(at(body, "entity.properties")).toEqual({ a: null })
  })

  it("forget the targets of a relation that is gone or points elsewhere", async () => {
    await create("red")
    await create("blue")
    await create("one", { relations: { r: { target: "red" } } })
    await catalog.request("POST", "/v1/blueprints/one/entities?create_missing_related_entities=true", {
      identifier: "e",
      relations: { r: "x" },
    })
    await catalog.request("PATCH", path("one"), { relations: { r: { target: "blue" } } })
    expect(
      at((await catalog.request("GET", "/v1/blueprints/one/entities/e")).body, "entity.relations"),
    ).toEqual({ r: null })
  })

  it("are renamed by PUT, with their entities and the relations to them; the old name is gone", async () => {
    await create("old", { relations: { self: { target: "old" } } })
    await create("holder", { relations: { to: { target: "old" } } })
    await catalog.request("POST", "/v1/blueprints/old/entities", {
      identifier: "e",
      relations: { self: "e" },
    })
    await catalog.request("POST", "/v1/blueprints/holder/entities", {
      identifier: "h",
      relations: { to: "e" },
    })
    const renamed = await catalog.request("PUT", path("old"), {
      identifier: "new",
      title: "New",
      schema: { properties: {} },
      relations: { self: { target: "new" } },
    })
    expect(renamed).toMatchObject({ status: 200, body: { blueprint: { identifier: "new" } } })
    expect(await read("old")).toMatchObject({ status: 404, body: { ok: false, error: "not_found" } })
    expect(at((await read("holder")).body, "blueprint.relations.to.target")).toBe("new")
    expect(at((await catalog.request("GET", "/v1/blueprints/new/entities/e")).body, "entity")).toMatchObject({
      blueprint: "new",
      relations: { self: "e" },
    })
    expect(
      at((await catalog.request("GET", "/v1/blueprints/holder/entities/h")).body, "entity.relations.to"),
    ).toBe("e")
  })

  it("cannot be deleted while they have entities or another one relates to them", async () => {
    await create("target")
    await create("holder", { relations: { to: { target: "target" } } })
    const refused = { status: 403, body: { ok: false, error: "has_dependents" } }
    expect(await catalog.request("DELETE", path("target"))).toMatchObject(refused)
    await catalog.request("POST", "/v1/blueprints/holder/entities", { identifier: "h" })
    expect(await catalog.request("DELETE", path("holder"))).toMatchObject(refused)
    await catalog.request("DELETE", "/v1/blueprints/holder/entities/h")
    expect(await catalog.request("DELETE", path("holder"))).toMatchObject({ status: 200, body: { ok: true } })
    expect(await catalog.request("DELETE", path("target"))).toMatchObject({ status: 200 })
    for (const method of ["GET", "DELETE"]) {
      expect(await catalog.request(method, path("target"))).toMatchObject({
        status: 404,
        body: { error: "not_found" },
      })
    }
  })

  it("are emptied and deleted as a migration that completes", async () => {
    await create("one")
    await catalog.request("POST", "/v1/blueprints/one/entities", { identifier: "e" })
    const { status, body } = await catalog.request(
      "DELETE",
      `${path("one")}/all-entities?delete_blueprint=true`,
    )
    expect({ status, ok: at(body, "ok") }).toEqual({ status: 200, ok: true })
    const migration = await catalog.request("GET", `/v1/migrations/${String(at(body, "migrationId"))}`)
    expect(migration.body).toMatchObject({
      migration: {
        id: at(body, "migrationId"),
        actor: catalog.clientId,
        sourceBlueprint: "one",
        mapping: {},
        status: "COMPLETED",
      },
    })
    expect((await read("one")).status).toBe(404)
  })

  it("are not emptied while another one requires their entities", async () => {
    await create("target")
    await catalog.request("POST", "/v1/blueprints/target/entities", { identifier: "e" })
    await create("holder", { relations: { to: { target: "target", required: true } } })
    expect(await catalog.request("DELETE", `${path("target")}/all-entities`)).toMatchObject({ status: 403 })
    expect((await catalog.request("GET", "/v1/blueprints/target/entities/e")).status).toBe(200)
  })

  it("of the system take own properties and relations, but keep Port's, their names and themselves", async () => {
    await create("sentryUser")
    const relations = { sentry_user: { target: "sentryUser", title: "Sentry user" } }
    expect(await catalog.request("PATCH", path("_user"), { relations })).toMatchObject({ status: 200 })
    const structure = await catalog.request("GET", "/v1/blueprints/system/_user/structure")
    expect(Object.keys(at(structure.body, "blueprint.schema.properties") as object)).toContain("status")
    const refused = { status: 422, body: { error: "protected_blueprint_violation" } }
    expect(
      await catalog.request("PUT", path("_user"), { title: "User", schema: { properties: {} } }),
    ).toMatchObject(refused)
    const changed = { schema: { properties: { status: { type: "string" } } } }
    expect(await catalog.request("PATCH", path("_user"), changed)).toMatchObject(refused)
    expect(await catalog.request("PATCH", path("_user"), { identifier: "user" })).toMatchObject(refused)
    expect(await catalog.request("DELETE", path("_user"))).toMatchObject(refused)
  })
})

// What Port's Terraform provider sends and reads, in its own order, over HTTP. Its plans stay empty only if every
// answer is exactly what it wrote.
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type Answer, type RunningCatalog, startCatalog } from "../support/catalog.ts"
import { at, engines, openTestDatabase } from "../support/engines.ts"

const properties = {
  text: {
    type: "string",
    title: "Text",
    icon: "Docs",
    description: "d",
    default: "a",
    enum: ["a", "b"],
    enumColors: { a: "red", b: "paleBlue" },
    minLength: 1,
    maxLength: 10,
    pattern: "^[a-z]*$",
  },
  when: { type: "string", format: "date-time", dateFormat: "relative" },
  spec: {
    type: "string",
    format: "url",
    spec: "open-api",
    specAuthentication: {
      clientId: "id",
      authorizationUrl: "https://auth.example",
      tokenUrl: "https://token.example",
      authorizationScope: ["openid"],
    },
  },
  number: { type: "number", default: 1, minimum: 0, maximum: 10, enum: [1, 2], enumColors: { "1": "green" } },
  flag: { type: "boolean", default: false },
  object: { type: "object", default: { a: [1, null] }, spec: "async-api" },
  texts: {
    type: "array",
    items: { type: "string", format: "url", enum: ["https://a.example"] },
    minItems: 1,
  },
  numbers: { type: "array", items: { type: "number", enum: [1, 2] }, default: [2], maxItems: 3 },
  flags: { type: "array", items: { type: "boolean" }, default: [true] },
  objects: { type: "array", items: { type: "object" } },
  future: { type: "string", keyOfTomorrow: { kept: [1, null] } },
}

/** No null is left out, no default filled in. */
const plain = {
  text: { type: "string" },
  number: { type: "number" },
  flag: { type: "boolean" },
  object: { type: "object" },
  texts: { type: "array", items: { type: "string" } },
}

const agent = { "user-agent": "terraform-provider-port-labs/2.20.0" }

describe.each(engines)("Port's Terraform provider on %s", (engine) => {
  let catalog: RunningCatalog

  beforeEach(async () => {
    catalog = await startCatalog({ database: await openTestDatabase(engine) })
  })
  afterEach(() => catalog.close())

  function call(method: string, path: string, body?: unknown): Promise<Answer> {
    return catalog.request(method, `/v1${path}`, body, agent)
  }
  /** It reads `ok` of the body, whatever the status. */
  async function ok(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await call(method, path, body)
    expect(answer.body, `${method} ${path}`).toMatchObject({ ok: true })
    return answer.body
  }
  function blueprint(identifier: string, more: object = {}) {
    return { identifier, title: identifier, icon: "Terraform", schema: { properties: plain }, ...more }
  }
  const times = { createdAt: expect.stringMatching(/Z$/), updatedAt: expect.stringMatching(/Z$/) }

  it("signs in with its credentials, and reads the token from the body", async () => {
    const { clientId, clientSecret } = catalog
    const { body } = await call("POST", "/auth/access_token", { clientId, clientSecret })
    expect(body).toMatchObject({
      ok: true,
      accessToken: expect.stringMatching(/.+\..+\..+/),
      tokenType: "Bearer",
    })
  })

  it("1. finds every kind of property as it wrote it, by POST and by PUT, and no key more", async () => {
    const written = blueprint("everything", { schema: { properties, required: ["text"] } })
    expect(at(await ok("POST", "/blueprints?create_catalog_page=false", written), "blueprint")).toMatchObject(
      times,
    )
    const path = "/blueprints/everything?exclude_calculated_properties=true"
    expect(at(await ok("GET", path), "blueprint.schema")).toEqual(written.schema)
    await ok("PUT", "/blueprints/everything", { ...written, title: "New" })
    const read = at(await ok("GET", path), "blueprint")
    expect(read).toMatchObject({ title: "New", icon: "Terraform", ...times })
    expect(at(read, "schema")).toEqual(written.schema)
  })

  it("2. renames a blueprint by PUT with another identifier; the old one is gone", async () => {
    await ok("POST", "/blueprints", blueprint("before"))
    await ok("POST", "/blueprints/before/entities?upsert=true", { identifier: "e", blueprint: "before" })
    expect(at(await ok("PUT", "/blueprints/before", blueprint("after")), "blueprint.identifier")).toBe(
      "after",
    )
    expect(await call("GET", "/blueprints/before")).toMatchObject({ status: 404, body: { ok: false } })
    expect(at(await ok("GET", "/blueprints/after/entities/e"), "entity.blueprint")).toBe("after")
  })

  it("3. gets an identifier for an entity without one, and gives it another by PUT", async () => {
    await ok("POST", "/blueprints", blueprint("thing"))
    const created = await ok("POST", "/blueprints/thing/entities?upsert=true", {
      title: "T",
      blueprint: "thing",
    })
    const identifier = String(at(created, "entity.identifier"))
    expect(identifier).toMatch(/^e_[A-Za-z0-9]{16}$/)
    await ok("PUT", `/blueprints/thing/entities/${identifier}`, { identifier: "named", title: "T" })
    expect(at(await ok("GET", "/blueprints/thing/entities/named"), "entity")).toMatchObject({
      title: "T",
      ...times,
    })
    expect((await call("GET", `/blueprints/thing/entities/${identifier}`)).status).toBe(404)
  })

  it("4. finds nulls where it wrote nulls, or left them out", async () => {
    await ok("POST", "/blueprints", blueprint("thing"))
    const nulls = { text: null, number: null, flag: null, object: null, texts: null }
    for (const sent of [nulls, {}]) {
      await ok("POST", "/blueprints/thing/entities?upsert=true", { identifier: "e", properties: sent })
      expect(at(await ok("GET", "/blueprints/thing/entities/e"), "entity.properties")).toEqual(nulls)
    }
  })

  it("5. finds a single relation null, and the targets of a many relation in its order", async () => {
    const relations = { one: { target: "thing" }, many: { target: "thing", many: true } }
    await ok("POST", "/blueprints", blueprint("thing", { relations }))
    for (const identifier of ["a", "b", "c"]) await ok("POST", "/blueprints/thing/entities", { identifier })
    for (const many of [["c", "a", "b"], ["b", "c", "a"], []]) {
      const body = { identifier: "e", relations: { one: null, many } }
      await ok("POST", "/blueprints/thing/entities?upsert=true", body)
      expect(at(await ok("GET", "/blueprints/thing/entities/e"), "entity.relations")).toEqual({
        one: null,
        many,
      })
    }
  })

  it("6. has missing targets created only where it asks for it", async () => {
    await ok("POST", "/blueprints", blueprint("target"))
    await ok("POST", "/blueprints", blueprint("thing", { relations: { to: { target: "target" } } }))
    const body = { identifier: "e", relations: { to: "t" } }
    for (const flag of ["", "&create_missing_related_entities=false"]) {
      const refused = await call("POST", `/blueprints/thing/entities?upsert=true${flag}`, body)
      expect(refused).toMatchObject({ status: 404, body: { ok: false, error: "not_found" } })
    }
    await ok("POST", "/blueprints/thing/entities?upsert=true&create_missing_related_entities=true", body)
    expect(at(await ok("GET", "/blueprints/target/entities/t"), "entity.identifier")).toBe("t")
  })

  it("7. is told of dependents, and deletes a blueprint with its entities by a migration that it polls", async () => {
    await ok("POST", "/blueprints", blueprint("thing"))
    await ok("POST", "/blueprints/thing/entities", { identifier: "e" })
    expect(JSON.stringify((await call("DELETE", "/blueprints/thing")).body)).toContain("has_dependents")
    const id = at(await ok("DELETE", "/blueprints/thing/all-entities?delete_blueprint=true"), "migrationId")
    const migration = at(await ok("GET", `/migrations/${String(id)}`), "migration")
    expect(migration).toMatchObject({ id, sourceBlueprint: "thing", status: "COMPLETED", mapping: {} })
    expect((await call("GET", "/blueprints/thing")).status).toBe(404)
  })

  it("9. keeps an integration's configuration, and its title when that is null", async () => {
    const config = { resources: [{ kind: "k", selector: { query: "true" } }], deleteDependentEntities: true }
    const integration = {
      installationId: "i",
      installationAppType: "kubernetes",
      title: "T",
      version: "1",
      config,
    }
    await ok("POST", "/integration", integration)
    expect(at(await ok("GET", "/integration/i?byField=installationId"), "integration")).toMatchObject(
      integration,
    )
    await ok("PATCH", "/integration/i", { title: null, version: "2" })
    const patched = at(await ok("GET", "/integration/i"), "integration")
    expect(patched).toMatchObject({ title: null, version: "2", config })
    await ok("DELETE", "/integration/i")
    expect((await call("GET", "/integration/i")).status).toBe(404)
  })

  it("10. gets a 404 with a JSON body for everything that it deleted", async () => {
    await ok("POST", "/blueprints", blueprint("thing"))
    await ok("POST", "/blueprints/thing/entities", { identifier: "a/b+c:d" })
    const entity = `/blueprints/thing/entities/${encodeURIComponent("a/b+c:d")}`
    for (const path of [entity, "/blueprints/thing"]) {
      await ok("DELETE", path)
      for (const method of ["GET", "DELETE"]) {
        expect(await call(method, path)).toMatchObject({
          status: 404,
          body: { ok: false, error: "not_found" },
        })
      }
    }
  })

  it("changes the type of a property by leaving it out once; its values are gone", async () => {
    const typed = (type: string) => blueprint("thing", { schema: { properties: { a: { type } } } })
    await ok("POST", "/blueprints", typed("string"))
    await ok("POST", "/blueprints/thing/entities", { identifier: "e", properties: { a: "x" } })
    expect(await call("PUT", "/blueprints/thing", typed("number"))).toMatchObject({ status: 422 })
    await ok("PUT", "/blueprints/thing", blueprint("thing", { schema: { properties: {} } }))
    await ok("PUT", "/blueprints/thing", typed("number"))
    expect(at(await ok("GET", "/blueprints/thing/entities/e"), "entity.properties")).toEqual({ a: null })
  })

  it("searches with flags whose texts are no booleans, and lists of names with commas", async () => {
    await ok("POST", "/blueprints", blueprint("thing"))
    await ok("POST", "/blueprints/thing/entities", { identifier: "e", properties: { text: "x", number: 1 } })
    const query = "exclude_calculated_properties=0xc00012&attach_title_to_relation=0xc00034"
    const rules = [{ property: "$blueprint", operator: "=", value: "thing" }]
    const found = await ok("POST", `/entities/search?${query}&include=identifier,properties.text`, {
      combinator: "and",
      rules,
    })
    expect(found).toMatchObject({ matchingBlueprints: ["thing"] })
    expect(at(found, "entities")).toEqual([{ identifier: "e", properties: { text: "x" } }])
  })

  it("keeps what it wrote of aggregations, calculations and mirrors", async () => {
    await ok("POST", "/blueprints", blueprint("target"))
    const more = {
      relations: { to: { target: "target", title: "To", required: false, many: false } },
      mirrorProperties: { m: { path: "to.$identifier", title: "M" } },
      calculationProperties: { c: { calculation: "test-rel.$identifier", type: "string", title: "C" } },
      aggregationProperties: {
        perMonth: {
          title: "Per month",
          icon: "Terraform",
          description: "d",
          target: "target",
          type: "number",
          calculationSpec: {
            calculationBy: "entities",
            func: "average",
            averageOf: "month",
            measureTimeBy: "$createdAt",
          },
          query: { combinator: "and", rules: [{ property: "$title", operator: "ASC", value: "x" }] },
        },
      },
    }
    // An operator that nobody knows is refused at once, rather than at every read.
    expect((await call("POST", "/blueprints", blueprint("thing", more))).status).toBe(422)
    const { perMonth } = more.aggregationProperties
    const rules = [{ property: "$title", operator: "=", value: "x" }]
    const aggregationProperties = { perMonth: { ...perMonth, query: { combinator: "and", rules } } }
    await ok("POST", "/blueprints", blueprint("thing", { ...more, aggregationProperties }))
    expect(at(await ok("GET", "/blueprints/thing"), "blueprint")).toMatchObject({
      ...more,
      aggregationProperties,
    })
    await ok("PUT", "/blueprints/thing", blueprint("thing"))
    expect(at(await ok("GET", "/blueprints/thing"), "blueprint")).toMatchObject({
      relations: {},
      mirrorProperties: {},
      calculationProperties: {},
      aggregationProperties: {},
    })
  })
})

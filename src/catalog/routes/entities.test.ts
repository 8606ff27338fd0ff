import { describe, expect, it } from "vitest"
import { at, engines } from "../../../test/support/engines.ts"
import { startIssueCatalog } from "../../../test/support/issue-catalog.ts"

const ocean = "port-ocean/sentry/0.3.153/main/exporter"

describe.each(engines)("entities on %s", (engine) => {
  it("show every property and relation, null or [] where unset, and who made them when", async () => {
    const { catalog, get, post } = await startIssueCatalog(engine)
    const { status, body } = await post({ identifier: "a", properties: { count: 5 }, blueprint: "issue" })
    const entity = {
      identifier: "a",
      title: "a",
      icon: null,
      blueprint: "issue",
      team: [],
      properties: { status: null, count: 5, link: null, seen: null, tags: null, meta: null, level: "info" },
      relations: { project: null, similar: [] },
      createdAt: "2026-03-10T12:00:00.000Z",
      createdBy: catalog.clientId,
      updatedAt: "2026-03-10T12:00:00.000Z",
      updatedBy: catalog.clientId,
    }
    expect({ status, body }).toEqual({ status: 201, body: { ok: true, entity } })
    expect(await get("a")).toEqual(entity)
  })

  it("get an identifier when they bring none", async () => {
    const { post, status } = await startIssueCatalog(engine)
    const { body } = await post({ title: "x" })
    const identifier = String(at(body, "entity.identifier"))
    expect(identifier).toMatch(/^e_[A-Za-z0-9]{16}$/)
    expect(await status(identifier)).toBe(200)
  })

  it("keep nulls as nulls, the title included", async () => {
    const { get, post } = await startIssueCatalog(engine)
    const nulls = { status: null, count: null, link: null, seen: null, tags: null, meta: null, level: null }
    await post({ identifier: "a", title: null, icon: null, properties: nulls, relations: { project: null } })
    expect(await get("a")).toMatchObject({
      title: null,
      icon: null,
      properties: nulls,
      relations: { project: null },
    })
  })

  it("that exist are refused, replaced or merged into, as the flags say", async () => {
    const { get, later, post } = await startIssueCatalog(engine)
    await post({ identifier: "p" }, "", "project")
    const first = {
      identifier: "a",
      title: "A",
      icon: "Bug",
      properties: { count: 1, status: "open", level: "error" },
      relations: { project: "p", similar: ["a"] },
    }
    await post(first)
    later(1_000)
    expect(await post(first)).toMatchObject({ status: 409, body: { ok: false, error: "identifier_taken" } })
    const merged = await post(
      { identifier: "a", properties: { count: null, tags: ["x"] }, relations: { similar: [] } },
      "?upsert=true&merge=true",
    )
    expect(merged).toMatchObject({
      status: 200,
      body: {
        entity: {
          title: "A",
          icon: "Bug",
          properties: { count: null, status: "open", level: "error", tags: ["x"] },
          relations: { project: "p", similar: [] },
          createdAt: "2026-03-10T12:00:00.000Z",
          updatedAt: "2026-03-10T12:00:01.000Z",
        },
      },
    })
    expect(await get("a")).toEqual(at(merged.body, "entity"))
    const replaced = await post({ identifier: "a", properties: { count: 3 } }, "?upsert=true")
    expect(replaced).toMatchObject({
      status: 200,
      body: {
        entity: {
          title: "a",
          icon: null,
          properties: { count: 3, status: null, level: "info", tags: null },
          relations: { project: null },
        },
      },
    })
    expect(await get("a")).toEqual(at(replaced.body, "entity"))
    expect(await post({ identifier: "b" }, "?upsert=true&merge=true")).toMatchObject({ status: 201 })
  })

  it("are changed by PUT and PATCH, renamed too, and relations to them follow", async () => {
    const { catalog, get, post, status } = await startIssueCatalog(engine)
    await post({ identifier: "a", properties: { count: 1, status: "open" } })
    await post({ identifier: "b", relations: { similar: ["a", "b"] } })
    expect(
      await catalog.request("PATCH", "/v1/blueprints/issue/entities/a", { properties: { status: "closed" } }),
    ).toMatchObject({
      status: 200,
      body: { entity: { properties: { count: 1, status: "closed" } } },
    })
    const renamed = await catalog.request("PUT", "/v1/blueprints/issue/entities/a", {
      identifier: "c",
      properties: { status: "open" },
    })
    expect(renamed).toMatchObject({
      status: 200,
      body: { entity: { identifier: "c", properties: { count: null, status: "open" } } },
    })
    expect(await status("a")).toBe(404)
    expect(await get("b")).toMatchObject({ relations: { similar: ["c", "b"] } })
    await catalog.request("PATCH", "/v1/blueprints/issue/entities/b", {
      identifier: "d",
      relations: { project: null },
    })
    expect(await get("d")).toMatchObject({ relations: { similar: ["c", "d"] } })
    expect(
      await catalog.request("PATCH", "/v1/blueprints/issue/entities/d", { identifier: "c" }),
    ).toMatchObject({ status: 409 })
    for (const method of ["PUT", "PATCH"]) {
      expect(await catalog.request(method, "/v1/blueprints/issue/entities/none", {})).toMatchObject({
        status: 404,
        body: { error: "not_found" },
      })
    }
  })

  it("have any identifier Port allows, encoded in the path or (a slash) not", async () => {
    const { catalog, get, post } = await startIssueCatalog(engine)
    for (const identifier of ["org/repo:main+1=x", "a@b.example", "it's", "größe\\x"]) {
      expect((await post({ identifier })).status).toBe(201)
      expect(await get(encodeURIComponent(identifier))).toMatchObject({ identifier })
    }
    expect(await get("org/repo:main+1=x")).toMatchObject({ identifier: "org/repo:main+1=x" })
    const deleted = await catalog.request("DELETE", "/v1/blueprints/issue/entities/org%2Frepo%3Amain%2B1%3Dx")
    expect(deleted.status).toBe(200)
    for (const identifier of ["a b", "..", "", "x".repeat(1001), "a\nb", 5, ["a"]]) {
      expect(await post({ identifier })).toMatchObject({ status: 422, body: { error: "invalid_request" } })
    }
  })

  it("keep text that PostgreSQL could not, with a mark in its place", async () => {
    const { get, post } = await startIssueCatalog(engine)
    await post({ identifier: "a", title: "x\u0000y", properties: { meta: { "k\u0000": ["\ud800"] } } })
    expect(await get("a")).toMatchObject({
      title: "x\uFFFDy",
      properties: { meta: { "k\uFFFD": ["\uFFFD"] } },
    })
  })

  it("are only checked with validation_only, with the status they would have had", async () => {
    const { post, status } = await startIssueCatalog(engine)
    const flags = "?validation_only=true&create_missing_related_entities=true"
    expect(
      await post({ identifier: "a", properties: { count: 1 }, relations: { project: "new" } }, flags),
    ).toMatchObject({
      status: 201,
      body: {
        ok: true,
        entity: { identifier: "a", properties: { count: 1 }, relations: { project: "new" } },
      },
    })
    expect(await post({ identifier: "a", properties: { count: "1" } }, flags)).toMatchObject({ status: 422 })
    expect([await status("a"), await status("new", "project")]).toEqual([404, 404])
  })

  it("show only the fields asked for, in either spelling", async () => {
    const { get, post } = await startIssueCatalog(engine)
    await post({ identifier: "b" })
    await post({
      identifier: "a",
      title: "A",
      properties: { count: 1, status: "open" },
      relations: { similar: ["b"] },
    })
    const wanted = { identifier: "a", title: "A", properties: { count: 1 }, relations: { similar: ["b"] } }
    expect(
      await get("a", "?include=identifier&include=title&include=properties.count&include=relations.similar"),
    ).toEqual(wanted)
    expect(await get("a", "?include=identifier,title,properties.count,relations.similar")).toEqual(wanted)
    expect(
      await get(
        "a",
        "?include=identifier,properties&exclude=properties.meta,properties.seen,properties.link,properties.tags,properties.level",
      ),
    ).toEqual({
      identifier: "a",
      properties: { count: 1, status: "open" },
    })
    expect(
      await get(
        "a",
        "?exclude=properties,createdAt,createdBy,updatedAt,updatedBy,icon,team,blueprint,relations.project",
      ),
    ).toEqual({
      identifier: "a",
      title: "A",
      relations: { similar: ["b"] },
    })
    expect(await get("a", "?include=relations&attach_title_to_relation=true")).toEqual({
      relations: { project: null, similar: [{ identifier: "b", title: "b" }] },
    })
    expect(
      await get(
        "a",
        "?include=identifier&attach_title_to_relation=0xc000012345&exclude_calculated_properties=true",
      ),
    ).toEqual({ identifier: "a" })
  })

  it("are listed and counted in the order of their creation", async () => {
    const { catalog, post } = await startIssueCatalog(engine)
    for (const identifier of ["c", "a", "b"]) await post({ identifier })
    const { body } = await catalog.request("GET", "/v1/blueprints/issue/entities?include=identifier")
    expect(at(body, "entities")).toEqual([{ identifier: "c" }, { identifier: "a" }, { identifier: "b" }])
    expect((await catalog.request("GET", "/v1/blueprints/issue/entities-count")).body).toEqual({
      ok: true,
      count: 3,
    })
  })

  it("of an unknown blueprint are 404 everywhere", async () => {
    const { catalog } = await startIssueCatalog(engine)
    const paths: [string, string, unknown?][] = [
      ["GET", "entities"],
      ["POST", "entities", {}],
      ["GET", "entities/a"],
      ["PUT", "entities/a", {}],
      ["PATCH", "entities/a", {}],
      ["DELETE", "entities/a"],
      ["GET", "entities-count"],
      ["DELETE", "all-entities"],
      ["POST", "entities/bulk", { entities: [{}] }],
      ["POST", "bulk/entities/delete", { entities: ["a"] }],
      ["POST", "entities/search", {}],
    ]
    for (const [method, path, body] of paths) {
      expect(await catalog.request(method, `/v1/blueprints/ghost/${path}`, body), path).toMatchObject({
        status: 404,
        body: { ok: false, error: "not_found" },
      })
    }
  })

  it("of the system can be merged into without losing what Port set", async () => {
    const { blueprint, catalog, post } = await startIssueCatalog(engine)
    await blueprint("sentryUser", {})
    await catalog.request("PATCH", "/v1/blueprints/_user", {
      relations: { sentry_user: { target: "sentryUser" } },
    })
    await post({ identifier: "u@x.example", title: "U", properties: { status: "Active" } }, "", "_user")
    await post({ identifier: "7" }, "", "sentryUser")
    const merged = await post(
      { identifier: "u@x.example", relations: { sentry_user: "7" } },
      "?upsert=true&merge=true",
      "_user",
    )
    expect(merged).toMatchObject({
      status: 200,
      body: { entity: { title: "U", properties: { status: "Active" }, relations: { sentry_user: "7" } } },
    })
  })

  it("belong to whoever wrote them last", async () => {
    const { catalog } = await startIssueCatalog(engine)
    const own = async () => {
      const body = { datasource_prefix: "port-ocean/sentry/", datasource_suffix: "/main/exporter", limit: 10 }
      const answer = await catalog.request("POST", "/v1/blueprints/entities/datasource-entities", body)
      return (at(answer.body, "entities") as { identifier: string }[]).map((entity) => entity.identifier)
    }
    const upsert = (identifier: string, agent: string) =>
      catalog.request(
        "POST",
        "/v1/blueprints/issue/entities?upsert=true&merge=true",
        { identifier },
        { "user-agent": agent },
      )
    await upsert("a", ocean)
    await upsert("b", ocean.replace("0.3.153", "0.4.0"))
    await upsert("c", ocean.replace("/main/", "/other/"))
    await upsert("d", ocean.replace("/exporter", ""))
    expect(await own()).toEqual(["a", "b"])
    await upsert("a", "someone/1")
    await upsert("c", ocean)
    expect(await own()).toEqual(["b", "c"])
  })
})

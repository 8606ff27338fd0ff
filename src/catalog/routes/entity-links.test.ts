import { describe, expect, it } from "vitest"
import { engines } from "../../../test/support/engines.ts"
import { startIssueCatalog } from "../../../test/support/issue-catalog.ts"

describe.each(engines)("relations and teams of entities on %s", (engine) => {
  it("keep the other relations when one of them changes", async () => {
    const { catalog, get, post } = await startIssueCatalog(engine)
    await post({ identifier: "p" }, "", "project")
    await post({ identifier: "a" })
    await post({ identifier: "b", relations: { project: "p", similar: ["a"] } })
    await catalog.request("PATCH", "/v1/blueprints/issue/entities/b", { relations: { project: null } })
    expect(await get("b")).toMatchObject({ relations: { project: null, similar: ["a"] } })
  })

  it("point only at what exists, and at one target where the relation is single", async () => {
    const { post, status } = await startIssueCatalog(engine)
    const wrong = (relations: object) => post({ identifier: "a", relations })
    expect(await wrong({ project: "ghost" })).toMatchObject({
      status: 404,
      body: { ok: false, error: "not_found" },
    })
    expect(await wrong({ ghost: "p" })).toMatchObject({
      status: 422,
      body: { error: "blueprint_schema_mismatch" },
    })
    expect(await wrong({ project: ["p"] })).toMatchObject({
      status: 422,
      body: { error: "relation_many_violation" },
    })
    expect(await wrong({ project: 5 })).toMatchObject({ status: 422, body: { error: "invalid_request" } })
    expect(await status("a")).toBe(404)
    await post({ identifier: "b" })
    const many = await post({ identifier: "a", relations: { similar: "b" } })
    expect(many.body).toMatchObject({ entity: { relations: { similar: ["b"] } } })
  })

  it("keep the order of a many relation, without doubles", async () => {
    const { get, post } = await startIssueCatalog(engine)
    for (const identifier of ["x", "y", "z"]) await post({ identifier })
    await post({ identifier: "a", relations: { similar: ["z", "x", "z", "y"] } })
    expect(await get("a")).toMatchObject({ relations: { similar: ["z", "x", "y"] } })
    await post({ identifier: "a", relations: { similar: ["y", "z"] } }, "?upsert=true&merge=true")
    expect(await get("a")).toMatchObject({ relations: { similar: ["y", "z"] } })
  })

  it("create missing targets bare when asked to, but never a system entity", async () => {
    const { blueprint, get, post, status } = await startIssueCatalog(engine)
    await blueprint("strict", { schema: { properties: { name: { type: "string" } }, required: ["name"] } })
    await blueprint("holder", { relations: { to: { target: "strict" }, user: { target: "_user" } } })
    const flags = "?create_missing_related_entities=true"
    expect(await post({ identifier: "h", relations: { to: "new" } }, flags, "holder")).toMatchObject({
      status: 201,
    })
    expect(await get("new", "", "strict")).toMatchObject({ title: "new", properties: { name: null } })
    expect(
      await post({ identifier: "i", relations: { to: "newer", user: "u@x.example" } }, flags, "holder"),
    ).toMatchObject({ status: 404, body: { error: "not_found" } })
    expect(await status("newer", "strict")).toBe(404)
  })

  it("have teams that exist, where the blueprint does not inherit them", async () => {
    const { blueprint, catalog, get, post } = await startIssueCatalog(engine)
    await post({ identifier: "red" }, "", "_team")
    await post({ identifier: "blue" }, "", "_team")
    expect(await post({ identifier: "a", team: ["red", "blue"] })).toMatchObject({
      status: 201,
      body: { entity: { team: ["red", "blue"] } },
    })
    expect(await post({ identifier: "a", team: "blue" }, "?upsert=true&merge=true")).toMatchObject({
      body: { entity: { team: ["blue"] } },
    })
    expect(await post({ identifier: "a", title: "A" }, "?upsert=true&merge=true")).toMatchObject({
      body: { entity: { team: ["blue"] } },
    })
    expect(await post({ identifier: "a", team: null }, "?upsert=true&merge=true")).toMatchObject({
      body: { entity: { team: [] } },
    })
    expect(
      await post({ identifier: "b", team: "ghost" }, "?create_missing_related_entities=true"),
    ).toMatchObject({ status: 404, body: { error: "not_found" } })
    const found = { combinator: "and", rules: [{ property: "$title", operator: "in", value: ["red"] }] }
    expect(await post({ identifier: "b", team: found })).toMatchObject({
      body: { entity: { team: ["red"] } },
    })
    await catalog.request("DELETE", "/v1/blueprints/_team/entities/red")
    expect(await get("b")).toMatchObject({ team: [] })
    await blueprint("heir", {
      relations: { issue: { target: "issue" } },
      ownership: { type: "Inherited", path: "issue" },
    })
    expect(await post({ identifier: "h", team: "blue" }, "", "heir")).toMatchObject({
      status: 422,
      body: { error: "team_inheritance_enabled" },
    })
    expect(await post({ identifier: "h" }, "", "heir")).toMatchObject({ status: 201 })
  })

  it("are found by a query in place of their identifier, which must find exactly one", async () => {
    const { post } = await startIssueCatalog(engine)
    for (const [identifier, count] of [
      ["a", 1],
      ["b", 2],
      ["c", 2],
    ] as const)
      await post({ identifier, properties: { count } })
    const where = (value: unknown, operator = "=") => ({
      combinator: "and",
      rules: [{ property: "count", operator, value }],
    })
    const flags = "?upsert=true&merge=true"
    expect(await post({ identifier: where(1), title: "found" }, flags)).toMatchObject({
      status: 200,
      body: { entity: { identifier: "a", title: "found" } },
    })
    expect(await post({ identifier: where(9) }, flags)).toMatchObject({
      status: 404,
      body: { error: "not_found" },
    })
    expect(await post({ identifier: where(2) }, flags)).toMatchObject({ status: 422 })
    expect(await post({ identifier: where("1", "contains") }, flags)).toMatchObject({
      status: 422,
      body: { error: "invalid_request" },
    })
  })
})

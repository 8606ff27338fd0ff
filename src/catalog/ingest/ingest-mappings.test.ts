import { describe, expect, it } from "vitest"
import { engines } from "../../../test/support/engines.ts"
import { post, startHooks } from "../../../test/support/webhooks.ts"

describe.each(engines)("the mappings of a webhook data source on %s", (engine) => {
  it("are filtered item by item, with headers, query and item at hand", async () => {
    const { create, blueprint, entity, lastEvent } = await startHooks(engine)
    await blueprint("thing", ["a", "b"])
    const url = await create({
      identifier: "hook",
      mappings: [
        {
          blueprint: "thing",
          itemsToParse: ".body.list",
          filter: ".item.on and .headers['x-kind'] == 'list'",
          entity: { identifier: ".item.id" },
        },
        {
          blueprint: "thing",
          itemsToParse: ".body.list",
          filter: '.item.on and .headers."x-kind" == "list" and .queryParams.from == "test"',
          entity: {
            identifier: ".item.id",
            title: ".body.name + '/' + .item.id",
            properties: { a: "'https://x/' + .item.id", b: ".queryParams.tag[1]" },
          },
        },
        { blueprint: "thing", filter: ".body.missing", entity: { identifier: '"never"' } },
        { blueprint: "thing", filter: ".body.name.deeper", entity: { identifier: '"never"' } },
        { blueprint: "thing", filter: "0", entity: { identifier: ".body.nothing" } },
        { blueprint: "thing", itemsToParse: ".body.nothing", entity: { identifier: ".item" } },
      ],
    })
    const list = [{ id: "1", on: true }, { id: "2" }, { id: "3", on: 1 }]
    await post(`${url}?from=test&tag=x&tag=y`, { name: "n", list }, { "X-Kind": "list" })
    const { status, mappings } = await lastEvent("hook")
    expect(status).toBe("failed")
    expect(mappings[0]).toMatchObject({
      result: "failed",
      error: expect.stringContaining("does not compile"),
    })
    expect(mappings[1]).toMatchObject({
      result: "applied",
      items: 3,
      filteredOut: 1,
      entities: [{ identifier: "1" }, { identifier: "3" }],
    })
    expect(mappings[2]).toMatchObject({ result: "filtered", filteredOut: 1, entities: [] })
    expect(mappings[3]).toMatchObject({ result: "filtered", notes: [expect.stringContaining("filter")] })
    expect(mappings[4]).toMatchObject({
      result: "skipped",
      entities: [
        { result: "skipped", error: expect.stringContaining("identifier (.body.nothing) gave null") },
      ],
    })
    expect(mappings[5]).toMatchObject({ result: "skipped" })
    expect(await entity("thing", "3")).toMatchObject({
      title: "n/3",
      properties: { a: "https://x/3", b: "y" },
    })
    expect(await entity("thing", "never")).toBeUndefined()
  })

  it("give at most 500 items", async () => {
    const { create, blueprint, lastEvent } = await startHooks(engine)
    await blueprint("thing", [])
    const url = await create({
      identifier: "hook",
      mappings: [{ blueprint: "thing", itemsToParse: ".body", entity: { identifier: ".item" } }],
    })
    await post(url, JSON.stringify(Array.from({ length: 501 }, (_, index) => index)))
    const { mappings } = await lastEvent("hook")
    expect(mappings[0]).toMatchObject({ items: 500, notes: ["only the first 500 of 501 items were taken"] })
    expect(mappings[0]?.entities.map(({ identifier }) => identifier)).toEqual(
      Array.from({ length: 500 }, (_, index) => String(index)),
    )
  })

  it("delete, with dependents unless that is ruled out", async () => {
    const { create, blueprint, entity, lastEvent, catalog } = await startHooks(engine)
    await blueprint("owner", [])
    await blueprint("owned", [], { owner: { target: "owner", required: true } })
    const remove = (operation: unknown) =>
      [{ blueprint: "owner", operation, entity: { identifier: ".body.id" } }] as never
    const url = await create({
      identifier: "hook",
      mappings: remove({ type: "delete", deleteDependents: false }),
    })
    for (const id of ["a", "b"]) {
      await catalog.request("POST", "/v1/blueprints/owner/entities", { identifier: id })
      await catalog.request("POST", "/v1/blueprints/owned/entities", {
        identifier: id,
        relations: { owner: id },
      })
    }
    await post(url, { id: "a" })
    expect(await lastEvent("hook")).toMatchObject({
      status: "failed",
      mappings: [
        {
          operation: "delete",
          entities: [{ identifier: "a", result: "failed", error: expect.stringContaining("has_dependents") }],
        },
      ],
    })
    for (const operation of ["delete", { type: "delete" }]) {
      await catalog.request("PATCH", "/v1/webhooks/hook", { mappings: remove(operation) })
      const id = operation === "delete" ? "a" : "b"
      await post(url, { id })
      expect(await lastEvent("hook")).toMatchObject({
        status: "done",
        mappings: [{ entities: [{ identifier: id, result: "deleted" }] }],
      })
      expect([await entity("owner", id), await entity("owned", id)]).toEqual([undefined, undefined])
    }
    await post(url, { id: "a" })
    expect(await lastEvent("hook")).toMatchObject({
      status: "done",
      mappings: [{ entities: [{ result: "absent" }] }],
    })
  })

  it("name identifiers and targets by a search, its constants in double quotes, single ones or none", async () => {
    const { create, blueprint, entity, lastEvent, catalog } = await startHooks(engine)
    await blueprint("owner", ["email"])
    await blueprint("thing", ["a"], {
      double: { target: "owner" },
      single: { target: "owner" },
      bare: { target: "owner" },
      none: { target: "owner" },
      made: { target: "owner" },
    })
    for (const id of ["ann", "bob"]) {
      await catalog.request("POST", "/v1/blueprints/owner/entities", {
        identifier: id,
        properties: { email: `${id}@x.org` },
      })
    }
    await catalog.request("POST", "/v1/blueprints/thing/entities", { identifier: "t1", title: "Known" })
    const search = (quote: string, value = ".body.email", property = "email") => ({
      combinator: `${quote}and${quote}`,
      rules: [{ property: `${quote}${property}${quote}`, operator: `${quote}=${quote}`, value }],
    })
    const url = await create({
      identifier: "hook",
      mappings: [
        {
          blueprint: "thing",
          entity: {
            identifier: search("'", "'Known'", "$title"),
            relations: {
              double: search('"'),
              single: search("'"),
              bare: search(""),
              none: search("'", '"nobody@x.org"'),
              made: ".body.new",
            },
          },
        },
        {
          blueprint: "owner",
          operation: "delete",
          entity: { identifier: search("'", ".body.drop", "$identifier") },
        },
      ] as never,
    })
    await post(url, { email: "ann@x.org", new: "eve", drop: "bob" })
    expect(await lastEvent("hook")).toMatchObject({
      status: "done",
      mappings: [
        { entities: [{ identifier: "t1", result: "updated" }] },
        { entities: [{ identifier: "bob", result: "deleted" }] },
      ],
    })
    expect(await entity("thing", "t1")).toMatchObject({
      title: "Known",
      relations: { double: "ann", single: "ann", bare: "ann", none: null, made: "eve" },
    })
    expect(await entity("owner", "eve"), "a missing target is made").toMatchObject({ title: "eve" })
    expect(await entity("owner", "bob")).toBeUndefined()
  })

  it("take a title or an icon that is no jq as it stands, and nothing else", async () => {
    const { create, blueprint, entity, lastEvent } = await startHooks(engine)
    await blueprint("thing", ["a"])
    const url = await create({
      identifier: "hook",
      mappings: [
        {
          blueprint: "thing",
          entity: {
            identifier: ".body.id",
            title: "It's a 'title' \\(.x)",
            icon: "Sentry",
            properties: { a: "Plain words" },
          },
        },
      ],
    })
    await post(url, { id: "1" })
    expect(await lastEvent("hook")).toMatchObject({
      status: "done",
      mappings: [{ notes: [expect.stringContaining("properties.a (Plain words) is null")] }],
    })
    expect(await entity("thing", "1")).toMatchObject({
      title: "It's a 'title' \\(.x)",
      icon: "Sentry",
      properties: { a: null },
    })
  })

  it("fail with one reason where the blueprint is not the one that the mapping was written for", async () => {
    const { create, blueprint, lastEvent } = await startHooks(engine)
    await blueprint("thing", ["a"])
    const url = await create({
      identifier: "hook",
      mappings: [
        {
          blueprint: "thing",
          itemsToParse: ".body",
          entity: { identifier: ".item", properties: { a: ".", b: ".", c: "." }, relations: { r: "." } },
        },
        { blueprint: "nowhere", entity: { identifier: '"x"' } },
        {
          blueprint: "thing",
          itemsToParse: ".body",
          entity: { identifier: ".item", properties: { a: ".item | length" } },
        },
      ],
    })
    await post(url, '["1","2"]')
    const { status, mappings } = await lastEvent("hook")
    expect(status).toBe("failed")
    expect(mappings[0]).toMatchObject({
      result: "failed",
      entities: [],
      error: expect.stringContaining('the blueprint "thing" has no property "b", "c" and no relation "r"'),
    })
    expect(mappings[1]?.error).toContain('"nowhere" was not found')
    expect(mappings[2]?.entities).toMatchObject([
      { result: "failed", error: expect.stringContaining("blueprint_schema_mismatch") },
      { result: "failed" },
    ])
  })
})

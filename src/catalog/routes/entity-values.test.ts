import { describe, expect, it } from "vitest"
import { at, engines } from "../../../test/support/engines.ts"
import { startIssueCatalog } from "../../../test/support/issue-catalog.ts"

describe.each(engines)("values of entities on %s", (engine) => {
  it.each([
    ["a value outside the enum", { status: "odd" }, "properties.status"],
    ["a text for a number", { count: "5" }, "properties.count"],
    ["a number for a text", { status: 5 }, "properties.status"],
    ["no url", { link: "nowhere" }, "properties.link"],
    ["no time", { seen: "yesterday" }, "properties.seen"],
    ["a time without an offset", { seen: "2026-01-01T00:00:00" }, "properties.seen"],
    ["a wrong item", { tags: ["a", 1] }, "properties.tags.1"],
    ["a list for an object", { meta: [] }, "properties.meta"],
    ["an unknown property", { ghost: 1 }, "ghost"],
    ["an unknown property that is null", { ghost: null }, "ghost"],
  ])("are refused for %s", async (_, properties, named) => {
    const { post, status } = await startIssueCatalog(engine)
    const { status: code, body } = await post({ identifier: "a", properties }, "?upsert=true")
    expect({ code, error: at(body, "error") }).toEqual({ code: 422, error: "blueprint_schema_mismatch" })
    expect(at(body, "message")).toContain(named)
    expect(await status("a")).toBe(404)
  })

  it("take urls of internal hosts and times with an offset", async () => {
    const { post } = await startIssueCatalog(engine)
    const properties = {
      link: "http://sentry.internal:9000/issues/1",
      seen: "2026-01-01T00:00:00.123456+01:00",
    }
    expect(await post({ identifier: "a", properties })).toMatchObject({
      status: 201,
      body: { entity: { properties } },
    })
  })

  it("need their required values and relations, except where a merge does not touch them", async () => {
    const { blueprint, post } = await startIssueCatalog(engine)
    await blueprint("strict", {
      schema: { properties: { name: { type: "string" }, other: { type: "string" } }, required: ["name"] },
      relations: { project: { target: "project", required: true }, extra: { target: "project" } },
    })
    await post({ identifier: "p" }, "", "project")
    const whole = { identifier: "a", properties: { name: "n" }, relations: { project: "p" } }
    for (const [wrong, error] of [
      [{ ...whole, properties: {} }, "blueprint_schema_mismatch"],
      [{ ...whole, properties: { name: null } }, "blueprint_schema_mismatch"],
      [{ ...whole, relations: {} }, "required_relation"],
      [{ ...whole, relations: { project: null } }, "required_relation"],
    ] as const) {
      expect(await post(wrong, "?upsert=true&merge=true", "strict")).toMatchObject({
        status: 422,
        body: { error },
      })
    }
    expect(await post(whole, "", "strict")).toMatchObject({ status: 201 })
    const touch = (body: object) => post({ identifier: "a", ...body }, "?upsert=true&merge=true", "strict")
    expect(await touch({ properties: { other: "o" } })).toMatchObject({ status: 200 })
    expect(await touch({ properties: { name: null } })).toMatchObject({ status: 422 })
    expect(await touch({ relations: { project: null } })).toMatchObject({
      status: 422,
      body: { error: "required_relation" },
    })
    expect(await touch({ relations: { extra: "p" } })).toMatchObject({
      status: 200,
      body: { entity: { relations: { project: "p", extra: "p" } } },
    })
  })
})

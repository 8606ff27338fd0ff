import { describe, expect, it } from "vitest"
import { engines } from "../../../test/support/engines.ts"
import { type Hooks, startHooks } from "../../../test/support/webhooks.ts"

describe.each(engines)("an event that is only tried, on %s", (engine) => {
  const body = { id: 7, title: "Broken", service: "shop" }
  const mapping = {
    blueprint: "thing",
    entity: {
      identifier: ".body.id",
      title: ".body.title",
      properties: { a: '.headers["x-kind"]', b: ".queryParams.from" },
      relations: { service: ".body.service" },
    },
  }

  async function start(): Promise<Hooks> {
    const hooks = await startHooks(engine)
    await hooks.blueprint("service", [])
    await hooks.blueprint("thing", ["a", "b"], { service: { target: "service", required: false } })
    return hooks
  }
  const evaluate = async ({ catalog }: Hooks, sent: object) =>
    await catalog.request("POST", "/v1/webhooks/evaluate", { body, ...sent })

  it("shows what it would come to, and leaves no trace", async () => {
    const hooks = await start()
    const audits = async () => (await hooks.catalog.request("GET", "/v1/audit-log?limit=1000")).body
    const before = await audits()

    const sent = { mappings: [mapping], headers: { "x-kind": "issue" }, queryParams: { from: "test" } }
    const { status, body: answer } = await evaluate(hooks, sent)

    expect(status).toBe(200)
    expect(answer).toEqual({
      ok: true,
      mappings: [
        {
          index: 0,
          blueprint: "thing",
          operation: "create",
          result: "applied",
          items: 1,
          filteredOut: 0,
          entities: [{ identifier: "7", result: "created" }],
          mapped: [
            {
              blueprint: "thing",
              identifier: "7",
              title: "Broken",
              properties: { a: "issue", b: "test" },
              relations: { service: "shop" },
            },
          ],
        },
      ],
    })
    expect(await hooks.entity("thing", "7")).toBeUndefined()
    expect(await hooks.entity("service", "shop")).toBeUndefined()
    expect(await audits()).toEqual(before)
  })

  it("knows what is there already, and deletes nothing", async () => {
    const hooks = await start()
    await hooks.catalog.request("POST", "/v1/blueprints/thing/entities", { identifier: "7" })
    const remove = { blueprint: "thing", operation: "delete", entity: { identifier: ".body.id" } }
    const { body: answer } = await evaluate(hooks, { mappings: [mapping, remove] })
    expect(answer).toMatchObject({
      mappings: [{ entities: [{ result: "updated" }] }, { entities: [{ result: "deleted" }] }],
    })
    expect(await hooks.entity("thing", "7")).toMatchObject({ title: "7" })
  })

  it("says what is wrong with a mapping, and refuses what is none", async () => {
    const hooks = await start()
    const broken = [
      { ...mapping, filter: ".body |" },
      { ...mapping, blueprint: "nothing" },
      { blueprint: "thing", entity: { identifier: ".body.id", properties: { c: "1" } } },
      { blueprint: "thing", entity: { identifier: ".body.id", properties: { a: ".body.id" } } },
    ]
    const { body: answer } = await evaluate(hooks, { mappings: broken })
    expect(answer).toMatchObject({
      mappings: [
        { result: "failed", error: expect.stringContaining("does not compile"), mapped: [] },
        { result: "failed", error: expect.stringContaining("nothing") },
        { result: "failed", error: expect.stringContaining('no property "c"') },
        { result: "failed", entities: [{ result: "failed", error: expect.stringContaining("a") }] },
      ],
    })
    expect((await evaluate(hooks, { mappings: [{ blueprint: "thing" }] })).status).toBe(422)
    expect((await evaluate(hooks, { mappings: {} })).status).toBe(422)
  })
})

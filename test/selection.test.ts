// Keys of a selector that reach Sentry beside its search: which issues come in, and what becomes of those that are
// outside: brought up to date and kept for a while, as any issue that left its list; never made by an event.
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../src/common/json.ts"
import {
  createSmallWorld,
  day,
  hour,
  mappingOf,
  resource,
  type SmallWorld,
  wanting,
} from "./support/small-world.ts"

const issues = (selector: JsonObject) =>
  mappingOf([
    resource(
      "issue",
      { identifier: ".id", title: ".title", blueprint: '"issue"', properties: { status: ".status" } },
      { selector },
    ),
  ])

async function titles(world: SmallWorld): Promise<string[]> {
  return Object.values(await world.entities("issue"))
    .map(({ title }) => title ?? "")
    .sort()
}

async function worldOf(selector: JsonObject): Promise<SmallWorld> {
  const world = await createSmallWorld({ mapping: issues(selector) })
  const at = world.clock.now() - 20 * day
  world.organization.addIssue("worker", { title: "worker old", environment: "production", at })
  return world
}

describe("a selector's", () => {
  it.each<[selector: JsonObject, listed: string[]]>([
    [{ projects: ["api"] }, ["api one", "api two"]],
    [{ environments: ["staging"] }, ["api two", "web two"]],
    [{ environments: ["staging", "production"], projects: ["web"] }, ["web one", "web two"]],
    [{ statsPeriod: "14d", projects: ["worker"] }, ["worker one"]],
    [{ statsPeriod: "30d", projects: ["worker"] }, ["worker old", "worker one"]],
    [{ start: "2026-02-20", projects: ["worker"] }, ["worker one"]],
    [{ start: "2026-02-01T00:00:00Z", end: "2026-02-20T00:00:00Z" }, ["worker old"]],
  ])("keys decide what is listed: %j", async (selector, listed) => {
    const world = await worldOf(selector)
    expect(wanting(await world.run())).toEqual([])
    expect(await titles(world)).toEqual(listed)
  })

  it("projects may be named by id", async () => {
    const world = await worldOf({})
    const id = world.organization.projectOf("api")?.id ?? ""
    await world.setMapping(issues({ projects: [id] }))
    await world.run()
    expect(await titles(world)).toEqual(["api one", "api two"])
  })

  it("environments give the same objects as a list without them", async () => {
    const whole = mappingOf([
      resource("issue", { identifier: ".id", blueprint: '"issue"', properties: { raw: ". | del(.stats)" } }),
    ])
    const limited = mappingOf([
      resource(
        "issue",
        { identifier: ".id", blueprint: '"issue"', properties: { raw: ". | del(.stats)" } },
        { selector: { environments: ["staging", "production"] } },
      ),
    ])
    const blueprints = [
      {
        identifier: "issue",
        title: "issue",
        schema: { properties: { raw: { type: "object" } } },
        relations: {},
      },
    ]
    const world = await createSmallWorld({ mapping: whole, blueprints })
    await world.run()
    world.writesSince()

    await world.setMapping(limited)
    const record = await world.run()

    expect(record.resources[0]?.counts).toMatchObject({ unchanged: 5, updated: 0 })
    expect(world.writesSince()).toEqual({ upserted: 0, deleted: 0, patched: 0 })
  })

  it("wrong names are told, and cost nobody an entity", async () => {
    const world = await worldOf({})
    await world.run()
    await world.setMapping(issues({ projects: ["api", "nowhere"] }))

    const record = await world.run()
    expect(wanting(record).join("\n")).toContain(
      'selector.projects names "nowhere", and the token can read no project of that slug or id',
    )
    expect(await titles(world)).toHaveLength(6)

    await world.setMapping(issues({ environments: ["nowhere"] }))
    expect(wanting(await world.run()).join("\n")).toContain("404")
    expect(await titles(world)).toHaveLength(6)
  })
})

describe("an issue outside of the selection", () => {
  it("that the catalog has is brought up to date, stays for keepResolvedFor, and then goes", async () => {
    const world = await worldOf({ keepResolvedFor: "3d" })
    await world.run()
    await world.setMapping(issues({ projects: ["api", "worker"], keepResolvedFor: "3d" }))
    world.organization.resolve(world.idOf("web one"))

    const record = await world.run()
    expect(wanting(record)).toEqual([])
    expect(record.kept).toEqual({ issue: 2 })
    expect((await world.entities("issue"))[world.idOf("web one")]?.properties.status).toBe("resolved")

    world.wait(3 * day)
    await world.run()
    expect(await titles(world)).toEqual(["api one", "api two", "worker old", "worker one"])
  })

  it.each<[selector: JsonObject, title: string]>([
    [{ projects: ["web"] }, "api one"],
    [{ environments: ["staging"] }, "api one"],
    [{ statsPeriod: "14d" }, "worker old"],
    [{ start: "2026-02-20" }, "worker old"],
    [{ start: "2026-02-01", end: "2026-02-20" }, "api one"],
  ])("is not made by an event, and one inside is: %j", async (selector, title) => {
    const world = await worldOf(selector)
    await world.run()
    const before = await titles(world)
    expect(before).not.toContain(title)
    const [inside = ""] = before
    await world.catalog.request("DELETE", `/v1/blueprints/issue/entities/${world.idOf(inside)}`)

    const { record } = await world.refresh([world.idOf(title), world.idOf(inside)])

    expect(record.failures).toEqual([])
    expect(await titles(world)).toEqual(before)
  })

  it("comes in when it has an event there", async () => {
    const world = await worldOf({ environments: ["staging"] })
    await world.run()
    world.organization.addEvent(world.idOf("api one"), {
      environment: "staging",
      at: world.clock.now() + hour / 2,
    })
    await world.run()
    expect(await titles(world)).toEqual(["api one", "api two", "web two"])
  })
})

describe("on a server without the organization's list", () => {
  it("a window that begins is searched for; what cannot be told is refused in a sentence, and deletes nothing", async () => {
    const world = await createSmallWorld({
      mapping: issues({ statsPeriod: "14d" }),
      simulator: { legacy: true },
    })
    world.organization.addIssue("worker", { title: "worker old", at: world.clock.now() - 20 * day })
    await world.run()
    expect(await titles(world)).toHaveLength(5)

    await world.setMapping(issues({ environments: ["staging"] }))
    expect(wanting(await world.run()).join("\n")).toContain("takes selector.environments and selector.end")
    expect(await titles(world)).toHaveLength(5)
  })
})

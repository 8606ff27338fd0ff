// Port does not tell what a run has to know, or does not have what it needs: then nothing goes that is not proved gone.
import { describe, expect, it } from "vitest"
import { anyUpsert, bulkDelete, error, expectNothingLost, isSent, listing } from "../support/port-faults.ts"
import {
  blueprint,
  changeEverything,
  createSmallWorld,
  day,
  everything,
  filledWorld,
  mappingOf,
  mirrorOf,
  resource,
  runUntilRight,
  smallBlueprints,
  wanting,
} from "../support/small-world.ts"

const memories = [{ remembers: true }, { remembers: false }]

describe.each(memories)("500 to the end ($remembers)", ({ remembers }) => {
  it.each([
    ["the search of what the catalog holds", "POST", /^\/blueprints\/project\/entities\/search$/],
    ["every search of what the catalog holds", "POST", /\/entities\/search$/],
    ["the listing of what is ours", "POST", listing],
    ["a blueprint", "GET", /^\/blueprints\/issue$/],
    ["the integration", "GET", /^\/integration\//],
  ])("on %s deletes nothing, and is told", async (_, method, path) => {
    const world = await filledWorld({ remembers })
    const before = await everything(world)
    changeEverything(world)
    world.wait(day) // until then what is remembered of the catalog is not read
    world.port.intercept = (sent) => (isSent(sent, method, path) ? error(500) : undefined)
    const record = await world.run()
    expect(record.status).toBe("failed")
    expect(wanting(record).join("\n")).toContain("Port answered 500 to")
    await expectNothingLost(world, before)
    world.port.intercept = undefined
    await runUntilRight(world)
  })

  it.each([listing, /\/project\/entities\/search$/])(
    "in the middle of pages is told, and nothing is deleted without proof (%s)",
    async (path) => {
      const world = await filledWorld({ remembers })
      const before = await everything(world)
      changeEverything(world)
      world.wait(day) // as above
      world.port.intercept = async (sent) => {
        if (!isSent(sent, "POST", path)) return undefined
        const { from } = sent.body as { from?: string }
        return from ? error(500) : Response.json({ ok: true, entities: [], next: "more" })
      }
      const record = await world.run()
      expect(record.status).toBe("failed")
      if (path === listing) expect(world.port.sentTo("POST", bulkDelete)).toEqual([])
      await expectNothingLost(world, before)
      world.port.intercept = undefined
      await runUntilRight(world)
    },
  )
})

describe("without something that Port should have", () => {
  it.each([
    ["no integration", () => error(404), 'no integration "my-sentry"'],
    ["a mapping that is text", () => Response.json({ ok: true, integration: { config: "?" } }), "mapping"],
    ["a page in its place", () => new Response("<html>Sign in</html>"), "no JSON object"],
  ])("the run fails, and nothing is deleted: %s", async (_, answer, said) => {
    const world = await filledWorld()
    const before = await everything(world)
    changeEverything(world)
    world.port.intercept = (sent) => (isSent(sent, "GET", /^\/integration\//) ? answer() : undefined)
    const record = await world.run()
    expect(record.status).toBe("failed")
    expect(wanting(record).join("\n")).toContain(said)
    expect(await everything(world)).toEqual(before)
    world.port.intercept = undefined
    await runUntilRight(world)
  })

  it("an empty mapping reads nothing and deletes nothing, and the run says so", async () => {
    const world = await filledWorld()
    const before = await everything(world)
    await world.setMapping({ resources: [] })
    const record = await world.run()
    expect(record.notes).toEqual(["the mapping in Port names no resources, so nothing was read"])
    expect(await everything(world)).toEqual(before)
  })

  it("a blueprint that is missing is named once, and all other kinds load", async () => {
    const world = await createSmallWorld({
      blueprints: smallBlueprints.filter(({ identifier }) => identifier !== "user" && identifier !== "team"),
    })
    const record = await world.run()
    expect(record.status).toBe("failed")
    expect(record.failures).toEqual([
      'Port has no blueprint "user", so 2 of its entities could not be written',
      'Port has no blueprint "team", so 2 of its entities could not be written',
    ])
    const { user: _users, team: _teams, ...mirror } = mirrorOf(world)
    for (const [name, all] of Object.entries(mirror)) expect(await world.names(name)).toEqual(all)
    for (const name of ["user", "team"])
      await world.catalog.request(
        "POST",
        "/v1/blueprints",
        smallBlueprints.find((one) => one.identifier === name),
      )
    await runUntilRight(world)
  })
})

describe.each(memories)("an entity that could not be written ($remembers)", ({ remembers }) => {
  const needy = [
    ...smallBlueprints.filter(({ identifier }) => identifier !== "issue"),
    blueprint(
      "issue",
      { status: { type: "string" } },
      { project: { target: "project", required: true, many: false } },
    ),
  ]

  it("keeps what it needs in the catalog, though that is gone in Sentry", async () => {
    const world = await filledWorld({ remembers, blueprints: needy })
    world.organization.renameProject("web", { slug: "shop" })
    world.port.intercept = (sent) =>
      isSent(sent, "POST", /^\/blueprints\/issue\/entities/) && !sent.path.endsWith("search")
        ? error(500)
        : undefined
    const record = await world.run()
    expect(record.status).toBe("failed")
    expect(await world.names("issue")).toHaveLength(5)
    expect(record.refusedDeletes).toMatchObject([{ blueprint: "project", identifier: "web" }])
    expect(record.refusedDeletes[0]?.reason).toMatch(/^issue \d+ relates to it/)
    world.port.intercept = undefined
    await runUntilRight(world)
  })

  it("and is known only by a search holds back every delete of its blueprint", async () => {
    const rules = [{ property: '"$title"', operator: '"="', value: ".name" }]
    const world = await filledWorld({ remembers })
    await world.setMapping(
      mappingOf([
        resource("project", {
          identifier: { combinator: '"and"', rules },
          title: ".name",
          blueprint: '"project"',
        }),
      ]),
    )
    world.port.intercept = (sent) => (isSent(sent, "POST", anyUpsert) ? error(500) : undefined)
    const record = await world.run()
    expect(await world.names("project")).toEqual(["api", "web", "worker"])
    const told = record.refusedDeletes.filter((one) => one.blueprint === "project")
    expect(told.map(({ identifier }) => identifier).sort()).toEqual(["api", "web", "worker"])
    expect(told[0]?.reason).toContain("may be this one")
  })
})

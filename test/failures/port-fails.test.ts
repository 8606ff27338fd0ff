// Port has trouble taking what is written: what passes by leaves no trace, what stays is named entity by entity.
import { describe, expect, it } from "vitest"
import { shortcomings } from "../../src/resync/run-record.ts"
import { createRandom } from "../../src/simulator/random.ts"
import {
  anyUpsert,
  bulkUpsert,
  type EntityError,
  entitiesOf,
  error,
  expectHonest,
  expectNothingLost,
  expectTitles,
  faults,
  isSent,
  partlyRefused,
} from "../support/port-faults.ts"
import {
  changeEverything,
  createSmallWorld,
  everything,
  filledWorld,
  mappingOf,
  mirrorOf,
  resource,
  runUntilRight,
  type SmallWorld,
  wanting,
} from "../support/small-world.ts"

const memories = [{ remembers: true }, { remembers: false }]

describe.each(memories)("a fault of bulk upserts ($remembers)", ({ remembers }) => {
  it.each(faults)("leaves no trace when every blueprint meets it once: %s", async (_, fault) => {
    const world = await filledWorld({ remembers })
    changeEverything(world)
    const struck = new Set<string>()
    world.port.intercept = (sent) => {
      if (!isSent(sent, "POST", bulkUpsert) || struck.has(sent.path)) return undefined
      struck.add(sent.path)
      return fault()
    }
    await runUntilRight(world)
    expect(struck.size).toBe(6)
    await expectTitles(world)
  })

  it.each(faults)("leaves no trace while entities are taken one by one: %s", async (_, fault) => {
    const world = await filledWorld({ remembers })
    changeEverything(world)
    world.port.intercept = (sent) => (isSent(sent, "POST", bulkUpsert) ? fault() : undefined)
    await runUntilRight(world)
    await expectTitles(world)
  })

  it.each(faults)(
    "that stays is named for every entity, and the next run brings all: %s",
    async (_, fault) => {
      const world = await filledWorld({ remembers })
      const before = await everything(world)
      changeEverything(world)
      world.port.intercept = (sent) => (isSent(sent, "POST", anyUpsert) ? fault() : undefined)
      const record = await world.run()
      expect(record.status).toBe("failed")
      expect(wanting(record)[0]).toMatch(/^\d+ entities could not be written, for example /)
      expect(record.refusedEntities.every(({ lost }) => lost)).toBe(true)
      const told = record.refusedEntities.map(({ identifier }) => identifier)
      expect(told).toEqual(
        expect.arrayContaining(["shop", "mobile", "cy@acme.example", world.idOf("shop one")]),
      )
      expect(told).toContain("api")
      await expectNothingLost(world, before)
      await expectHonest(world, record)

      world.port.intercept = undefined
      await runUntilRight(world)
      await expectTitles(world)
    },
  )
})

it("waits as long as Port's Retry-After says", async () => {
  const world = await filledWorld()
  world.organization.addProject({ slug: "shop", platform: "node" })
  let left = 2
  world.port.intercept = (sent) =>
    isSent(sent, "POST", bulkUpsert) && left-- > 0 ? error(429, { "retry-after": "20" }) : undefined
  const before = world.clock.now()
  await runUntilRight(world)
  expect(world.clock.now() - before - 3_600_000).toBeGreaterThanOrEqual(40_000)
})

describe("500 of 10 % of the bulk upserts", () => {
  it.each([1, 2, 3])("leaves no trace (seed %i)", async (seed) => {
    const random = createRandom(seed)
    const world = await filledWorld()
    manyIssues(world, 300)
    let struck = 0
    world.port.intercept = (sent) => {
      if (!isSent(sent, "POST", bulkUpsert) || random.next() >= 0.1) return undefined
      struck++
      return error(500)
    }
    await runUntilRight(world)
    changeEverything(world)
    await runUntilRight(world)
    expect(struck).toBeGreaterThan(0)
  })

  it("is told by name where it stays with the entities it struck", async () => {
    const world = await filledWorld()
    manyIssues(world)
    const struck = (identifier: string) => /(7|3)$/.test(identifier)
    world.port.intercept = (sent) =>
      isSent(sent, "POST", anyUpsert) && entitiesOf(sent).some(({ identifier }) => struck(identifier))
        ? error(500)
        : undefined
    const record = await world.run()
    const missing = mirrorOf(world).issue?.filter(struck) ?? []
    expect(missing.length).toBeGreaterThan(20)
    expect(record.status).toBe("failed")
    const told = record.refusedEntities.filter(({ blueprint }) => blueprint === "issue")
    expect(told.map(({ identifier }) => identifier)).toEqual(expect.arrayContaining(missing.slice(-20)))
    await expectHonest(world, record)
    world.port.intercept = undefined
    await runUntilRight(world)
  })
})

it("a Port that takes nothing any more is not asked again for every single entity", async () => {
  const world = await filledWorld()
  manyIssues(world)
  world.port.intercept = (sent) => (isSent(sent, "POST", anyUpsert) ? error(503) : undefined)
  const record = await world.run()
  await expectHonest(world, record)
  expect(world.port.sentTo("POST", /^\/blueprints\/[^/]+\/entities$/).length).toBe(60)
})

describe("errors of single entities of a bulk", () => {
  const passing: [string, EntityError | "unanswered"][] = [
    ["500", { statusCode: 500, error: "internal", message: "oops" }],
    ["429", { statusCode: 429, error: "too_many", message: "slow down" }],
    ["404, as of a target that comes later", { statusCode: 404, error: "not_found", message: "no target" }],
    ["no status", { error: "odd", message: "?" }],
    ["no word about it", "unanswered"],
  ]
  it.each(passing)("leave no trace when the second try succeeds: %s", async (_, answer) => {
    const world = await filledWorld()
    changeEverything(world)
    world.port.intercept = (sent) =>
      isSent(sent, "POST", bulkUpsert)
        ? partlyRefused(world, sent, (identifier) => (/shop|mobile/.test(identifier) ? answer : undefined))
        : undefined
    await runUntilRight(world)
  })

  it.each(memories)(
    "that are refusals are listed, and fail the run only with strict ($remembers)",
    async ({ remembers }) => {
      const world = await filledWorld({ remembers })
      const before = await everything(world)
      changeEverything(world)
      const verdict = { statusCode: 422, error: "blueprint_schema_mismatch", message: "no good" }
      world.port.intercept = (sent) =>
        isSent(sent, "POST", bulkUpsert)
          ? partlyRefused(world, sent, (identifier) => (identifier === "shop" ? verdict : undefined))
          : undefined
      const record = await world.run()
      expect(record.status).toBe("completed")
      expect(record.refusedEntities).toEqual([
        {
          kind: "project",
          blueprint: "project",
          identifier: "shop",
          status: 422,
          message: "no good",
          objectId: "shop",
          lost: false,
        },
      ])
      expect(shortcomings(record, { strict: true })).toEqual([
        "1 entity refused by Port, for example project shop: no good",
      ])
      await expectNothingLost(world, before)
      // An issue whose project is not there is another's refusal only where the mapping makes no bare targets.
      await expectHonest(world, record)
      world.port.intercept = undefined
      await runUntilRight(world)
    },
  )

  it("are listed with the catalog's own reason", async () => {
    const project = resource("project", {
      identifier: ".slug",
      title: ".name",
      blueprint: '"project"',
      properties: { platform: 'if .slug == "shop" then 5 else .platform end' },
    })
    const world = await createSmallWorld({ mapping: mappingOf([project]) })
    world.organization.addProject({ slug: "shop", platform: "node" })
    world.organization.addProject({ slug: "blog", platform: "node" })
    const record = await world.run()
    expect(record.status).toBe("completed")
    expect(record.refusedEntities).toMatchObject([{ identifier: "shop", status: 422, lost: false }])
    expect(record.refusedEntities[0]?.message).toContain("platform")
    expect(await world.names("project")).toContain("blog")
  })
})

describe.each([413, 422])("%i for a whole bulk", (status) => {
  it("leaves no trace when each entity alone is taken", async () => {
    const world = await filledWorld()
    changeEverything(world)
    manyIssues(world)
    world.port.intercept = (sent) => (isSent(sent, "POST", bulkUpsert) ? error(status) : undefined)
    await runUntilRight(world)
  })

  it("is listed for the entity that is refused alone as well", async () => {
    const world = await filledWorld()
    changeEverything(world)
    world.port.intercept = (sent) =>
      isSent(sent, "POST", anyUpsert) && entitiesOf(sent).some(({ identifier }) => identifier === "shop")
        ? error(status)
        : undefined
    const record = await world.run()
    expect(record.refusedEntities).toMatchObject([{ identifier: "shop", status, lost: false }])
    expect(record.status).toBe("completed")
    // It is there all the same, made bare for the issue that relates to it.
    expect((await world.entities("project")).shop).toMatchObject({ properties: {} })
  })
})

/** So many issues that they fill several requests. */
function manyIssues({ organization }: SmallWorld, count = 120): void {
  for (let index = 0; index < count; index++) {
    organization.addIssue("api", { title: `more ${index}`, environment: "production" })
  }
}

// Port refuses us: the token in the middle of a run, all writes, the deletes.
import { describe, expect, it } from "vitest"
import {
  anyUpsert,
  bulkDelete,
  error,
  expectHonest,
  expectNothingLost,
  isSent,
} from "../support/port-faults.ts"
import {
  changeEverything,
  everything,
  filledWorld,
  mappingOf,
  mirrorOf,
  resources,
  runUntilRight,
  type SmallWorld,
  wanting,
} from "../support/small-world.ts"

const token = "/auth/access_token"
const memories = [{ remembers: true }, { remembers: false }]

describe.each(memories)("a token that is refused in the middle of a run ($remembers)", ({ remembers }) => {
  it("is renewed once, by whoever meets the refusal first, and the run goes on", async () => {
    const world = await filledWorld({ remembers })
    changeEverything(world)
    manyIssues(world, 120)
    let refused = 0
    let renewed = false
    world.port.intercept = (sent) => {
      if (sent.path === token) renewed = true
      if (renewed || !/issue.entities.bulk/.test(sent.path)) return undefined
      refused++
      return error(401)
    }
    await runUntilRight(world)
    expect(refused).toBeGreaterThan(1)
    expect(world.port.sentTo("POST", /access_token/)).toHaveLength(1)
  })

  it.each([
    ["and again with a fresh one", () => undefined, "Port answered 401 to"],
    ["and no other is given", () => error(401), "refused the client id and secret (401)"],
  ])("%s ends the run with one reason, and nothing is deleted", async (_, freshToken, said) => {
    const world = await filledWorld({ remembers })
    const before = await everything(world)
    changeEverything(world)
    manyIssues(world, 300)
    let refused = 0
    world.port.intercept = (sent) => {
      if (refused === 0 && sent.path !== "/blueprints/issue/entities/bulk") return undefined
      refused++
      return sent.path === token ? freshToken() : error(401)
    }
    const record = await world.run()
    expect(record.status).toBe("failed")
    expect(record.failures).toEqual([expect.stringContaining(said)])
    expect(world.writesSince().deleted).toBe(0)
    await expectNothingLost(world, before)
    // Asking on with a refused token would look like an attack.
    expect(refused).toBeLessThan(25)

    world.port.intercept = undefined
    await runUntilRight(world)
  })
})

it("403 on all that is written makes the run a failure, though nothing else is wrong", async () => {
  const world = await filledWorld()
  changeEverything(world)
  world.port.intercept = (sent) => (isSent(sent, "POST", anyUpsert) ? error(403) : undefined)
  const record = await world.run()
  expect(record.status).toBe("failed")
  expect(wanting(record)).toEqual([expect.stringMatching(/^\d+ entities could not be written.* 403 /)])
  await expectHonest(world, record)
  world.port.intercept = undefined
  await runUntilRight(world)
})

describe.each(memories)("a delete ($remembers)", ({ remembers }) => {
  it.each([
    ["403", () => error(403)],
    ["500", () => error(500)],
    ["a broken connection", () => "hang-up" as const],
    ["a success that deletes nothing", () => Response.json({ ok: true, deletedEntities: [] })],
    ["an empty answer", () => new Response("")],
  ])("that Port does not make is a failure, told by name: %s", async (_, fault) => {
    const world = await filledWorld({ remembers })
    const before = await everything(world)
    changeEverything(world)
    world.port.intercept = (sent) => (isSent(sent, "POST", bulkDelete) ? fault() : undefined)
    const record = await world.run()
    expect(record.status).toBe("failed")
    const mirror = mirrorOf(world)
    const now = await everything(world)
    for (const [name, all] of Object.entries(now)) {
      // All came, none went; and those that should have gone are the ones that are told.
      expect(all).toEqual([...new Set([...(before[name] ?? []), ...(mirror[name] ?? [])])].sort())
      const told = record.refusedDeletes.filter((one) => one.blueprint === name)
      expect(told.map(({ identifier }) => identifier).sort()).toEqual(
        all.filter((identifier) => !mirror[name]?.includes(identifier)),
      )
      expect(wanting(record).join("\n")).toMatch(new RegExp(`^${name} .*not deleted: `, "m"))
    }
    expect(record.resources.every(({ counts }) => counts.deleted === 0)).toBe(true)
    world.port.intercept = undefined
    await runUntilRight(world)
  })

  it.each(["lost-answer", "half-answer"] as const)(
    "that was made, and whose answer did not come (%s), counts as made",
    async (fault) => {
      const world = await filledWorld({ remembers })
      const before = await everything(world)
      changeEverything(world)
      const struck = new Set<string>()
      world.port.intercept = (sent) => {
        if (!isSent(sent, "POST", bulkDelete) || struck.has(sent.path)) return undefined
        struck.add(sent.path)
        return fault
      }
      const record = await runUntilRight(world)
      expect(struck.size).toBe(6)
      const mirror = mirrorOf(world)
      const gone = Object.entries(before).flatMap(([name, all]) =>
        all.filter((one) => !mirror[name]?.includes(one)),
      )
      const counted = record.resources.reduce((sum, { counts }) => sum + counts.deleted, 0)
      expect(counted).toBe(gone.length)
    },
  )

  it.each([403, 500])("one by one that is refused with %i costs no other", async (status) => {
    const mapping = mappingOf(Object.values(resources), { deleteDependentEntities: false })
    const world = await filledWorld({ remembers, mapping })
    changeEverything(world)
    world.port.intercept = (sent) =>
      isSent(sent, "DELETE", /\/user\/entities\//) ? error(status) : undefined
    const record = await world.run()
    expect(record.failures).toEqual([
      expect.stringContaining(`user bob@acme.example was not deleted: Port answered ${status}`),
    ])
    const { user, ...others } = await everything(world)
    expect(user).toContain("bob@acme.example")
    expect(mirrorOf(world)).toMatchObject(others)
    world.port.intercept = undefined
    await runUntilRight(world)
  })
})

/** So many issues that they fill several requests. Both environments, since without memory a guess needs a sample. */
function manyIssues({ organization }: SmallWorld, count: number): void {
  for (let index = 0; index < count; index++) {
    const environment = index % 2 === 0 ? "production" : "staging"
    organization.addIssue("api", { title: `more ${index}`, environment })
  }
}

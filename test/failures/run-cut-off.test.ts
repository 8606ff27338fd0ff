// A run that does not come to its end, by a person's wish or by a crash: nothing is deleted without proof, and the next
// run makes the catalog as Sentry is.
import { describe, expect, it } from "vitest"
import { expectNothingLost, expectTitles, listing } from "../support/port-faults.ts"
import {
  changeEverything,
  day,
  everything,
  filledWorld,
  runUntilRight,
  type SmallWorld,
  wanting,
} from "../support/small-world.ts"

const memories = [{ remembers: true }, { remembers: false }]

describe.each(memories)("a run that is cancelled ($remembers)", ({ remembers }) => {
  it.each([
    ["while it reads the mapping", /^\/integration\//],
    // A day later what is remembered of the catalog is read again.
    ["while it asks what the catalog holds", /^\/blueprints\/user\/entities\/search$/, day],
    ["while it writes the first kind", /^\/blueprints\/user\/entities\/bulk$/],
    ["while it writes the last kind", /^\/blueprints\/issueEnvironment\/entities\/bulk$/],
    ["while it lists what is ours", new RegExp(`^${listing}$`)],
  ])("%s deletes nothing, and the next one completes", async (_, path, later = 0) => {
    const world = await filledWorld({ remembers })
    const before = await everything(world)
    changeEverything(world)
    world.wait(later)
    const cancel = new AbortController()
    let since = 0
    world.port.intercept = (sent) => {
      if (path.test(sent.path)) cancel.abort()
      if (cancel.signal.aborted) since++
      return undefined
    }
    const record = await world.run(cancel.signal)
    expect(record.status).toBe("aborted")
    expect(record.endedAt).toBeInstanceOf(Date)
    // Only what was on its way.
    expect(since).toBeLessThanOrEqual(5)
    expect(world.writesSince().deleted).toBe(0)
    await expectNothingLost(world, before)

    world.port.intercept = undefined
    await runUntilRight(world)
    await expectTitles(world)
  })

  it("while it deletes has deleted only what is gone, and the next one completes", async () => {
    const world = await filledWorld({ remembers })
    const before = await everything(world)
    changeEverything(world)
    const cancel = new AbortController()
    world.port.intercept = (sent) => {
      if (/project.bulk.entities.delete$/.test(sent.path)) cancel.abort()
      return undefined
    }
    expect((await world.run(cancel.signal)).status).toBe("aborted")
    expect(world.writesSince().deleted).toBeLessThan(5)
    await expectNothingLost(world, before)
    world.port.intercept = undefined
    await runUntilRight(world)
  })

  it("before it begins sends nothing", async () => {
    const world = await filledWorld({ remembers })
    changeEverything(world)
    const record = await world.run(AbortSignal.abort())
    expect(record.status).toBe("aborted")
    expect(world.port.sent).toEqual([])
    await runUntilRight(world)
  })

  it("with entities that wait for their second try names them", async () => {
    const world = await filledWorld({ remembers })
    changeEverything(world)
    const cancel = new AbortController()
    world.port.intercept = (sent) => {
      if (sent.path === "/blueprints/issue/entities/bulk") cancel.abort()
      return sent.path === "/blueprints/user/entities/bulk"
        ? Response.json({ ok: false }, { status: 500 })
        : undefined
    }
    const record = await world.run(cancel.signal)
    expect(record.status).toBe("aborted")
    expect(record.refusedEntities).toMatchObject([{ identifier: "cy@acme.example", status: 500, lost: true }])
    world.port.intercept = undefined
    await runUntilRight(world)
  })
})

describe.each(memories)("a run after which nothing more reaches Port ($remembers)", ({ remembers }) => {
  // So many requests has the whole run; the last of them are its deletes.
  const whole = remembers ? 19 : 24
  const within = (positions: readonly number[]) => positions.filter((position) => position < whole)

  it.each(within([0, 1, 4, 7, 10, 13, 16, 18, 22]))(
    "from request %i on loses nothing, and the next one makes all right",
    async (last) => {
      const world = await filledWorld({ remembers })
      const before = await everything(world)
      changeEverything(world)
      const cut = cutAfter(world, last)
      const record = await world.run()
      expect(cut()).toBe(true)
      expect(record.status).toBe("failed")
      expect(wanting(record).join("\n")).toContain("no answer")
      await expectNothingLost(world, before)

      world.port.intercept = undefined
      await runUntilRight(world)
      await expectTitles(world)
    },
  )

  it.each(within([5, 10, 15, 18, 22]))(
    "and that never ends (%i) does not hinder the next one",
    async (last) => {
      const world = await filledWorld({ remembers })
      const before = await everything(world)
      changeEverything(world)
      const dead = new AbortController()
      let left = last
      // As after kill -9: the requests of the dead process stay without an answer, and nobody waits for them.
      const reached = new Promise<void>((resolve) => {
        world.port.intercept = () => {
          if (left-- > 0) return undefined
          resolve()
          return new Promise<"hang-up">((hangUp) =>
            dead.signal.addEventListener("abort", () => hangUp("hang-up")),
          )
        }
      })
      const abandoned = world.run(dead.signal)
      await reached
      world.port.intercept = undefined
      await expectNothingLost(world, before)
      await runUntilRight(world)
      dead.abort()
      expect((await abandoned).status).toBe("aborted")
      await expectTitles(world)
    },
  )

  it("in its very first run leaves what came, and the second brings the rest", async () => {
    const world = await filledWorld({ remembers })
    for (const kind of ["more", "again"]) {
      for (let index = 0; index < 60; index++)
        world.organization.addIssue("worker", { title: `${kind} ${index}`, environment: "production" })
      const cut = cutAfter(world, remembers ? 6 : 12)
      await world.run()
      expect(cut()).toBe(true)
      world.port.intercept = undefined
      await runUntilRight(world)
    }
  })
})

/** Lets so many requests through, and breaks the connection of every other; answers whether any was broken. */
function cutAfter(world: SmallWorld, last: number): () => boolean {
  let left = last
  world.port.intercept = () => (left-- > 0 ? undefined : "hang-up")
  return () => left < 0
}

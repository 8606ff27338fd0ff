// What a burst costs: requests, not events, are what Sentry limits.
import { expect, it } from "vitest"
import { issueBody, type LiveWorld, useLiveEvents } from "../support/live.ts"
import { createSmallWorld, mappingOf, resources, type SmallWorld } from "../support/small-world.ts"

const asTheProgram = { shareRunMs: 20_000, gatherMs: 100 }

/** Without tags, as the counts are promised. */
async function worldOfIssues(count: number): Promise<{ world: SmallWorld; ids: string[] }> {
  const world = await createSmallWorld({ mapping: mappingOf([resources.project, resources.issue]) })
  await world.run()
  const ids = Array.from(
    { length: count },
    (_, at) => world.organization.addIssue("api", { title: `n ${at}` }).id,
  )
  world.simulator.resetCounts()
  return { world, ids }
}

async function sendAll(live: LiveWorld, ids: readonly string[]): Promise<void> {
  const queue = [...ids]
  const lanes = Array.from({ length: 20 }, async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift())
      expect((await live.deliver("issue", issueBody("created", id))).status).toBe(200)
  })
  await Promise.all(lanes)
}

it("2,000 events of 2,000 issues cost at most 60 requests, and all are in the catalog", async () => {
  const { world, ids } = await worldOfIssues(2_000)
  const live = await useLiveEvents(world, asTheProgram)
  await sendAll(live, ids)
  await live.settled()
  expect(world.simulator.requests.length).toBeLessThanOrEqual(60)
  expect(await world.names("issue")).toEqual(expect.arrayContaining([...ids].sort()))
})

it("2,000 events of 20 issues cost at most a few dozen requests", async () => {
  const { world, ids } = await worldOfIssues(20)
  const live = await useLiveEvents(world, asTheProgram)
  await sendAll(
    live,
    Array.from({ length: 2_000 }, (_, at) => ids[at % 20] ?? ""),
  )
  await live.settled()
  expect(world.simulator.requests.length).toBeLessThanOrEqual(60)
  expect(await world.names("issue")).toEqual(expect.arrayContaining([...ids].sort()))
})

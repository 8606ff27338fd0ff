// Events that are worked on together: what goes wrong with one is no matter of the others.
import { describe, expect, it } from "vitest"
import { issueBody, type LiveWorld, useLiveEvents } from "../support/live.ts"
import {
  blueprint,
  createSmallWorld,
  mappingOf,
  resource,
  resources,
  type SmallWorld,
  smallBlueprints,
} from "../support/small-world.ts"

/** Sent before anybody works, so that all of them are one group. */
async function sendTogether(world: SmallWorld, events: [name: string, body: ReturnType<typeof issueBody>][]) {
  const quiet = await useLiveEvents(world, { working: false })
  for (const [name, body] of events) expect((await quiet.deliver(name, body)).status).toBe(200)
}

async function endsOf({ log }: LiveWorld): Promise<Record<string, string>> {
  const events = await log.list({ limit: 500 })
  return Object.fromEntries(events.map(({ key, state, outcome }) => [key, `${state}: ${outcome}`]))
}

/** The name of an entity says nothing of the issue's id here. */
const named = (identifier: string, status = ".status") =>
  resource("issue", { identifier, title: ".title", blueprint: '"issue"', properties: { status } })

async function threeIssues(mapping: ReturnType<typeof mappingOf>) {
  const world = await createSmallWorld({ mapping })
  const [good, bad, fine] = ["good", "bad", "fine"].map(
    (title) => world.organization.addIssue("api", { title, environment: "production" }).id,
  )
  const ids = { good: good ?? "", bad: bad ?? "", fine: fine ?? "" }
  await sendTogether(
    world,
    Object.values(ids).map((id) => ["issue", issueBody("created", id)]),
  )
  return { world, ids }
}

describe("an issue in company", () => {
  it("that cannot be mapped is dead in the end, with the reason; the others are done", async () => {
    const broken = 'if .title == "bad" then error("no") else .title end'
    const { world, ids } = await threeIssues(mappingOf([named(broken)]))
    const live = await useLiveEvents(world, { mostTries: 1 })
    await live.settled()
    expect(await endsOf(live)).toEqual({
      [`issue:${ids.good}`]: "done: read again",
      [`issue:${ids.bad}`]: expect.stringMatching(/^dead: not mapped/),
      [`issue:${ids.fine}`]: "done: read again",
    })
    expect(await world.names("issue")).toEqual(["fine", "good"])
  })

  it("that Port refuses is dead in the end, with Port's reason, whatever its entity is called", async () => {
    const { world, ids } = await threeIssues(
      mappingOf([named(".title", 'if .title == "bad" then {no: 1} else .status end')]),
    )
    const live = await useLiveEvents(world, { mostTries: 1 })
    await live.settled()
    expect(await endsOf(live)).toEqual({
      [`issue:${ids.good}`]: "done: read again",
      [`issue:${ids.bad}`]: expect.stringMatching(/^dead: Port refused issue bad: /),
      [`issue:${ids.fine}`]: "done: read again",
    })
  })

  it("whose tags Sentry does not tell waits alone, until Sentry does", async () => {
    const { world, ids } = await threeIssues(mappingOf([resources.issueEnvironment]))
    const heal = world.simulator.faults.add({ path: `/issues/${ids.bad}/tags/`, action: { status: 500 } })
    const live = await useLiveEvents(world)
    for (let tries = 0; (await live.log.depth()).waiting + (await live.log.depth()).working > 1; tries++) {
      if (tries > 600) throw new Error(JSON.stringify(await endsOf(live)))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(await world.names("issueEnvironment")).toEqual(
      [`${ids.good}-production`, `${ids.fine}-production`].sort(),
    )
    heal()
    await live.settled()
    expect(await world.names("issueEnvironment")).toHaveLength(3)
  })

  it("of too many for the time that a group has is done with fewer", async () => {
    const world = await createSmallWorld({ mapping: mappingOf([resources.issueEnvironment]) })
    const ids = Array.from(
      { length: 24 },
      (_, at) => world.organization.addIssue("api", { title: `n ${at}`, environment: "production" }).id,
    )
    await sendTogether(
      world,
      ids.map((id) => ["issue", issueBody("created", id)]),
    )
    world.simulator.faults.add({ path: "/tags/environment/", action: { delayMs: 700 } })
    const live = await useLiveEvents(world, { timeoutMs: 2_500, workers: 1, groupSize: 24 })
    await live.settled()
    expect(await world.names("issueEnvironment")).toEqual(ids.map((id) => `${id}-production`).sort())
  })
})

describe("the events of one comment", () => {
  const text = { text: { type: "string" } }
  const comment = resource("comment", {
    identifier: ".body.data.comment_id | tostring",
    blueprint: '"comment"',
    properties: { text: ".body.data.comment" },
  })
  const told = (action: string, words: string) => ({ action, data: { comment_id: 5, comment: words } })

  async function worldOfComments() {
    const blueprints = [...smallBlueprints, blueprint("comment", text)]
    const world = await createSmallWorld({ mapping: mappingOf([comment]), blueprints })
    // Port is out of order for as long as it takes to lose the first one, its retries too.
    let failing = 8
    world.port.intercept = ({ body }) =>
      JSON.stringify(body ?? "").includes("first") && failing-- > 0
        ? new Response("", { status: 503 })
        : undefined
    return world
  }

  it("keep their order when the first has to be tried again", async () => {
    const world = await worldOfComments()
    await sendTogether(world, [
      ["comment", told("created", "first")],
      ["comment", told("updated", "second")],
    ])
    const live = await useLiveEvents(world)
    await live.settled()
    expect((await world.entities("comment"))["5"]?.properties.text).toBe("second")
    expect((await live.log.list({ limit: 1 }))[0]?.attempts, "it had to wait").toBeGreaterThan(1)
  })

  it("do not bring back what was deleted", async () => {
    const world = await worldOfComments()
    await sendTogether(world, [
      ["comment", told("created", "first")],
      ["comment", told("deleted", "second")],
    ])
    const live = await useLiveEvents(world)
    await live.settled()
    expect(await world.names("comment")).toEqual([])
  })
})

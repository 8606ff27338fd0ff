// Comments, alerts and errors: mapped from the event itself, when it is signed, and never taken for gone by a resync.
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { useLiveEvents } from "../support/live.ts"
import {
  blueprint,
  createSmallWorld,
  day,
  mappingOf,
  resource,
  resources,
  smallBlueprints,
  wanting,
} from "../support/small-world.ts"

const comment = resource("comment", {
  identifier: ".body.data.comment_id | tostring",
  title: '"Comment Event"',
  blueprint: '"comment"',
  properties: { action: ".body.action", text: ".body.data.comment" },
  relations: { issue: ".body.data.issue_id | tostring" },
})

function worldWithComments() {
  return createSmallWorld({
    mapping: mappingOf([...Object.values(resources), comment]),
    blueprints: [
      ...smallBlueprints,
      blueprint(
        "comment",
        { action: { type: "string" }, text: { type: "string" } },
        { issue: { target: "issue", required: false, many: false } },
      ),
    ],
  })
}

function body(file: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`../fixtures/sentry/webhooks/${file}`, import.meta.url), "utf8"))
}

describe("a comment", () => {
  it("is created, updated and deleted by its events", async () => {
    const world = await worldWithComments()
    await world.run()
    const live = await useLiveEvents(world)
    const created = body("comment.created.json")
    const id = String((created.data as JsonObject).comment_id)
    await live.deliver("comment", created)
    await live.settled()
    expect((await world.entities("comment"))[id]).toMatchObject({
      title: "Comment Event",
      properties: { action: "created" },
    })
    await live.deliver("comment", body("comment.updated.json"))
    await live.settled()
    expect((await world.entities("comment"))[id]?.properties.action).toBe("updated")
    await live.deliver("comment", body("comment.deleted.json"))
    await live.settled()
    expect(await world.names("comment")).toEqual([])
  })

  it("stays through resyncs, and goes when it was kept long enough", async () => {
    const world = await worldWithComments()
    await world.run()
    const live = await useLiveEvents(world)
    await live.deliver("comment", body("comment.created.json"))
    await live.settled()
    const record = await world.run()
    expect(wanting(record)).toEqual([])
    expect(record.refusedDeletes).toEqual([])
    expect(record.resources.map(({ kind }) => kind)).not.toContain("comment")
    expect(await world.names("comment")).toHaveLength(1)
    world.wait(89 * day)
    await world.run()
    expect(await world.names("comment")).toHaveLength(1)
    world.wait(2 * day)
    await world.run()
    expect(await world.names("comment")).toEqual([])
  })

  it("is not believed without a signature", async () => {
    const world = await worldWithComments()
    await world.run()
    const live = await useLiveEvents(world, { secrets: [] })
    expect((await live.deliver("comment", body("comment.created.json"))).status).toBe(200)
    await live.settled()
    expect(await world.names("comment")).toEqual([])
    const events = await live.log.list({ limit: 5 })
    expect(events.find(({ name }) => name === "comment.created")?.outcome).toContain("not believed")
  })

  it("whose mapping fails is dead in the end, with the reason, and can be replayed", async () => {
    const world = await worldWithComments()
    await world.setMapping(
      mappingOf([{ ...comment, selector: { query: ".body.data.comment.nothing.here" } }]),
    )
    const live = await useLiveEvents(world, { mostTries: 1 })
    await live.deliver("comment", body("comment.created.json"))
    await live.settled()
    const [dead] = await live.log.list({ state: "dead", limit: 5 })
    expect(dead?.outcome).toContain("not mapped")
    await world.setMapping(mappingOf([comment]))
    expect(await live.log.replay()).toBe(1)
    await live.settled()
    expect(await world.names("comment")).toHaveLength(1)
  })
})

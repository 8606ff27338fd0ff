// What a sender is answered when something is not as it should be; Port and the mapping play no part in it.
import { once } from "node:events"
import { connect } from "node:net"
import { describe, expect, it } from "vitest"
import { systemClock } from "../../src/common/sleep.ts"
import { issueBody, type LiveWorld, useLiveEvents } from "../support/live.ts"
import { createSmallWorld, filledWorld, mappingOf, resource } from "../support/small-world.ts"

describe("a delivery", () => {
  it("larger than allowed is 413, however it says its length", async () => {
    const live = await useLiveEvents(await createSmallWorld(), { maxBytes: 2_000 })
    const body = issueBody("created", "1", { title: "x".repeat(3_000) })
    expect((await live.deliver("issue", body)).status).toBe(413)
    const chunked = new Blob([JSON.stringify(body)]).stream()
    const answer = await fetch(`${live.url}/integration/webhook`, {
      method: "POST",
      body: chunked,
      duplex: "half",
    } as RequestInit)
    expect(answer.status).toBe(413)
    expect(await live.log.list({ limit: 5 })).toEqual([])
  })

  it.each(["not json", "[1]", '"text"', "", '{"a":1', Buffer.from([0x7b, 0xff, 0x7d]).toString("latin1")])(
    "whose body is no JSON object is 400: %j",
    async (body) => {
      const live = await useLiveEvents(await createSmallWorld())
      expect((await live.deliver("issue", body)).status).toBe(400)
      expect(await live.log.list({ limit: 5 })).toEqual([])
    },
  )

  it("that breaks off leaves nothing behind, and the route goes on", async () => {
    const live = await useLiveEvents(await createSmallWorld(), { secrets: [] })
    const socket = connect(Number(new URL(live.url).port), "127.0.0.1")
    await once(socket, "connect")
    socket.write('POST /integration/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a":')
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.destroy()
    expect((await live.deliver("issue", issueBody("created", "1"))).status).toBe(200)
    await live.settled()
    expect(await live.log.list({ limit: 5 })).toHaveLength(1)
  })

  it("that the log has no room for is 503, and says when to come again", async () => {
    const live = await useLiveEvents(await createSmallWorld(), { mostWaiting: 2, working: false })
    for (const id of ["1", "2"])
      expect((await live.deliver("issue", issueBody("created", id))).status).toBe(200)
    const answer = await live.deliver("issue", issueBody("created", "3"))
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0)
    expect(await live.log.list({ limit: 5 })).toHaveLength(2)
  })

  it.each([
    ["signed", {}],
    ["unsigned", { secrets: [] }],
  ])("that cannot be written down is 503, never 200: %s", async (_, options) => {
    const world = await createSmallWorld()
    const live = await useLiveEvents(world, { ...options, working: false })
    await world.catalog.database.kysely().schema.dropTable("live_events").execute()
    const answer = await live.deliver("issue", issueBody("created", "1"))
    expect(answer.status).toBe(503)
    expect(answer.headers.has("retry-after")).toBe(true)
  })

  it("is 200 while Port is down and while the mapping is broken, and has its effect when both are mended", async () => {
    const world = await filledWorld()
    const live = await useLiveEvents(world)
    const id = world.idOf("web one")
    world.organization.resolve(id)
    world.port.intercept = () => new Response("", { status: 503 })
    expect((await live.deliver("issue", issueBody("resolved", id))).status).toBe(200)
    await world.setMapping(mappingOf([resource("issue", { identifier: ".id |", blueprint: '"issue"' })]))
    world.port.intercept = undefined
    expect((await live.deliver("issue", issueBody("resolved", id))).status).toBe(200)
    const waits = await untilTried(live)
    expect(waits).toMatchObject({
      state: "waiting",
      outcome: expect.stringMatching(/^the mapping is broken at /),
    })
    await world.setMapping(mappingOf())
    await live.settled()
    expect((await world.entities("issue"))[id]?.properties.status).toBe("resolved")
  })

  it("with a header that names a word of the language is nothing special", async () => {
    const live = await useLiveEvents(await createSmallWorld())
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"])
      expect((await live.deliver(name, { action: "created", data: {} })).status).toBe(200)
    await live.settled()
    expect((await live.log.list({ limit: 5 })).map(({ outcome }) => outcome)).toEqual(
      Array(4).fill("nothing in the mapping takes it"),
    )
  })

  it("with signs in an id that a database does not take is kept under a name without them", async () => {
    const live = await useLiveEvents(await createSmallWorld(), { working: false })
    expect(
      (await live.deliver("comment", { action: "created", data: { comment_id: "a\u0000b\ud800" } })).status,
    ).toBe(200)
    expect((await live.log.list({ limit: 1 }))[0]?.key).toBe("comment:a_b_")
  })
})

/** The newest event, when its first try is over. */
async function untilTried(live: LiveWorld) {
  for (let tries = 0; tries < 400; tries++) {
    const [newest] = await live.log.list({ limit: 1 })
    if (newest?.outcome !== undefined) return newest
    await systemClock.sleep(20)
  }
  throw new Error("it was not tried")
}

import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { engines, openTestDatabase } from "../../test/support/engines.ts"
import { steppedClock } from "../../test/support/simulator.ts"
import type { Database } from "../database/database.ts"
import { type EventLog, openEventLog } from "./event-log.ts"
import type { EventTextTables } from "./event-log-tables.ts"
import type { NewEvent } from "./live-event.ts"

describe.each(engines)("the event log on %s", (engine) => {
  let database: Database
  let log: EventLog
  const clock = steppedClock("2026-03-02T10:00:00Z")

  beforeEach(async () => {
    database = await openTestDatabase(engine)
    log = await openEventLog(database, "mine", clock)
  })
  afterEach(() => database.close())

  function event(key: string, more: Partial<NewEvent> = {}): NewEvent {
    return {
      requestId: undefined,
      name: "issue.created",
      key,
      trusted: true,
      path: "/integration/webhook",
      headers: { "sentry-hook-resource": "issue" },
      body: '{"action":"created","é":1.0}',
      receivedAt: clock.now(),
      ...more,
    }
  }
  const take = (worker = "a", keys = 10, leaseMs = 1_000) => log.claim({ keys, leaseMs, worker })
  const pass = (ms: number) => clock.set(new Date(clock.now() + ms).toISOString())

  it("gives back what was appended, byte for byte", async () => {
    await log.append([event("issue:1", { requestId: "r1", trusted: false })])
    const [one] = await take()
    expect(one).toMatchObject({
      requestId: "r1",
      name: "issue.created",
      key: "issue:1",
      trusted: false,
      headers: { "sentry-hook-resource": "issue" },
      body: '{"action":"created","é":1.0}',
      state: "working",
      attempts: 1,
    })
  })

  it("takes an event of a known request id once", async () => {
    expect(await log.append([event("issue:1", { requestId: "r1" })])).toBe(1)
    expect(await log.append([event("issue:1", { requestId: "r1" }), event("issue:2")])).toBe(1)
    expect((await take()).map(({ key }) => key)).toEqual(["issue:1", "issue:2"])
  })

  it("keeps what came first under a request id that comes twice at once, and each event its own text", async () => {
    const events = ["r1", "r2", "r1", undefined].map((requestId, at) =>
      event(`issue:${at}`, { requestId, body: `{"at":${at}}`, headers: { at: String(at) } }),
    )
    expect(await log.append(events)).toBe(3)
    const kept = [0, 1, 3].map((at) => ({
      key: `issue:${at}`,
      body: `{"at":${at}}`,
      headers: { at: String(at) },
    }))
    expect(await take()).toMatchObject(kept)
    expect((await log.list({ limit: 10 })).toReversed()).toMatchObject(kept)
  })

  it("removes the texts of events with them, and no others", async () => {
    await log.append([event("issue:1", { requestId: "r1" }), event("issue:2", { requestId: "r2" })])
    const [first] = await take("a", 1)
    await log.settle("a", [{ id: first?.id ?? 0, state: "done", outcome: "ok" }])
    pass(10)
    expect(await log.prune({ doneBefore: clock.now(), deadBefore: clock.now() })).toBe(1)
    const texts = await database
      .kysely<EventTextTables>()
      .selectFrom("live_event_texts")
      .select("id")
      .execute()
    expect(texts.map(({ id }) => Number(id))).toEqual([(first?.id ?? 0) + 1])
    expect(await take()).toMatchObject([{ key: "issue:2", body: '{"action":"created","é":1.0}' }])
  })

  it("keeps integrations apart", async () => {
    const other = await openEventLog(database, "theirs", clock)
    await log.append([event("issue:1", { requestId: "r1" })])
    expect(await other.append([event("issue:1", { requestId: "r1" })])).toBe(1)
    expect(await take()).toHaveLength(1)
    expect(await other.claim({ keys: 10, leaseMs: 1_000, worker: "b" })).toHaveLength(1)
  })

  it("gives all events of an object together and in order, and nobody else the object meanwhile", async () => {
    await log.append([
      event("issue:1", { name: "first" }),
      event("issue:2"),
      event("issue:1", { name: "second" }),
    ])
    const mine = await take("a", 1)
    expect(mine.map(({ name }) => name)).toEqual(["first", "second"])
    await log.append([event("issue:1", { name: "third" })])
    expect((await take("b")).map(({ key }) => key)).toEqual(["issue:2"])
    await log.settle(
      "a",
      mine.map(({ id }) => ({ id, state: "done", outcome: "ok" })),
    )
    expect((await take("b")).map(({ name }) => name)).toEqual(["third"])
  })

  it("gives events of a worker that is gone to another, whose end alone counts", async () => {
    await log.append([event("issue:1")])
    const [mine] = await take("a")
    expect(await take("b")).toEqual([])
    pass(1_001)
    const [again] = await take("b")
    expect(again).toMatchObject({ id: mine?.id, attempts: 2 })
    await log.settle("a", [{ id: mine?.id ?? 0, state: "dead", outcome: "late" }])
    await log.settle("b", [{ id: mine?.id ?? 0, state: "done", outcome: "read again" }])
    expect(await log.list({ limit: 10 })).toMatchObject([{ state: "done", outcome: "read again" }])
  })

  it("leaves an event to a worker that says it is still at it, and tells one that it lost its events", async () => {
    await log.append([event("issue:1")])
    await take("a")
    pass(900)
    expect(await log.renew({ worker: "a", leaseMs: 1_000 })).toBe(1)
    pass(900)
    expect(await take("b")).toEqual([])
    pass(200)
    expect(await take("b")).toMatchObject([{ attempts: 2 }])
    expect(await log.renew({ worker: "a", leaseMs: 1_000 })).toBe(0)
  })

  it("lets an event wait for its time, or for news of the same object", async () => {
    await log.append([event("issue:1")])
    const [mine] = await take()
    await log.settle("a", [
      { id: mine?.id ?? 0, state: "waiting", outcome: "Port is down", dueAt: clock.now() + 5_000 },
    ])
    expect(await take()).toEqual([])
    pass(5_000)
    expect(await take()).toHaveLength(1)
  })

  it("tells how long what could be worked on has waited, and apart from it what waits for another try", async () => {
    const began = clock.now()
    const fail = async (dueInMs: number) => {
      const mine = await take("a", 1)
      const end = { state: "waiting", outcome: "Port is down", dueAt: clock.now() + dueInMs } as const
      await log.settle("a", [{ ...end, id: mine[0]?.id ?? 0 }])
    }
    await log.append([event("issue:1")])
    expect(await log.depth()).toMatchObject({ dueSince: began, retrying: 0, oldestRetrying: undefined })
    pass(1_000)
    await fail(60_000)
    const waits = { waiting: 1, oldest: began, retrying: 1, oldestRetrying: began }
    expect(await log.depth()).toMatchObject({ ...waits, dueSince: undefined })
    pass(59_000)
    await log.append([event("issue:2")])
    expect(await log.depth()).toMatchObject({ ...waits, waiting: 2, dueSince: clock.now() })
    await take("b", 10, 5_000)
    pass(500)
    expect(await log.depth()).toMatchObject({ working: 1, dueSince: undefined })
    // Its turn comes: it is late from then on, not from when it was received.
    pass(500)
    expect(await log.depth()).toMatchObject({ dueSince: clock.now() })
    expect(await take("b")).toMatchObject([{ key: "issue:1", attempts: 2 }])
    // More of an object that somebody has at work wait for that alone; those of a worker that is gone wait for another.
    await log.append([event("issue:1")])
    pass(900)
    expect(await log.depth()).toMatchObject({ waiting: 1, working: 2, dueSince: undefined })
    pass(200)
    expect(await log.depth()).toMatchObject({ dueSince: began + 61_000 })
  })

  it("lists, replays and removes", async () => {
    await log.append([event("issue:1"), event("issue:2"), event("issue:3")])
    const [one, two] = await take("a", 2)
    await log.settle("a", [
      { id: one?.id ?? 0, state: "dead", outcome: "refused" },
      { id: two?.id ?? 0, state: "done", outcome: "ok" },
    ])
    expect(await log.depth()).toMatchObject({ waiting: 1, working: 0, dead: 1, oldest: clock.now() })
    expect(await log.list({ state: "dead", limit: 10 })).toMatchObject([
      { key: "issue:1", outcome: "refused" },
    ])
    expect(await log.replay()).toBe(1)
    expect(await log.replay([two?.id ?? 0])).toBe(1)
    expect(await log.depth()).toMatchObject({ waiting: 3, dead: 0 })
    const all = await take()
    await log.settle(
      "a",
      all.map(({ id }) => ({ id, state: "done", outcome: "ok" })),
    )
    pass(10)
    expect(await log.prune({ doneBefore: clock.now(), deadBefore: clock.now() })).toBe(3)
    expect(await log.list({ limit: 10 })).toEqual([])
  })

  it("tells which objects had an event since a time", async () => {
    await log.append([event("issue:1")])
    const [mine] = await take()
    await log.settle("a", [{ id: mine?.id ?? 0, state: "done", outcome: "ok" }])
    pass(1_000)
    const since = clock.now()
    await log.append([event("issue:2")])
    expect(await log.isWaiting("issue:2")).toBe(true)
    expect(await log.isWaiting("issue:1")).toBe(false)
    // One that nobody works on, or whose worker is gone, must not keep resyncs from its object.
    expect([...(await log.touchedSince(since))]).toEqual([])
    const [second] = await take()
    expect([...(await log.touchedSince(since))]).toEqual(["issue:2"])
    pass(1_001)
    expect([...(await log.touchedSince(since))]).toEqual([])
    await take("b", 10, 5_000)
    await log.settle("b", [{ id: second?.id ?? 0, state: "done", outcome: "ok" }])
    expect([...(await log.touchedSince(since))]).toEqual(["issue:2"])
  })
})

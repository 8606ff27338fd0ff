// Between full resyncs: only issues with an event since the last completed run are read, and nothing is deleted.
import { describe, expect, it } from "vitest"
import { silentLogger } from "../src/common/logger.ts"
import { lastRead } from "../src/resync/last-read.ts"
import { runResync } from "../src/resync/run-resync.ts"
import {
  createSmallWorld,
  day,
  hour,
  mappingOf,
  resources,
  type SmallWorld,
  wanting,
} from "./support/small-world.ts"

const mapping = mappingOf([resources.user, resources.project, resources.issue, resources.issueEnvironment])

async function readChanges(world: SmallWorld, since: number) {
  world.wait(hour)
  const signal = new AbortController().signal
  return await runResync({ ...world.deps, changedSince: new Date(since) }, "incremental", signal)
}

describe("an incremental read", () => {
  it("asks for issues seen since then and for nothing else, and loads them as a resync does", async () => {
    const world = await createSmallWorld({ mapping, scanState: true })
    await world.run()
    world.writesSince()
    const began = world.clock.now()
    world.organization.addEvent(world.idOf("api one"), { environment: "staging", at: began + hour / 2 })
    world.organization.addIssue("web", { title: "web new", environment: "production", at: began + hour / 2 })
    world.simulator.resetCounts()

    const record = await readChanges(world, began)

    expect(wanting(record)).toEqual([])
    expect(record.resources.map(({ kind, counts }) => [kind, counts.read])).toEqual([
      ["issue", 2],
      ["issue-tag", 2],
    ])
    expect(await world.names("issue")).toContain(world.idOf("web new"))
    expect(await world.names("issueEnvironment")).toContain(`${world.idOf("api one")}-staging`)
    expect(world.writesSince()).toEqual({ upserted: 3, deleted: 0, patched: 0 })
    expect(Object.keys(world.simulator.counts().byTemplate)).not.toContain("organizations/{org}/members/")
    expect(record.notes.join("\n")).toContain("nothing was deleted")
  })

  it("deletes nothing, whatever is gone: that is left to the next full resync", async () => {
    const world = await createSmallWorld({ mapping })
    await world.run()
    const began = world.clock.now()
    const [gone, resolved] = [world.idOf("api one"), world.idOf("web one")]
    world.organization.deleteIssue(gone)
    world.organization.resolve(resolved)
    world.organization.removeMember("bob@acme.example")

    const record = await readChanges(world, began)

    expect(record.status).toBe("completed")
    expect(record.resources.every(({ counts }) => counts.deleted === 0)).toBe(true)
    expect(await world.names("issue")).toContain(gone)
    expect((await world.entities("issue"))[resolved]?.properties.status).toBe("unresolved")
    expect(await world.names("user")).toHaveLength(2)

    await world.run()
    expect(await world.names("issue")).not.toContain(gone)
    expect((await world.entities("issue"))[resolved]?.properties.status).toBe("resolved")
    expect(await world.names("user")).toHaveLength(1)
  })
})

describe("how far it looks back", () => {
  const now = Date.parse("2026-03-02T10:00:00Z")
  const clock = { now: () => now, sleep: async () => undefined }
  const since = async (resyncState: object | undefined) => {
    const integration = { get: async () => ({ resyncState }) }
    const date = await lastRead(
      { integration: integration as never, clock, log: silentLogger },
      new AbortController().signal,
    )
    return date.toISOString()
  }

  it.each([
    [
      "five minutes before the last completed run began",
      { status: "completed", lastResyncStart: "2026-03-02T09:00:00Z" },
      "2026-03-02T08:55:00.000Z",
    ],
    [
      "a day where the last run failed",
      { status: "failed", lastResyncStart: "2026-03-02T09:00:00Z" },
      "2026-03-01T10:00:00.000Z",
    ],
    [
      "a day where the last run was long ago",
      { status: "completed", lastResyncStart: "2026-02-02T09:00:00Z" },
      "2026-03-01T10:00:00.000Z",
    ],
    ["a day where there was none", undefined, "2026-03-01T10:00:00.000Z"],
  ])("is %s", async (_, state, expected) => {
    expect(await since(state)).toBe(expected)
    expect(now - Date.parse(expected)).toBeLessThanOrEqual(day)
  })
})

// `events` as a person runs it, beside the process that owns the log.
import { join } from "node:path"
import { expect, it, onTestFinished } from "vitest"
import { systemClock } from "../../src/common/sleep.ts"
import { openDatabase } from "../../src/database/database.ts"
import { openEventLog } from "../../src/live-events/event-log.ts"
import type { NewEvent } from "../../src/live-events/live-event.ts"
import { freshFolder, runProgram } from "../support/program.ts"

const event: NewEvent = {
  requestId: undefined,
  name: "issue.created",
  key: "issue:1",
  trusted: true,
  path: "/integration/webhook",
  headers: { "sentry-hook-resource": "issue" },
  body: '{"action":"created","data":{"issue":{"id":"1"}}}',
  receivedAt: Date.parse("2026-11-20T10:15:00Z"),
}

async function start() {
  const folder = freshFolder()
  const database = await openDatabase(join(folder, "kept.db"))
  onTestFinished(() => database.close())
  const log = await openEventLog(database, "my-sentry-integration", systemClock)
  await log.append([
    event,
    { ...event, key: "issue:2", name: "issue.resolved" },
    { ...event, key: "issue:3" },
  ])
  const [one, two] = await log.claim({ keys: 2, leaseMs: 60_000, worker: "a" })
  await log.settle("a", [
    { id: one?.id ?? 0, state: "dead", outcome: "Port refused issue 1:\u001b[31m no such blueprint" },
    { id: two?.id ?? 0, state: "done", outcome: "read again" },
  ])
  const events = (...args: string[]) => {
    const [verb = "", ...rest] = args
    return runProgram(["events", verb, "--database", "kept.db", ...rest], { folder })
  }
  return { log, events }
}

it("list shows what came and what became of it, and nothing that steers a terminal", async () => {
  const { events } = await start()
  const all = await events("list")
  expect(all.code).toBe(0)
  expect(all.stdout.split("\n").slice(0, 4)).toEqual([
    expect.stringMatching(/^id +received +event +object +state +tries +what became of it$/),
    expect.stringMatching(/^3 +2026-11-20T10:15:00Z +issue.created +issue:3 +waiting +0$/),
    expect.stringMatching(/^2 +\S+ +issue.resolved +issue:2 +done +1 +read again$/),
    expect.stringMatching(
      /^1 +\S+ +issue.created +issue:1 +dead +1 +Port refused issue 1: \[31m no such blueprint$/,
    ),
  ])
  expect(all.stdout).toContain("1 waiting, 0 being worked on, 1 dead")
  const dead = await events("list", "--state", "dead", "--limit", "5", "--json")
  expect(JSON.parse(dead.stdout)).toMatchObject([{ id: 1, key: "issue:1", state: "dead", attempts: 1 }])
  expect((await events("list", "--state", "working")).stdout).toContain("No event is working")
})

it("show tells all of one event", async () => {
  const { events } = await start()
  const { code, stdout } = await events("show", "2")
  expect(code).toBe(0)
  for (const text of [
    "issue.resolved",
    "signed, believed",
    "done after 1 try",
    "sentry-hook-resource: issue",
    '"id": "1"',
  ])
    expect(stdout).toContain(text)
  expect(JSON.parse((await events("show", "1", "--json")).stdout)).toMatchObject({
    body: { action: "created" },
  })
  expect(await events("show", "9")).toMatchObject({
    code: 2,
    output: expect.stringContaining("event 9: there is none"),
  })
})

it("replay lets dead ones be worked on again, or those that are named", async () => {
  const { events, log } = await start()
  expect(await events("replay")).toMatchObject({ code: 2 })
  expect(await events("replay", "1", "--all-dead")).toMatchObject({ code: 2 })
  expect(await events("replay", "1", "77")).toMatchObject({
    code: 2,
    output: expect.stringContaining("event 77"),
  })
  expect(await log.depth()).toMatchObject({ waiting: 1, dead: 1 })
  expect((await events("replay", "--all-dead")).stdout).toBe("1 event waits to be worked on again.\n")
  expect((await events("replay", "--all-dead")).stdout).toBe("No event is dead.\n")
  expect((await events("replay", "2", "3")).stdout).toContain(
    "1 event waits to be worked on again. 1 did so already",
  )
  expect(await log.depth()).toMatchObject({ waiting: 3, dead: 0 })
})

it("where there is no database none is made", async () => {
  const folder = freshFolder()
  const { code, output } = await runProgram(["events", "list"], { folder })
  expect(code).toBe(3)
  expect(output).toContain("there is no database at .ocean-sentry/demo.db")
})

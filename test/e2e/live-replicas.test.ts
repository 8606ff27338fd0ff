// Two processes on one PostgreSQL and one event log: they share the work, do nothing twice, keep each object's order, and
// one takes over what the other held when it was killed.
import { describe, expect, it, onTestFinished } from "vitest"
import { systemClock } from "../../src/common/sleep.ts"
import { createTestSchema } from "../support/engines.ts"
import { issueBody } from "../support/live.ts"
import { type LiveProgram, type LivePrograms, useLivePrograms } from "../support/live-program.ts"

const server = process.env.TEST_POSTGRES_URL ?? ""

async function usePostgresPrograms(): Promise<LivePrograms> {
  const schema = await createTestSchema(server)
  onTestFinished(() => schema.drop())
  return useLivePrograms({ databaseUrl: schema.url })
}

async function endedBy({ url }: LiveProgram): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const values = [...text.matchAll(/^ocean_sentry_live_events_ended_total\{.*\} (\d+)/gm)]
  return values.reduce((sum, [, value]) => sum + Number(value), 0)
}

describe.skipIf(server === "")("two replicas", () => {
  it("share the events, work on none twice, and keep the order of each object", async () => {
    const programs = await usePostgresPrograms()
    const { organization, simulator, port } = programs
    simulator.faults.add({ path: "group=", action: { delayMs: 80 } })
    const replicas = await Promise.all([programs.start(), programs.start()])
    const ids = [...organization.issues.keys()].slice(0, 60)
    for (const id of ids) organization.resolve(id)
    simulator.resetCounts()
    port.sent.length = 0
    for (let round = 0; round < 5; round++) {
      const sent = ids.map((id, at) =>
        replicas[(at + round) % 2]?.deliver("issue", issueBody("resolved", id)),
      )
      expect(new Set(await Promise.all(sent))).toEqual(new Set([200]))
    }
    // One comment's life, each part of it told to the other process than the one before.
    for (let at = 0; at < 30; at++) {
      const data = { comment_id: 7, comment: `version ${at}` }
      expect(await replicas[at % 2]?.deliver("comment", { action: "updated", data })).toBe(200)
    }
    await programs.settled()

    const events = await programs.log.list({ limit: 1_000 })
    expect(events).toHaveLength(330)
    expect(events.filter(({ state, attempts }) => state !== "done" || attempts !== 1)).toEqual([])
    const asked = simulator.requests.flatMap(({ query }) =>
      [...query.matchAll(/group=(\d+)/g)].map(([, id]) => id),
    )
    for (const id of ids) expect(asked.filter((one) => one === id).length).toBeLessThanOrEqual(5)
    const versions = port
      .sentTo("POST", /blueprints\/comment\/entities/)
      .map(({ body }) => JSON.stringify(body))
      .map((text) => Number(/version (\d+)/.exec(text)?.[1]))
    expect(versions).toEqual(Array.from({ length: 30 }, (_, at) => at))
    const statuses = await programs.statuses()
    expect(new Set(ids.map((id) => statuses.get(id)))).toEqual(new Set(["resolved"]))
    for (const replica of replicas) expect(await endedBy(replica), "both have worked").toBeGreaterThan(0)
    for (const { program } of replicas) program.kill("SIGTERM")
    for (const { program } of replicas) expect(await program.end).toMatchObject({ code: 0 })
  })

  it("leave each other's events alone while both live, and one ends what the other held when it was killed", async () => {
    const programs = await usePostgresPrograms()
    const { organization, simulator, log } = programs
    const first = await programs.start()
    const slow = simulator.faults.add({ path: "group=", action: { delayMs: 20_000 } })
    const ids = [...organization.issues.keys()].slice(0, 10)
    for (const id of ids) {
      organization.resolve(id)
      expect(await first.deliver("issue", issueBody("resolved", id))).toBe(200)
    }
    await until(async () => (await log.depth()).working > 0)
    const second = await programs.start()
    // Longer than the lease, which the first one renews.
    await systemClock.sleep(4_000)
    const held = (await log.list({ state: "working", limit: 100 })).map(({ id }) => id)
    expect(held.length).toBeGreaterThan(0)
    for (const { attempts } of await log.list({ limit: 100 })) expect(attempts).toBeLessThanOrEqual(1)
    slow()
    first.program.kill("SIGKILL")
    expect(await first.program.end).toMatchObject({ signal: "SIGKILL" })
    await programs.settled()

    const events = await log.list({ limit: 100 })
    expect(events.every(({ state }) => state === "done")).toBe(true)
    expect(Math.max(...events.map(({ attempts }) => attempts)), "once by each, at most").toBe(2)
    const statuses = await programs.statuses()
    expect(ids.map((id) => statuses.get(id))).toEqual(ids.map(() => "resolved"))
    second.program.kill("SIGTERM")
    expect(await second.program.end).toMatchObject({ code: 0 })
  })
})

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await isSo()) return
    await systemClock.sleep(20)
  }
  throw new Error("it never came to that")
}

// What a process leaves when it stops in good order, and what the next one makes of the time between.
import { expect, it } from "vitest"
import { systemClock } from "../../src/common/sleep.ts"
import { openHeartbeat } from "../../src/live-events/heartbeat.ts"
import { issueBody } from "../support/live.ts"
import { useLivePrograms } from "../support/live-program.ts"

it("SIGTERM while events are worked on lets go of them at once, exit 0, and the next process ends them", async () => {
  const programs = await useLivePrograms()
  const { organization, simulator, log } = programs
  const first = await programs.start()
  simulator.faults.add({ path: "group=", action: "hang" })
  const ids = [...organization.issues.keys()].slice(0, 20)
  for (const id of ids) {
    organization.resolve(id)
    expect(await first.deliver("issue", issueBody("resolved", id))).toBe(200)
  }
  await until(async () => (await log.depth()).working > 0)
  first.program.kill("SIGTERM")
  expect(await first.program.end).toMatchObject({ code: 0, signal: null })
  expect(await log.depth()).toMatchObject({ waiting: 20, working: 0, dead: 0 })

  simulator.faults.clear()
  const second = await programs.start()
  await programs.settled()
  const statuses = await programs.statuses()
  expect(ids.map((id) => statuses.get(id))).toEqual(ids.map(() => "resolved"))
  second.program.kill("SIGTERM")
  expect(await second.program.end).toMatchObject({ code: 0 })
})

it("what happened while no process ran is read at the start, before any resync, and from then on it is noted that one runs", async () => {
  const programs = await useLivePrograms()
  const { organization, database } = programs
  const heartbeat = openHeartbeat(database, "pipeline")
  const env = { OCEAN__EVENT_LISTENER: '{"type":"POLLING","resyncOnStart":false,"interval":3600}' }
  const first = await programs.start({ env })
  await until(async () => (await heartbeat.last()) !== undefined)
  first.program.kill("SIGTERM")
  expect(await first.program.end).toMatchObject({ code: 0 })

  // As if it had been away for twenty minutes.
  const away = Date.now() - 20 * 60_000
  await heartbeat.beat(away)
  const { id } = organization.addIssue("api", { title: "meanwhile", environment: "production" })
  const [known = ""] = organization.issues.keys()
  organization.addEvent(known, { environment: "production" })
  organization.resolve(known)
  const second = await programs.start({ env })
  await until(async () => (await programs.statuses()).has(id))
  await programs.settled()
  const statuses = await programs.statuses()
  expect([statuses.get(id), statuses.get(known)]).toEqual(["unresolved", "resolved"])
  expect(second.program.output()).toContain("Caught up with what happened meanwhile")
  expect(second.program.output()).not.toContain("Resync finished")
  await until(async () => ((await heartbeat.last()) ?? 0) > away)
  second.program.kill("SIGTERM")
  expect(await second.program.end).toMatchObject({ code: 0 })
})

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await isSo()) return
    await systemClock.sleep(50)
  }
  throw new Error("it never came to that")
}

// What a plan must leave as it was beside Port: the database with all that runs and live events keep there, the jq of the
// runs, the log that goes to Port.
import { expect, it, onTestFinished } from "vitest"
import { createLogger, type LogLine, silentLogger } from "../../src/common/logger.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { createLiveWatch } from "../../src/live-events/live-watch.ts"
import { createJq } from "../../src/mapping/create-jq.ts"
import { openDryRunStore } from "../../src/pages/mapping/dry-run-store.ts"
import { createDryRuns } from "../../src/pages/mapping/dry-runs.ts"
import { createPlanner } from "../../src/resync/plan.ts"
import type { ResyncDeps } from "../../src/resync/run-resync.ts"
import { sentryWebhooks } from "../../src/sentry/webhooks/protocol.ts"
import { openTestDatabase } from "../support/engines.ts"
import { issueBody, useLiveEvents } from "../support/live.ts"
import { createSmallWorld, hour } from "../support/small-world.ts"
import { allTables } from "../support/tables.ts"

it("a plan keeps nothing of the tags that it read", async () => {
  const world = await createSmallWorld({ scanState: true })
  await world.run()
  world.organization.addIssue("web", { title: "web three", environment: "preview" })
  world.wait(hour) // what is fresh is not kept by anybody
  const before = await allTables(world.catalog.database)
  expect(before.issue_tags).not.toEqual([])

  const plan = await world.plan()

  expect(plan.changes).not.toEqual([])
  expect(await allTables(world.catalog.database)).toEqual(before)
})

it("a plan lets nothing be read again that events touched meanwhile", async () => {
  const world = await createSmallWorld()
  await world.run()
  const live = await useLiveEvents(world)
  const id = world.idOf("web one")
  await live.deliver("issue", issueBody("resolved", id))
  await live.settled()
  await live.stop()
  const watch = createLiveWatch({
    log: live.log,
    protocol: sentryWebhooks({ secrets: [], toleranceMs: 0 }),
    clock: systemClock,
  })
  // The world's clock is behind the log's, so that to the plan the event ended just now.
  expect((await watch.touchedSince(new Date(world.clock.now()))).size).toBe(1)
  const before = await allTables(world.catalog.database)

  await createPlanner({ ...world.deps, live: watch }).plan(new AbortController().signal)

  expect(await allTables(world.catalog.database)).toEqual(before)
})

it("a dry run has a jq of its own, and Port's log does not hear of it", async () => {
  const world = await createSmallWorld()
  let asked = 0
  const counted = <A extends unknown[], R>(call: (...given: A) => R) => {
    return (...given: A) => {
      asked++
      return call(...given)
    }
  }
  const { jq } = world.deps
  const lines: LogLine[] = []
  const log = createLogger({
    level: "debug",
    format: "json",
    secrets: [],
    write: () => undefined,
    also: (line) => lines.push(line),
  })
  const { run, plan } = await dryRun({
    ...world.deps,
    log,
    jq: {
      ...jq,
      check: counted(jq.check),
      evaluate: counted(jq.evaluate),
      forgetQuarantine: counted(jq.forgetQuarantine),
    },
  })
  expect(run).toMatchObject({ status: "done", message: undefined })
  expect(plan?.changes).not.toEqual([])
  expect(asked).toBe(0)
  expect(lines).toEqual([])
})

async function dryRun(deps: ResyncDeps) {
  const database = await openTestDatabase("sqlite")
  onTestFinished(() => database.close())
  const dryRuns = createDryRuns({
    deps,
    store: await openDryRunStore(database, "mine", systemClock),
    openJq() {
      const jq = createJq({ log: silentLogger })
      onTestFinished(() => jq.close())
      return jq
    },
    clock: systemClock,
  })
  const { id } = (await dryRuns.start(undefined)).run
  for (;;) {
    const run = await dryRuns.find(id)
    if (run?.status !== "running") return { run, plan: await dryRuns.plan(id) }
    await systemClock.sleep(20)
  }
}

import { expect, it, onTestFinished } from "vitest"
import { openTestDatabase } from "../../../test/support/engines.ts"
import { systemClock } from "../../common/sleep.ts"
import { openRunHistory } from "../../resync/history/run-history.ts"
import type { RunDetail } from "../../resync/history/run-summary.ts"
import { lastWhole } from "./last-whole.ts"

it("is neither incremental nor of a part nor cancelled, however many of those came since", async () => {
  const database = await openTestDatabase("sqlite")
  onTestFinished(() => database.close())
  const history = await openRunHistory(database, "x", systemClock)
  let at = Date.parse("2026-03-02T10:00:00Z")
  const save = (id: string, more: Partial<RunDetail>) =>
    history.save({
      ...{ id, trigger: "schedule", status: "completed", scope: null, headline: id },
      ...more,
      startedAt: new Date(at++).toISOString(),
    } as RunDetail) // what is not looked at is left out

  await save("incremental-alone", { trigger: "incremental" })
  expect(await lastWhole(history)).toBeUndefined()
  await save("whole-before", {})
  await save("whole", { trigger: "request", status: "failed" })
  const part = { kinds: ["team"], projects: null }
  for (let count = 0; count < 60; count++) {
    await save(`incremental-${count}`, { trigger: "incremental" })
    await save(`part-${count}`, { trigger: "request", scope: part })
  }
  await save("cancelled", { status: "aborted" })
  await save("running", { status: "running" })
  expect(await lastWhole(history)).toMatchObject({ headline: "whole" })
})

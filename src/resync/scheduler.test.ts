import { describe, expect, it } from "vitest"
import { silentLogger } from "../common/logger.ts"
import { endRecord, type RunRecord, startRecord, type Trigger } from "./run-record.ts"
import { createScheduler } from "./scheduler.ts"

/** Runs that go on until the test ends them or they are cancelled. */
function controlledRuns() {
  const runs: { trigger: Trigger; end: () => void; signal: AbortSignal }[] = []
  const run = (trigger: Trigger, signal: AbortSignal) =>
    new Promise<RunRecord>((resolve) => {
      const end = () =>
        resolve(endRecord(startRecord(`${runs.length}`, trigger, new Date()), new Date(), signal.aborted))
      signal.addEventListener("abort", end)
      runs.push({ trigger, end, signal })
    })
  return { runs, scheduler: createScheduler({ run, log: silentLogger }) }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe("the scheduler", () => {
  it("cancels the running resync for a newer request, and runs that when the old one has ended", async () => {
    const { runs, scheduler } = controlledRuns()
    const first = scheduler.request("start")
    await turn()
    const second = scheduler.request("request")
    expect((await first)?.status).toBe("aborted")
    await turn()
    expect(runs.map(({ trigger }) => trigger)).toEqual(["start", "request"])
    runs[1]?.end()
    expect((await second)?.status).toBe("completed")
    expect(scheduler.last()?.trigger).toBe("request")
  })

  it("runs only the newest of several requests", async () => {
    const { runs, scheduler } = controlledRuns()
    const all = [scheduler.request("start"), scheduler.request("request"), scheduler.request("request")]
    await turn()
    runs.at(-1)?.end()
    const records = await Promise.all(all)
    expect(records.filter((record) => record?.status === "completed")).toHaveLength(1)
    expect(scheduler.isRunning()).toBe(false)
  })

  it("drops the timer's turn while a resync runs", async () => {
    const { runs, scheduler } = controlledRuns()
    const first = scheduler.request("start")
    await turn()
    expect(await scheduler.request("schedule")).toBeUndefined()
    runs[0]?.end()
    await first
    expect(runs).toHaveLength(1)
  })

  it("keeps the timer's run for after a partial one, whatever other partial ones come", async () => {
    const { runs, scheduler } = controlledRuns()
    const partial = { scope: { kinds: ["issue"] } }
    const all = [scheduler.request("incremental"), scheduler.request("schedule")]
    await turn()
    expect(await scheduler.request("schedule")).toBeUndefined()
    all.push(scheduler.request("request", partial))
    await turn()
    expect(runs.map(({ trigger }) => trigger)).toEqual(["incremental", "request"])
    runs[1]?.end()
    await turn()
    expect(runs.map(({ trigger }) => trigger)).toEqual(["incremental", "request", "schedule"])
    runs[2]?.end()
    const statuses = (await Promise.all(all)).map((record) => record?.status)
    expect(statuses).toEqual(["aborted", "completed", "completed"])
  })

  it("drops the timer's run that waits, when all is read meanwhile", async () => {
    const { runs, scheduler } = controlledRuns()
    const all = [scheduler.request("incremental"), scheduler.request("schedule")]
    await turn()
    all.push(scheduler.request("request"))
    await turn()
    runs[1]?.end()
    expect((await Promise.all(all)).map((record) => record?.trigger)).toEqual([
      "incremental",
      undefined,
      "request",
    ])
    expect(runs).toHaveLength(2)
  })

  it("lets the timer's run that waits go when it stops", async () => {
    const { scheduler } = controlledRuns()
    const all = [scheduler.request("incremental"), scheduler.request("schedule")]
    await turn()
    await scheduler.stop()
    expect((await Promise.all(all)).map((record) => record?.status)).toEqual(["aborted", undefined])
  })

  it("drops an incremental turn while anything runs", async () => {
    const { runs, scheduler } = controlledRuns()
    const first = scheduler.request("request", { scope: { kinds: ["issue"] } })
    await turn()
    expect(await scheduler.request("incremental")).toBeUndefined()
    runs[0]?.end()
    await first
    expect(runs).toHaveLength(1)
  })

  it("runs a newer request even when the run it replaces breaks down", async () => {
    let runs = 0
    const scheduler = createScheduler({
      log: silentLogger,
      async run(trigger, signal) {
        if (++runs > 1) return endRecord(startRecord("2", trigger, new Date()), new Date(), false)
        await new Promise((resolve) => signal.addEventListener("abort", resolve))
        throw new Error("a mistake of ours")
      },
    })
    const first = scheduler.request("start")
    await turn()
    const second = scheduler.request("request")
    await expect(first).rejects.toThrow("a mistake of ours")
    expect((await second)?.status).toBe("completed")
  })

  it("stops: the run under way is cancelled, and none begins after it", async () => {
    const { runs, scheduler } = controlledRuns()
    const first = scheduler.request("start")
    await turn()
    await scheduler.stop()
    expect((await first)?.status).toBe("aborted")
    expect(await scheduler.request("request")).toBeUndefined()
    expect(runs).toHaveLength(1)
  })
})

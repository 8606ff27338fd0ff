// The state of a resync as Port shows it.
import { describe, expect, it } from "vitest"
import { at } from "../support/engines.ts"
import { type RunningApp, startRunningApp } from "../support/running-app.ts"

const never = new AbortController().signal
const identifier = "my-sentry-integration"

function statesSent(running: RunningApp): unknown[] {
  return running.port.sentTo("PATCH", /\/resync-state$/).map(({ body }) => body)
}

async function stateKept(running: RunningApp): Promise<unknown> {
  const { body } = await running.catalog.request("GET", `/v1/integration/${identifier}`)
  return at(body, "integration.resyncState")
}

describe("the state of a resync", () => {
  it("is running with its start and no end, then completed with its end; without a schedule nothing is next", async () => {
    const running = await startRunningApp()
    const record = await running.app.run("once", never)
    expect(statesSent(running)).toEqual([
      {
        status: "running",
        lastResyncStart: expect.any(String),
        lastResyncEnd: null,
        nextResync: null,
        intervalInMinuets: null,
      },
      {
        status: "completed",
        lastResyncEnd: record.endedAt?.toISOString(),
        nextResync: null,
        intervalInMinuets: null,
      },
    ])
    expect(await stateKept(running)).toMatchObject({
      status: "completed",
      lastResyncStart: expect.any(String),
    })
  })

  it("names the next resync, counted from the start of the process, and the interval in its misspelt member", async () => {
    const before = Date.now()
    const running = await startRunningApp({ environment: { OCEAN__SCHEDULED_RESYNC_INTERVAL: "1h" } })
    const after = Date.now()
    await running.app.run("once", never)
    const [first, last] = statesSent(running)
    for (const state of [first, last]) {
      expect(at(state, "intervalInMinuets")).toBe(60)
      const next = Date.parse(String(at(state, "nextResync")))
      expect(next).toBeGreaterThanOrEqual(before + 3_600_000)
      expect(next).toBeLessThanOrEqual(after + 3_600_000)
    }
  })

  it("is failed when something is wanting, and aborted when the run was cancelled", async () => {
    const running = await startRunningApp()
    running.sentry.faults.add({ path: /\/members\//, action: { status: 403 }, times: 1 })
    expect((await running.app.run("once", never)).status).toBe("failed")
    expect(await stateKept(running)).toMatchObject({ status: "failed" })

    const cancel = new AbortController()
    running.port.intercept = ({ path }) => {
      if (path.endsWith("/entities/bulk")) cancel.abort()
      return undefined
    }
    expect((await running.app.run("request", cancel.signal)).status).toBe("aborted")
    expect(await stateKept(running)).toMatchObject({ status: "aborted", lastResyncEnd: expect.any(String) })
  })

  it("of an aborted run does not replace that of a newer one in another process", async () => {
    const running = await startRunningApp()
    const cancel = new AbortController()
    const newer = { status: "running", lastResyncStart: "2999-01-01T00:00:00.000Z", lastResyncEnd: null }
    running.port.intercept = async ({ path }) => {
      if (!path.endsWith("/entities/bulk") || cancel.signal.aborted) return undefined
      await running.catalog.request("PATCH", `/v1/integration/${identifier}/resync-state`, newer)
      cancel.abort()
      return undefined
    }
    expect((await running.app.run("once", cancel.signal)).status).toBe("aborted")
    expect(await stateKept(running)).toMatchObject(newer)
    expect(statesSent(running)).toHaveLength(1)
  })

  it("that Port does not take is told in the log, and the run goes on", async () => {
    const running = await startRunningApp()
    running.port.intercept = ({ path }) =>
      path.endsWith("/resync-state")
        ? Response.json({ ok: false, error: "nope", message: "no states today" }, { status: 422 })
        : undefined
    expect(await running.app.run("once", never)).toMatchObject({ status: "completed", failures: [] })
    expect(running.lines.join("\n")).toMatch(
      /WARNING {2}\| Port did not take the resync state .*no states today/,
    )
  })
})

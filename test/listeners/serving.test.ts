// The listeners that need nothing but HTTP, through the whole program: catalog, simulated Sentry, settings.
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { type RunningCatalog, startCatalog } from "../support/catalog.ts"
import { at } from "../support/engines.ts"
import { type Program, startProgram } from "../support/in-process-program.ts"
import { type PortProxy, startPortProxy } from "../support/port-proxy.ts"
import { useSimulator } from "../support/simulator.ts"

const patience = { timeout: 20_000, interval: 50 }

interface Scene {
  catalog: RunningCatalog
  port: PortProxy
  start(listener: unknown, environment?: Record<string, string>): Promise<Program>
}

async function setScene(): Promise<Scene> {
  const catalog = await startCatalog()
  onTestFinished(() => catalog.close())
  const port = await startPortProxy(catalog.url)
  onTestFinished(() => port.close())
  const sentry = await useSimulator()
  const { clientId, clientSecret } = catalog
  return {
    catalog,
    port,
    start: (listener, environment = {}) =>
      startProgram({
        port: { url: port.url, clientId, clientSecret },
        sentry,
        environment: { OCEAN__EVENT_LISTENER: JSON.stringify(listener), ...environment },
      }),
  }
}

function statesSent(port: PortProxy): unknown[] {
  return port.sentTo("PATCH", /resync-state$/).map(({ body }) => at(body, "status"))
}

async function runsOf(program: Program, count: number): Promise<void> {
  await vi.waitFor(() => expect(program.runs).toHaveLength(count), patience)
}

/** Holds back requests of the run under way until it is cancelled; tells whether one is held. */
function hold(port: PortProxy, path = /\/entities|\/datasource/): () => boolean {
  let isHeld = false
  port.intercept = async (request) => {
    if (!path.test(request.path)) return undefined
    isHeld = true
    return await new Promise<never>(() => undefined)
  }
  return () => isHeld
}

async function destinationIn(catalog: RunningCatalog): Promise<unknown> {
  const { body } = await catalog.request("GET", "/v1/integration/my-sentry")
  return at(body, "integration.changelogDestination")
}

async function ready(program: Program): Promise<void> {
  await vi.waitFor(async () => {
    expect((await fetch(`${program.url}/health/ready`)).status).toBe(200)
  }, patience)
}

const post = (url: string, headers: Record<string, string> = {}, body?: unknown) =>
  fetch(url, { method: "POST", headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })

describe("POLLING", () => {
  it("replaces a running resync for a newer request, and reports the old one as aborted before the new one starts", async () => {
    const { catalog, port, start } = await setScene()
    const isHeld = hold(port)
    const program = await start({ type: "POLLING", interval: 1 })
    await vi.waitFor(() => expect(isHeld()).toBe(true), patience)
    port.intercept = undefined
    await catalog.request("PATCH", "/v1/integration/my-sentry", {})
    await runsOf(program, 2)
    expect(program.runs.map(({ trigger, status }) => [trigger, status])).toEqual([
      ["start", "aborted"],
      ["request", "completed"],
    ])
    expect(statesSent(port)).toEqual(["running", "aborted", "running", "completed"])
    expect(await destinationIn(catalog)).toEqual({})
  })

  it("takes the chart's settings, which leave the brokers of KAFKA beside it, and either spelling of a key", async () => {
    const { catalog, start } = await setScene()
    const program = await start({
      type: "POLLING",
      brokers: "b-1:9196,b-2:9196",
      resync_on_start: false,
      somethingNew: {},
      interval: 1,
    })
    await ready(program)
    await catalog.request("PATCH", "/v1/integration/my-sentry", {})
    await runsOf(program, 1)
    expect(program.runs[0]?.trigger).toBe("request")
  })
})

describe("WEBHOOK", () => {
  it("gives Port an address that nobody can guess, keeps it over restarts, and resyncs when Port calls there", async () => {
    const { catalog, port, start } = await setScene()
    const listener = { type: "WEBHOOK", appHost: "https://me.example" }
    const first = await start(listener)
    await runsOf(first, 1)
    const destination = await destinationIn(catalog)
    const { pathname, origin } = new URL(String(at(destination, "url")))
    expect([at(destination, "type"), origin]).toEqual(["WEBHOOK", "https://me.example"])
    expect(pathname).toMatch(/^\/resync\/[\w-]{43}$/)

    const calls = await Promise.all(
      [1, 2, 3].map(() => post(`${first.url}${pathname}`, {}, { action: "RESYNC" })),
    )
    expect(calls.map(({ status }) => status)).toEqual([202, 202, 202])
    await runsOf(first, 2)
    expect((await post(`${first.url}/resync/guessed`)).status).toBe(404)
    await first.stop()
    expect(first.runs.map(({ trigger, status }) => [trigger, status])).toEqual([
      ["start", "completed"],
      ["request", "completed"],
    ])

    port.sent.length = 0
    const second = await start(listener)
    await ready(second)
    expect(await destinationIn(catalog)).toEqual(destination)
    expect(port.sentTo("PATCH", /^\/integration\/my-sentry$/)).toEqual([])
    await post(`${second.url}${pathname}`)
    await runsOf(second, 1)
    expect(second.runs[0]?.trigger).toBe("request")
    expect(JSON.stringify([...first.log, ...second.log])).not.toContain(pathname)
  })
})

describe("WEBHOOKS_ONLY", () => {
  it("is ready and resyncs for nobody, and leaves alone where Port announces changes to the process that does", async () => {
    const { catalog, start } = await setScene()
    await catalog.request("POST", "/v1/integration", {
      installationId: "my-sentry",
      installationAppType: "sentry",
      changelogDestination: { type: "KAFKA" },
      config: { resources: [] },
    })
    const program = await start(
      { type: "WEBHOOKS_ONLY" },
      { OCEAN__RESYNC_TOKEN: "t0ken", OCEAN__SCHEDULED_RESYNC_INTERVAL: "1" },
    )
    await ready(program)
    const answer = await post(`${program.url}/resync`, { authorization: "Bearer t0ken" })
    expect([answer.status, await answer.json()]).toEqual([
      409,
      { ok: false, message: "this process does not resync: see its event listener" },
    ])
    expect(await destinationIn(catalog)).toEqual({ type: "KAFKA" })
    await program.stop()
    expect(program.runs).toEqual([])
  })

  it("resyncs for a person where the switch says so", async () => {
    const { start } = await setScene()
    const program = await start(
      { type: "WEBHOOKS_ONLY", should_resync: true },
      { OCEAN__RESYNC_TOKEN: "t0ken" },
    )
    await ready(program)
    expect((await post(`${program.url}/resync`)).status).toBe(401)
    expect((await post(`${program.url}/resync`, { authorization: "Bearer t0ken" })).status).toBe(202)
    await runsOf(program, 1)
    expect(program.runs[0]).toMatchObject({ trigger: "request", status: "completed" })
  })
})

describe("the switch for resyncs", () => {
  it("keeps a listener from resyncing at all", async () => {
    const { port, start } = await setScene()
    const program = await start({ type: "POLLING", interval: 1, shouldResync: false })
    await ready(program)
    await program.stop()
    expect(program.runs).toEqual([])
    expect(port.sentTo("GET", /resync-request$/)).toEqual([])
  })
})

describe("a signal to stop", () => {
  it("cancels the running resync, reports it as aborted, and the process is not ready meanwhile", async () => {
    const { port, start } = await setScene()
    const isHeld = hold(port)
    const program = await start({ type: "POLLING" })
    await vi.waitFor(() => expect(isHeld()).toBe(true), patience)
    await program.stop()
    expect(program.runs.map(({ status }) => status)).toEqual(["aborted"])
    expect(statesSent(port)).toEqual(["running", "aborted"])
  })

  it("waits no longer than its grace period for a run that does not end, and still says that it was aborted", async () => {
    const { port, start } = await setScene()
    const isHeld = hold(port)
    let reports = 0
    const held = port.intercept
    port.intercept = async (request) => {
      // Port takes its time with the run's own report of its end, and then answers the program's last word.
      const isEnd = at(request.body, "status") === "aborted"
      if (isEnd && ++reports === 1) return await new Promise<never>(() => undefined)
      return await held?.(request)
    }
    const program = await start({ type: "POLLING" }, { OCEAN__MAX_WAIT_SECONDS_BEFORE_SHUTDOWN: "1" })
    await vi.waitFor(() => expect(isHeld()).toBe(true), patience)
    await program.stop()
    expect(program.runs).toEqual([])
    expect(statesSent(port)).toEqual(["running", "aborted", "aborted"])
  })
})

// What a signal does to a process that goes on running, and to any process that does not come to its end in time;
// single runs in the middle of their work are in interrupted.test.ts.
import { describe, expect, it } from "vitest"
import { type DropInPeers, startPeers } from "../support/drop-in.ts"
import { at } from "../support/engines.ts"
import type { PortProxy } from "../support/port-proxy.ts"
import { type RunningProgram, runProgram, startProgram } from "../support/program.ts"

interface Held extends DropInPeers {
  /** Resolves when a request of the run under way is held back. */
  held: Promise<void>
  /** Resolves when Port was told that the run was aborted, whether or not it answers. */
  aborted: Promise<void>
}

/** Port holds back what a run reads of it, so that the run stays under way; `stubborn`: the report of its end as well. */
async function startHeld({ stubborn }: { stubborn: boolean }): Promise<Held> {
  const peers = await startPeers()
  const held = Promise.withResolvers<void>()
  const aborted = Promise.withResolvers<void>()
  peers.port.intercept = async ({ path, body }) => {
    const isRunning = /\/entities|\/datasource/.test(path)
    const isEnd = at(body, "status") === "aborted"
    if (isRunning) held.resolve()
    if (isEnd) aborted.resolve()
    if (!isRunning && !(stubborn && isEnd)) return undefined
    return await new Promise<never>(() => undefined)
  }
  return { ...peers, held: held.promise, aborted: aborted.promise }
}

function start({ env }: DropInPeers, type: string, further: Record<string, string> = {}): RunningProgram {
  return startProgram([], { env: { ...env, OCEAN__EVENT_LISTENER: JSON.stringify({ type }), ...further } })
}

function statesSent(port: PortProxy): unknown[] {
  return port.sentTo("PATCH", /\/resync-state$/).map(({ body }) => at(body, "status"))
}

describe("a signal in the middle of a resync", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "%s stops a service cleanly: its resync is reported as aborted, exit 0",
    async (signal) => {
      const peers = await startHeld({ stubborn: false })
      const program = start(peers, "POLLING")
      await peers.held
      program.kill(signal)
      expect(await program.end).toMatchObject({ code: 0, signal: null })
      expect(statesSent(peers.port)).toEqual(["running", "aborted"])
    },
  )

  it.each(["POLLING", "ONCE"])(
    "a second one under %s ends the process at once, though its work does not end",
    async (type) => {
      const peers = await startHeld({ stubborn: true })
      const program = start(peers, type, { OCEAN__MAX_WAIT_SECONDS_BEFORE_SHUTDOWN: "3600" })
      await peers.held
      program.kill("SIGTERM")
      await peers.aborted
      program.kill("SIGINT")
      expect(await program.end).toMatchObject({ code: 130, signal: null })
    },
  )

  it.each([
    ["POLLING", 0],
    ["ONCE", 143],
  ] as const)(
    "work that does not end under %s is given up after the grace period, exit %i",
    async (type, code) => {
      const peers = await startHeld({ stubborn: true })
      const program = start(peers, type, { OCEAN__MAX_WAIT_SECONDS_BEFORE_SHUTDOWN: "1" })
      await peers.held
      program.kill("SIGTERM")
      expect(await program.end).toMatchObject({ code, signal: null })
      expect(statesSent(peers.port)).toEqual(["running", "aborted", "aborted"])
    },
  )
})

describe("a signal while Port cannot be reached yet", () => {
  it.each([
    ["POLLING", 0],
    ["ONCE", 143],
  ] as const)("ends a process under %s with %i", async (type, code) => {
    const program = start(await startPeers(), type, { OCEAN__PORT__BASE_URL: "http://127.0.0.1:1" })
    await program.waitFor(/ocean-sentry \d/)
    program.kill("SIGTERM")
    expect(await program.end).toMatchObject({ code, signal: null })
  })
})

describe("listeners that would do nothing", () => {
  it.each([
    ['{"type":"ACTIONS_ONLY"}', "ACTIONS_ONLY would do nothing: Sentry has no actions"],
    ['{"type":"ONCE","shouldResync":false}', "a single run without a resync would do nothing"],
  ])("%s is refused with one sentence, exit 2", async (listener, sentence) => {
    const { env, port } = await startPeers()
    const { code, output } = await runProgram([], { env: { ...env, OCEAN__EVENT_LISTENER: listener } })
    expect(code).toBe(2)
    expect(output).toContain(`OCEAN__EVENT_LISTENER: ${sentence}`)
    expect(port.sent).toEqual([])
  })
})

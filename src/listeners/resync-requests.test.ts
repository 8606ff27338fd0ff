import { describe, expect, it } from "vitest"
import type { Clock } from "../common/sleep.ts"
import { createResyncRequests } from "./resync-requests.ts"

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A clock whose sleeps end when the test says so, or when they are cancelled. */
function heldClock() {
  const wakes: (() => void)[] = []
  const clock: Clock = {
    now: () => 0,
    sleep: (_, signal) =>
      new Promise((resolve, reject) => {
        wakes.push(resolve)
        signal?.addEventListener("abort", () => reject(new Error("cancelled")))
      }),
  }
  return { clock, pass: () => wakes.shift()?.() }
}

describe("requests over HTTP", () => {
  it("are handed on once for a burst, and again for what comes later", async () => {
    const { clock, pass } = heldClock()
    const requests = createResyncRequests(clock)
    let handed = 0
    const stop = new AbortController()
    const ended = requests.take(() => handed++, stop.signal)
    for (const _ of [1, 2, 3]) requests.ask()
    await turn()
    expect(handed).toBe(0)
    pass()
    await turn()
    expect(handed).toBe(1)
    requests.ask()
    await turn()
    pass()
    await turn()
    expect(handed).toBe(2)
    stop.abort()
    await ended
  })

  it("wait for somebody to listen, since the process may still be starting", async () => {
    const { clock, pass } = heldClock()
    const requests = createResyncRequests(clock)
    requests.ask()
    let handed = 0
    const stop = new AbortController()
    const ended = requests.take(() => handed++, stop.signal)
    await turn()
    pass()
    await turn()
    expect(handed).toBe(1)
    stop.abort()
    await ended
  })

  it("are not handed on by a process that stops", async () => {
    const requests = createResyncRequests(heldClock().clock)
    let handed = 0
    const stop = new AbortController()
    const ended = requests.take(() => handed++, stop.signal)
    requests.ask()
    await turn()
    stop.abort()
    await ended
    expect(handed).toBe(0)
  })
})

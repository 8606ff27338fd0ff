import { describe, expect, it } from "vitest"
import { scheduleResyncs } from "./schedule.ts"

describe("the timer", () => {
  it("triggers first after one interval, then at each further one, until it is stopped", async () => {
    let now = 0
    const at: number[] = []
    const stop = new AbortController()
    const clock = {
      now: () => now,
      async sleep(ms: number) {
        now += ms
        if (now > 3 * 60_000) stop.abort()
      },
    }
    await scheduleResyncs(
      { onTrigger: () => at.push(now), trigger: "schedule", intervalMs: 60_000, clock },
      stop.signal,
    )
    expect(at).toEqual([60_000, 120_000, 180_000])
  })
})

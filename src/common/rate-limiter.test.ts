import { describe, expect, it } from "vitest"
import { currentLogFields, withLogFields } from "./log-context.ts"
import { createRateLimiter } from "./rate-limiter.ts"
import type { Clock } from "./sleep.ts"

/** A clock that jumps instead of waiting. */
function jumpingClock(): Clock & { slept: number[] } {
  let time = 1_000_000
  const slept: number[] = []
  return {
    slept,
    now: () => time,
    sleep: async (ms) => {
      slept.push(ms)
      time += ms
    },
  }
}

describe("a rate limiter", () => {
  it("runs at most so many tasks at once, and all of them in the end", async () => {
    const limiter = createRateLimiter({ concurrency: 2 })
    let running = 0
    let most = 0
    const task = async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
    }
    await Promise.all(Array.from({ length: 9 }, () => limiter.run(task)))
    expect(most).toBe(2)
    expect(running).toBe(0)
  })

  it("waits for the end of a pause, and tells how long that was", async () => {
    const clock = jumpingClock()
    const limiter = createRateLimiter({ concurrency: 1, clock })
    limiter.pauseUntil(clock.now() + 3_000)
    await limiter.run(async () => undefined)
    expect(clock.slept).toEqual([3_000])
    expect(limiter.waitedMs()).toBe(3_000)
  })

  it("lets more in when its limit is raised", async () => {
    const limiter = createRateLimiter({ concurrency: 1 })
    const gate = Promise.withResolvers<void>()
    const first = limiter.run(() => gate.promise)
    let started = false
    const second = limiter.run(async () => {
      started = true
    })
    limiter.limitTo(2)
    await second
    expect(started).toBe(true)
    gate.resolve()
    await first
  })

  it("forgets a task that is cancelled while it waits", async () => {
    const limiter = createRateLimiter({ concurrency: 1 })
    const gate = Promise.withResolvers<void>()
    const first = limiter.run(() => gate.promise)
    const cancel = new AbortController()
    const second = limiter.run(async () => "ran", cancel.signal)
    cancel.abort()
    await expect(second).rejects.toThrow("aborted")
    gate.resolve()
    await first
    await expect(limiter.run(async () => "free")).resolves.toBe("free")
  })

  it("lets those that go ahead start before all others that wait, for a slot or for the end of a pause", async () => {
    const clock = heldClock()
    const limiter = createRateLimiter({ concurrency: 1, clock })
    const started: string[] = []
    const task = (name: string) => async () => void started.push(name)
    limiter.pauseUntil(clock.now() + 3_000)
    const all = [
      limiter.run(task("first")),
      limiter.run(task("second")),
      limiter.run(task("live"), undefined, true),
      limiter.run(task("live too"), undefined, true),
    ]
    clock.pass(3_000)
    await Promise.all(all)
    expect(started).toEqual(["live", "live too", "first", "second"])
  })

  it("waits for a pause that was made longer while it was waited for", async () => {
    const clock = heldClock()
    const limiter = createRateLimiter({ concurrency: 1, clock })
    limiter.pauseUntil(clock.now() + 1_000)
    let started = false
    const running = limiter.run(async () => {
      started = true
    })
    limiter.pauseUntil(clock.now() + 60_000)
    clock.pass(1_000)
    await new Promise((resolve) => setImmediate(resolve))
    expect(started).toBe(false)
    clock.pass(59_000)
    await running
    expect(limiter.waitedMs()).toBe(60_000)
  })

  it("asks for no more time when nobody waits any more, and waits anew for who comes then", async () => {
    const clock = heldClock()
    const limiter = createRateLimiter({ concurrency: 1, clock })
    limiter.pauseUntil(clock.now() + 5_000)
    const cancel = new AbortController()
    const gone = limiter.run(async () => "ran", cancel.signal)
    cancel.abort()
    await expect(gone).rejects.toThrow("aborted")
    expect(clock.sleeping()).toBe(0)
    const next = limiter.run(async () => "ran")
    clock.pass(5_000)
    expect(await next).toBe("ran")
  })
})

it("tells of a wait in the name of the task that waits, not of the one that noticed", async () => {
  const clock = heldClock()
  const told: unknown[] = []
  const limiter = createRateLimiter({
    concurrency: 2,
    clock,
    onWait: (ms) => told.push([currentLogFields().run, ms]),
  })
  const end = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const under = withLogFields({ run: "long" }, () =>
    limiter.run(async () => {
      begun.resolve()
      await end.promise
    }),
  )
  await begun.promise
  limiter.limitTo(1)
  const waiting = ["a", "b"].map((run) => withLogFields({ run }, () => limiter.run(async () => run)))
  limiter.pauseUntil(clock.now() + 500)
  end.resolve() // it is this one's end that looks for who may go on
  await under
  expect(told).toEqual([["a", 500]])
  clock.pass(500)
  expect(await Promise.all(waiting)).toEqual(["a", "b"])
})

/** A clock whose time passes when it is told to. */
function heldClock() {
  let time = 1_000_000
  const sleepers = new Set<{ until: number; wake(): void }>()
  return {
    now: () => time,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = { until: time + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        })
      }),
    sleeping: () => sleepers.size,
    pass(ms: number) {
      time += ms
      for (const sleeper of [...sleepers]) {
        if (sleeper.until > time) continue
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
  }
}

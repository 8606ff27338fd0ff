import { describe, expect, it } from "vitest"
import { createLogShipper, type LogShipperOptions } from "./log-shipper.ts"
import type { LogLine } from "./logger.ts"

function line(message: string): LogLine {
  return {
    level: "info",
    time: "2026-03-10T12:00:00.000Z",
    message,
    fields: {},
    local: false,
    inReport: false,
  }
}

function ship(options: Partial<LogShipperOptions> = {}) {
  const batches: string[][] = []
  const troubles: string[] = []
  const shipper = createLogShipper({
    everyMs: 60_000,
    onTrouble: (fields, message) => troubles.push(`${message} ${JSON.stringify(fields)}`),
    send: async (lines) => {
      batches.push(lines.map(({ message }) => message))
      return "taken"
    },
    ...options,
  })
  const offer = (from: number, to: number) => {
    for (let index = from; index < to; index++) shipper.offer(line(`m${index}`))
  }
  return { shipper, batches, troubles, offer }
}

describe("shipped log lines", () => {
  it("go out in their order when a batch is full, when its time has come, and at the end", async () => {
    const bySize = ship({ batch: 3 })
    bySize.offer(0, 7)
    await expect
      .poll(() => bySize.batches)
      .toEqual([
        ["m0", "m1", "m2"],
        ["m3", "m4", "m5"],
      ])
    await bySize.shipper.close(1_000)
    expect(bySize.batches).toEqual([["m0", "m1", "m2"], ["m3", "m4", "m5"], ["m6"]])

    const byTime = ship({ everyMs: 5 })
    byTime.offer(0, 2)
    await expect.poll(() => byTime.batches).toEqual([["m0", "m1"]])
    await byTime.shipper.close(1_000)
    expect(byTime.shipper.dropped()).toBe(0)
  })

  it("are kept until it is known where they go, and are no loss where that is never known", async () => {
    let known = false
    const batches: number[] = []
    const { shipper, offer } = ship({
      everyMs: 5,
      send: async (lines) => {
        if (!known) return "not yet"
        batches.push(lines.length)
        return "taken"
      },
    })
    offer(0, 3)
    known = true
    await expect.poll(() => batches).toEqual([3])
    await shipper.close(1_000)

    const never = ship({ send: async () => "not yet" })
    never.offer(0, 3)
    await never.shipper.close(1_000)
    expect(never.troubles).toEqual([])
  })

  it("never fill the memory: the oldest go, and how many is told in the log and to the place itself", async () => {
    let broken = true
    const batches: string[][] = []
    const counted: number[] = []
    const { shipper, troubles, offer } = ship({
      capacity: 10,
      batch: 5,
      everyMs: 1,
      longestWaitMs: 4,
      onDropped: (count) => counted.push(count),
      send: async (lines) => {
        if (broken) throw new Error("unplugged")
        batches.push(
          lines.map(({ message, fields }) => (fields.count ? `${message}: ${fields.count}` : message)),
        )
        return "taken"
      },
    })
    offer(0, 25)
    await expect.poll(() => troubles.length).toBeGreaterThan(0)
    expect(troubles).toEqual([
      'Log lines could not be shipped; they are kept for a while and tried again {"error":"unplugged","kept":5}',
    ])
    await expect.poll(() => shipper.dropped()).toBe(15)
    broken = false
    await expect.poll(() => batches.length).toBe(2)
    expect(batches).toEqual([
      ["Log lines before this one were dropped: 15", "m15", "m16", "m17", "m18", "m19"],
      ["m20", "m21", "m22", "m23", "m24"],
    ])
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(15)
    expect(troubles.at(-1)).toBe('Log lines were dropped while they could not be shipped {"count":15}')
    await shipper.close(1_000)
  })

  it("hold up the end of the process no longer than they may", async () => {
    const { shipper, troubles, offer } = ship({
      send: (_, signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    })
    offer(0, 4)
    await shipper.close(20)
    expect(troubles.at(-1)).toContain('{"reason":"the process ends","count":4}')
  })
})

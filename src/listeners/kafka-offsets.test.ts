import { describe, expect, it } from "vitest"
import { createOffsets, type ReadMessage } from "./kafka-offsets.ts"

function message(offset: number, { partition = 0, timestamp = 1_000 + offset } = {}): ReadMessage {
  return { topic: "t", partition, offset: BigInt(offset), timestamp: BigInt(timestamp) }
}

/** As `partition:offset`, in order. */
function committable(offsets: ReturnType<typeof createOffsets>): string[] {
  return offsets.committable().map(({ partition, offset }) => `${partition}:${offset}`)
}

describe("how far may be committed", () => {
  it("is past every message that asks for nothing", () => {
    const offsets = createOffsets()
    for (const at of [4, 5, 6]) offsets.accept(message(at))
    expect(committable(offsets)).toEqual(["0:7"])
  })

  it("is not past the message whose resync is under way, whatever comes after it", () => {
    const offsets = createOffsets()
    const request = message(5)
    offsets.accept(message(4))
    offsets.accept(request)
    offsets.open(request)
    offsets.accept(message(6))
    offsets.accept(message(9, { partition: 1 }))
    expect(committable(offsets)).toEqual(["0:5", "1:10"])
    offsets.close(request)
    expect(committable(offsets)).toEqual(["0:7", "1:10"])
  })

  it("moves on to the newer request, and the end of the older one changes nothing", () => {
    const offsets = createOffsets()
    const [older, newer] = [message(5), message(8)]
    for (const one of [older, newer]) {
      offsets.accept(one)
      offsets.open(one)
    }
    offsets.close(older)
    expect(committable(offsets)).toEqual(["0:8"])
    offsets.close(newer)
    expect(committable(offsets)).toEqual(["0:9"])
  })

  it("is told only once, and again where a commit was not reported as made", () => {
    const offsets = createOffsets()
    offsets.accept(message(1))
    expect(committable(offsets)).toEqual(["0:2"])
    offsets.committed(offsets.committable())
    expect(committable(offsets)).toEqual([])
  })
})

describe("which messages are new", () => {
  it("are not those that come again after a reconnect", () => {
    const offsets = createOffsets()
    for (const at of [1, 2, 3]) offsets.accept(message(at))
    expect([2, 3, 4].map((at) => offsets.accept(message(at)))).toEqual([false, false, true])
  })

  it("are those of a topic that was made anew, which counts from 0 again", () => {
    const offsets = createOffsets()
    offsets.accept(message(70))
    offsets.committed(offsets.committable())
    expect(offsets.accept(message(0, { timestamp: 9_000 }))).toBe(true)
    expect(committable(offsets)).toEqual(["0:1"])
  })
})

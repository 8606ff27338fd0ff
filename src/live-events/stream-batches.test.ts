import { describe, expect, it } from "vitest"
import type { NewEvent } from "./live-event.ts"
import { mostBatchBytes, type StreamMessage, streamBatches } from "./stream-batches.ts"

function eventOf(key: string, body: string): NewEvent {
  const headers = { "content-type": "application/json" }
  return {
    requestId: key,
    name: "issue",
    key,
    trusted: true,
    path: "/integration/webhook",
    headers,
    body,
    receivedAt: 1,
  }
}

const sizeOf = (batch: readonly StreamMessage[]) =>
  batch.reduce((sum, { key, value }) => sum + key.length + value.length, 0)

describe("batches for Kafka", () => {
  it("hold what a broker takes at once, all events in their order", () => {
    const events = Array.from({ length: 40 }, (_, at) => eventOf(`issue:${at}`, "x".repeat(100_000)))
    const { batches, tooLarge } = streamBatches(events)
    expect(tooLarge).toEqual([])
    expect(batches.flat().map(({ value }) => JSON.parse(value.toString()))).toEqual(events)
    expect(batches).toHaveLength(6)
    for (const batch of batches) expect(sizeOf(batch)).toBeLessThanOrEqual(mostBatchBytes)
  })

  it("are measured in bytes, and as they are written", () => {
    const { batches } = streamBatches([eventOf("a", "ü".repeat(250_000)), eventOf("b", '"'.repeat(250_000))])
    expect(batches.map((batch) => batch.length)).toEqual([1, 1])
  })

  it("leave out an event that is too large by itself, and no other with it", () => {
    const events = [
      eventOf("a", "small"),
      eventOf("b", "x".repeat(mostBatchBytes)),
      eventOf("c", "small too"),
    ]
    const { batches, tooLarge } = streamBatches(events)
    expect(tooLarge).toEqual([events[1]])
    expect(batches.map((batch) => batch.map(({ key }) => key.toString()))).toEqual([["a", "c"]])
  })

  it("are none for no events", () => expect(streamBatches([])).toEqual({ batches: [], tooLarge: [] }))
})

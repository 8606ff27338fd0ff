// How events become messages for Kafka: a broker takes about a megabyte at once, and nothing of what is more.
import type { NewEvent } from "./live-event.ts"

export interface StreamMessage {
  key: Buffer
  value: Buffer
}

export interface StreamBatches {
  /** Each to be sent by itself, in this order. */
  batches: StreamMessage[][]
  /** Events that are too large for a message. */
  tooLarge: NewEvent[]
}

/** Below the megabyte that a broker takes when nobody has set anything, with room for what frames a message. */
export const mostBatchBytes = 800_000

export function streamBatches(events: readonly NewEvent[]): StreamBatches {
  const batches: StreamMessage[][] = []
  const tooLarge: NewEvent[] = []
  let room = 0
  for (const event of events) {
    const message = { key: Buffer.from(event.key), value: Buffer.from(JSON.stringify(event)) }
    const size = message.key.length + message.value.length
    if (size > mostBatchBytes) {
      tooLarge.push(event)
      continue
    }
    if (size > room) {
      batches.push([])
      room = mostBatchBytes
    }
    batches.at(-1)?.push(message)
    room -= size
  }
  return { batches, tooLarge }
}

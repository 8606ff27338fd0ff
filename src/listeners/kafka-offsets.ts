// How far a topic may be committed: to what was read, but not past the message whose resync is under way.

export interface Position {
  topic: string
  partition: number
  /** The next message to be read. */
  offset: bigint
}

export interface ReadMessage extends Position {
  timestamp: bigint
}

export interface Offsets {
  /** Whether a message is new. After a reconnect those since the last commit come again, and are no new requests. */
  accept(message: ReadMessage): boolean
  /** Its resync begins; one that was open before is answered by it too. */
  open(message: ReadMessage): void
  /** Its resync is through. */
  close(message: ReadMessage): void
  /** Positions that are further than what was committed. */
  committable(): Position[]
  committed(positions: readonly Position[]): void
}

export function createOffsets(): Offsets {
  const next = new Map<string, ReadMessage>()
  const done = new Map<string, bigint>()
  let underWay: ReadMessage | undefined

  return {
    accept(message) {
      const key = keyOf(message)
      const known = next.get(key)
      // A topic that was made anew begins at 0 again, but later in time.
      const isRepeated = known && message.offset < known.offset && message.timestamp <= known.timestamp
      if (isRepeated) return false
      if (known && message.offset < known.offset) done.delete(key)
      const timestamp = known && known.timestamp > message.timestamp ? known.timestamp : message.timestamp
      next.set(key, { ...message, offset: message.offset + 1n, timestamp })
      return true
    },
    open(message) {
      underWay = message
    },
    close(message) {
      if (underWay === message) underWay = undefined
    },
    committable() {
      return [...next].flatMap(([key, { topic, partition, offset: read }]) => {
        const offset = underWay && keyOf(underWay) === key ? underWay.offset : read
        return offset > (done.get(key) ?? -1n) ? [{ topic, partition, offset }] : []
      })
    },
    committed(positions) {
      for (const position of positions) done.set(keyOf(position), position.offset)
    },
  }
}

function keyOf({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}:${partition}`
}

// Work that must not be done twice at a time, by whichever process of those that share a database.
import pLimit from "p-limit"
import type { Leader } from "./leader.ts"

export type Alone = <T>(work: () => Promise<T>) => Promise<T>

/** Whoever waits for longer is told so, rather than left waiting for a process that hangs. */
const longestWaitMs = 30_000

export function createAlone(leader: Pick<Leader, "hold">, name: string, purpose: string): Alone {
  // Within a process nobody need ask the database again and again.
  const inTurn = pLimit(1)
  return (work) =>
    inTurn(async () => {
      const hold = await leader.hold(name, purpose, AbortSignal.timeout(longestWaitMs))
      try {
        return await work()
      } finally {
        await hold.release()
      }
    })
}

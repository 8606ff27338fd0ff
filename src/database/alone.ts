// Work that must not be done twice at a time, by whichever process of those that share a database.
import pLimit from "p-limit"
import { AppError } from "../common/errors.ts"
import type { Leader } from "./leader.ts"

export type Alone = <T>(work: () => Promise<T>) => Promise<T>

/** Whoever waits for longer is told so, rather than left waiting for a process that hangs. */
const longestWaitMs = 30_000

/** Throws an `AppError` (`busy`) where others have been at it for too long; nothing was done then. */
export function createAlone(
  leader: Pick<Leader, "hold">,
  name: string,
  purpose: string,
  waitMs = longestWaitMs,
): Alone {
  // Within a process nobody need ask the database again and again.
  const inTurn = pLimit(1)
  return (work) =>
    inTurn(async () => {
      const over = AbortSignal.timeout(waitMs)
      const hold = await leader.hold(name, purpose, over).catch((cause: unknown) => {
        if (!over.aborted) throw cause
        throw new AppError(
          "busy",
          `another process has been at this (${purpose}) for ${waitMs / 1_000} seconds, so nothing was done`,
          { hint: "try again in a moment" },
        )
      })
      try {
        return await work()
      } finally {
        await hold.release()
      }
    })
}

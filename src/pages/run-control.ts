// How the pages start and stop runs: by the process's own scheduler, once it is there.
import type { RunOrder } from "../resync/run-order.ts"

export interface RunStarter {
  /** What the run under way is called. */
  current(): string | undefined
  /** False where that run is not under way here. */
  cancel(id: string): boolean
  /** A run under way is cancelled first. */
  start(order: RunOrder): void
}

export interface RunControl {
  /** Undefined where this process does not resync, or does not yet. */
  starter(): RunStarter | undefined
  /** When the timer starts the next one, in milliseconds since the epoch; undefined where none is set. */
  next(): number | undefined
  control(starter: RunStarter): void
  nextAt(at: number): void
}

export function createRunControl(): RunControl {
  let starter: RunStarter | undefined
  let next: number | undefined
  return {
    starter: () => starter,
    next: () => next,
    control(given) {
      starter = given
    },
    nextAt(at) {
      next = at
    },
  }
}

// Brings what may be committed to Kafka: one commit at a time, with a pause between, through whichever connection there is.
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import { kafkaErrorText } from "./kafka-client.ts"
import type { Offsets, Position } from "./kafka-offsets.ts"

/** The connection's part of it. */
export interface CommitTarget {
  owns(partition: number): boolean
  commit(positions: readonly Position[]): Promise<void>
}

export interface Committer {
  /** The connection to use from now on; undefined while there is none. */
  use(target: CommitTarget | undefined): void
  /** Commits soon, in the background. What fails is committed with the next. */
  flush(): void
  /** Commits now, and resolves when that is done or has failed. */
  finish(): Promise<void>
}

/** Keeps a busy topic from being answered message by message. */
const pauseMs = 1_000

export function createCommitter(deps: { offsets: Offsets; log: Logger; clock: Clock }): Committer {
  const { offsets, log, clock } = deps
  let target: CommitTarget | undefined
  let isWorking = false
  let isWanted = false

  async function commitNow(): Promise<void> {
    const to = target
    // The share of another member is committed by that member.
    const positions = to ? offsets.committable().filter(({ partition }) => to.owns(partition)) : []
    if (!to || positions.length === 0) return
    try {
      await to.commit(positions)
      offsets.committed(positions)
    } catch (error) {
      log.debug({ error: kafkaErrorText(error) }, "Kafka did not take a commit")
    }
  }

  async function work(): Promise<void> {
    isWorking = true
    while (isWanted) {
      isWanted = false
      await commitNow()
      await clock.sleep(pauseMs)
    }
    isWorking = false
  }

  return {
    use(next) {
      target = next
      if (next) this.flush()
    },
    flush() {
      isWanted = true
      if (!isWorking) void work()
    },
    finish: commitNow,
  }
}

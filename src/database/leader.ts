// One holder of a named lease: taken, renewed while its work goes on, given back; and noticed at once where it is lost.
import { errorText } from "../common/errors.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import { LeaseLost, type Leases } from "./leases.ts"

export interface Hold {
  name: string
  /** For `checkFence` in a transaction: what keeps a holder that was frozen from writing after another took over. */
  fence: number
  /** Fires when the lease is somebody else's, or may be: it could not be renewed in time. */
  lost: AbortSignal
  /**
   * Throws `LeaseLost` where the lease may have run out, as far as this process's clocks tell; asks nobody. A process that
   * was frozen learns it here before its timers do.
   */
  assertHeld(): void
  release(): Promise<void>
}

export interface HeldElsewhere {
  holder: string
  purpose: string
  leftMs: number
}

export interface Leader {
  /** Takes the lease, or says who has it. */
  tryHold(name: string, purpose: string): Promise<Hold | HeldElsewhere>
  /** Waits for as long as somebody else has it. Rejects with an AbortError when the signal fires first. */
  hold(name: string, purpose: string, signal: AbortSignal): Promise<Hold>
  /**
   * Does the work whenever the lease can be had, until the signal fires or the work ends by itself while it is held. The
   * work's own signal fires when the lease is lost.
   */
  whileHeld(
    lease: { name: string; purpose: string },
    work: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>
}

export interface LeaderDeps {
  leases: Leases
  /** Of this process. */
  holder: string
  ttlMs: number
  clock: Clock
  log: Logger
}

export function isHold(one: Hold | HeldElsewhere): one is Hold {
  return "fence" in one
}

export function createLeader(deps: LeaderDeps): Leader {
  const { leases, holder, ttlMs, clock, log } = deps
  const askEveryMs = Math.min(1_000, Math.max(50, ttlMs / 10))

  async function tryHold(name: string, purpose: string): Promise<Hold | HeldElsewhere> {
    const asked = now()
    const taken = await leases.take(name, { holder, purpose, ttlMs })
    return taken.taken ? keep(deps, { name, fence: taken.fence, heldFrom: asked }) : taken
  }

  async function hold(name: string, purpose: string, signal: AbortSignal): Promise<Hold> {
    for (;;) {
      signal.throwIfAborted()
      const one = await tryHold(name, purpose).catch((error: unknown) => {
        log.warn({ lease: name, error: errorText(error) }, "A lease could not be asked for; tried again")
        return undefined
      })
      if (one && isHold(one)) return one
      await clock.sleep(askEveryMs, signal)
    }
  }

  return {
    tryHold,
    hold,
    async whileHeld({ name, purpose }, work, signal) {
      while (!signal.aborted) {
        const held = await hold(name, purpose, signal).catch(() => undefined) // stopped: the loop ends
        if (!held) return
        try {
          await work(AbortSignal.any([signal, held.lost]))
        } finally {
          await released(held, log)
        }
        if (!held.lost.aborted) return
        log.warn({ lease: name }, "The lease was lost; asked for again")
      }
    },
  }
}

/** Gives the lease back; where that fails it is renewed no more, and ends by itself. */
export async function released(held: Hold, log: Logger): Promise<void> {
  try {
    await held.release()
  } catch (error) {
    log.warn({ lease: held.name, error: errorText(error) }, "A lease was not given back; it ends by itself")
  }
}

/** Both clocks: one stands still while a machine sleeps, the other may be set back. */
interface Moment {
  wall: number
  steady: number
}

function now(): Moment {
  return { wall: Date.now(), steady: performance.now() }
}

function since({ wall, steady }: Moment): number {
  return Math.max(Date.now() - wall, performance.now() - steady)
}

function keep(
  { leases, ttlMs, clock, log }: LeaderDeps,
  { name, fence, heldFrom }: { name: string; fence: number; heldFrom: Moment },
): Hold {
  const over = new AbortController()
  const lost = new AbortController()
  let sureFrom = heldFrom
  const mayHaveRunOut = () => lost.signal.aborted || since(sureFrom) >= ttlMs
  const lose = () => {
    over.abort()
    lost.abort(new LeaseLost(name))
  }

  async function renew(): Promise<void> {
    const asked = now()
    try {
      // A database that hangs must not keep the end of the lease from being noticed.
      const answer = leases.renew(name, { fence, ttlMs })
      const left = clock.sleep(Math.max(0, ttlMs - since(sureFrom)), over.signal).then(() => "late" as const)
      const renewed = await Promise.race([answer, left])
      if (renewed === true) sureFrom = asked
      else if (renewed === false) lose()
    } catch (error) {
      if (over.signal.aborted) return
      log.warn({ lease: name, error: errorText(error) }, "A lease could not be renewed; tried again")
    }
  }

  async function renewing(): Promise<void> {
    while (!over.signal.aborted) {
      await clock.sleep(ttlMs / 3, over.signal).catch(() => undefined) // the end of the work is no error
      if (over.signal.aborted) return
      await renew()
      if (!over.signal.aborted && mayHaveRunOut()) lose()
    }
  }

  void renewing()
  return {
    name,
    fence,
    lost: lost.signal,
    assertHeld() {
      if (mayHaveRunOut()) {
        lose()
        throw new LeaseLost(name)
      }
    },
    async release() {
      over.abort()
      await leases.release(name, fence)
    },
  }
}

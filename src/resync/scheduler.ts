// One run at a time: a newer trigger replaces the running one, a timer's waits for it.
import { randomUUID } from "node:crypto"
import type { Logger } from "../common/logger.ts"
import type { RunOrder } from "./run-order.ts"
import type { RunRecord, Trigger } from "./run-record.ts"

export interface Scheduler {
  /**
   * Asks for a run. While one is under way, one of a timer is dropped (that run will do), any other cancels
   * it, waits for its end, and runs. Resolves with the record of the run, or undefined when it was dropped.
   */
  request(trigger: Trigger, order?: Partial<RunOrder>): Promise<RunRecord | undefined>
  /** The run under way, as it stands. */
  isRunning(): boolean
  /** What the run under way is called. */
  current(): string | undefined
  /** Cancels the run of that name; false where it is not under way. */
  cancel(id: string): boolean
  /** The record of the last run that ended. */
  last(): RunRecord | undefined
  /** Cancels the run under way and waits for its end; no run starts afterwards. */
  stop(): Promise<void>
}

export function createScheduler(deps: {
  run(trigger: Trigger, signal: AbortSignal, order: RunOrder): Promise<RunRecord>
  log: Logger
}): Scheduler {
  let current: { id: string; cancel: AbortController; done: Promise<RunRecord> } | undefined
  let last: RunRecord | undefined
  let waiting = 0
  let stopped = false

  async function request(trigger: Trigger, asked: Partial<RunOrder> = {}): Promise<RunRecord | undefined> {
    if (stopped || (current && (trigger === "schedule" || trigger === "incremental"))) return undefined
    const turn = ++waiting
    while (current) {
      deps.log.info({ trigger }, "A newer request replaces the running resync")
      current.cancel.abort()
      await current.done.catch(() => undefined) // told to whoever asked for that run
    }
    if (stopped || turn !== waiting) return undefined // an even newer request runs instead
    const cancel = new AbortController()
    const order = { id: randomUUID(), ...asked }
    const done = deps.run(trigger, cancel.signal, order)
    current = { id: order.id, cancel, done }
    last = await done.finally(() => {
      current = undefined
    })
    return last
  }

  return {
    request,
    isRunning: () => current !== undefined,
    current: () => current?.id,
    cancel(id) {
      if (current?.id !== id) return false
      current.cancel.abort()
      return true
    },
    last: () => last,
    async stop() {
      stopped = true
      current?.cancel.abort()
      await current?.done.catch(() => undefined)
    },
  }
}

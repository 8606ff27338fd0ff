// One run at a time: a newer trigger replaces the running one, a timer's waits for it.
import { randomUUID } from "node:crypto"
import type { Logger } from "../common/logger.ts"
import type { RunOrder } from "./run-order.ts"
import type { RunRecord, Trigger } from "./run-record.ts"

export interface Scheduler {
  /**
   * Asks for a run. While one is under way, a timer's is dropped where that run will do for it, and waits for its end
   * where it reads less than all; any other cancels it, waits for its end, and runs. Resolves with the record of the run,
   * or undefined when it was dropped or a newer request runs instead.
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
  let current: { id: string; isWhole: boolean; cancel: AbortController; done: Promise<RunRecord> } | undefined
  let last: RunRecord | undefined
  let asked = 0
  let replacing = 0
  /** A timer's run that waits for one that reads less than all; told false when it is not needed any more. */
  let due: PromiseWithResolvers<boolean> | undefined
  let stopped = false

  async function request(trigger: Trigger, order: Partial<RunOrder> = {}): Promise<RunRecord | undefined> {
    if (stopped || (current && trigger === "incremental")) return undefined
    if (trigger === "schedule" && (due || current?.isWhole)) return undefined
    return trigger === "schedule" ? await afterPartial(order) : await replaceCurrent(trigger, order)
  }

  async function replaceCurrent(trigger: Trigger, order: Partial<RunOrder>): Promise<RunRecord | undefined> {
    const turn = ++asked
    replacing++
    while (current) {
      deps.log.info({ trigger }, "A newer request replaces the running resync")
      current.cancel.abort()
      await current.done.catch(() => undefined) // told to whoever asked for that run
    }
    replacing--
    if (stopped || turn !== asked) return undefined // an even newer request runs instead
    return await start(trigger, order)
  }

  async function afterPartial(order: Partial<RunOrder>): Promise<RunRecord | undefined> {
    while (current) {
      if (current.isWhole) return undefined
      due = Promise.withResolvers()
      if (!(await due.promise)) return undefined
    }
    return await start("schedule", order)
  }

  async function start(trigger: Trigger, asked: Partial<RunOrder>): Promise<RunRecord> {
    const isWhole = trigger !== "incremental" && asked.scope === undefined
    if (isWhole) settleDue(false)
    const cancel = new AbortController()
    const order = { id: randomUUID(), ...asked }
    const done = deps.run(trigger, cancel.signal, order)
    current = { id: order.id, isWhole, cancel, done }
    last = await done.finally(() => {
      current = undefined
      if (replacing === 0) settleDue(true)
    })
    return last
  }

  function settleDue(isFree: boolean): void {
    due?.resolve(isFree)
    due = undefined
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
      settleDue(false)
      current?.cancel.abort()
      await current?.done.catch(() => undefined)
    },
  }
}

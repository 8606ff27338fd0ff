// Fields that belong to every line logged during some work, also by parts that serve others too (an HTTP client logs
// the requests of a run without knowing the run). Carried by the asynchronous context, which is made for this.
import { AsyncLocalStorage } from "node:async_hooks"

export type LogFields = Readonly<Record<string, unknown>>

const storage = new AsyncLocalStorage<LogFields>()

/** All that is logged during `work` carries the fields; those of works around it stay, the inner one's win. */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...fields }, work)
}

/** The call as if it were made here and now: for what is told later, by whoever comes along. */
export function withLogFieldsOfNow<A extends unknown[]>(call: (...given: A) => void): (...given: A) => void {
  const fields = storage.getStore() ?? {}
  return (...given) => storage.run(fields, () => call(...given))
}

/** A copy: whoever gets it may change it. */
export function currentLogFields(): Record<string, unknown> {
  return { ...storage.getStore() }
}

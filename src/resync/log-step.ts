// A step of a run as a log line: a resync tells its few, the many small runs of live events only where one looks closely.
import type { Run } from "./run.ts"

export function logStep(run: Pick<Run, "log" | "record">, fields: object, message: string): void {
  if (run.record.trigger === "live") run.log.debug(fields, message)
  else run.log.info(fields, message)
}

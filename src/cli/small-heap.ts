// The heap kept near what is in use. A run holds some 40 MB at any moment, however large the organization; left alone,
// V8 lets garbage gather to six times that before it looks, which is memory that a small container does not have.
import { setFlagsFromString } from "node:v8"

/**
 * For this process and the threads it starts from now on. Old objects are looked through again when there are so many per
 * cent more of them than were found alive. A resync is a quarter cheaper at 100 than at 50, for 15 MB; left alone it is at 400.
 */
export function keepHeapSmall(growthPercent: number): void {
  // New objects get no more room than they have: it would grow from 1 to 64 MB, twice, as pages outlive collections.
  setFlagsFromString("--semi-space-growth-factor=1")
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`)
}

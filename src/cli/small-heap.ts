// The heap kept near what is in use. A run holds some 40 MB at any moment, however large the organization, beside the names of what
// it made; left alone, V8 lets garbage gather to six times that before it looks, which is memory that a small container does not have.
import { getHeapStatistics, setFlagsFromString } from "node:v8"

/** What a large heap may have of garbage, in bytes. */
const mostGarbage = 90e6
const leastGrowthPercent = 20
const lookMs = 1_000

/**
 * For this process and the threads it starts from now on. Old objects are looked through again when there are so many per
 * cent more of them than were found alive, fewer in a large heap. A resync is a quarter cheaper at 100 than at 50, for 15 MB; left
 * alone it is at 400.
 */
export function keepHeapSmall(growthPercent: number): void {
  // New objects get no more room than they have: it would grow from 1 to 64 MB, twice, as pages outlive collections.
  setFlagsFromString("--semi-space-growth-factor=1")
  let set: number | undefined
  const adjust = () => {
    const percent = growthAt(getHeapStatistics().used_heap_size, growthPercent)
    if (percent !== set) setFlagsFromString(`--heap-growing-percent=${percent}`)
    set = percent
  }
  adjust()
  setInterval(adjust, lookMs).unref()
}

/** Per cent, of a heap with so many bytes in use. */
export function growthAt(used: number, most: number): number {
  return Math.max(leastGrowthPercent, Math.min(most, Math.round((mostGarbage / used) * 100)))
}

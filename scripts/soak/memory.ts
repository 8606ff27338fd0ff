// The memory of a process over time, and whether it grows.
import { readFileSync } from "node:fs"

export interface MemoryTrend {
  /** Megabytes: medians of the thirds of what was watched. */
  thirds: readonly [number, number, number]
  samples: number
}

/** Megabytes of a process, with its share of what it shares with others; undefined where the system does not tell. */
export function memoryOf(pid: number): number | undefined {
  try {
    const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? []
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024
  } catch {
    return undefined // no such file: the process has ended, or this is not Linux
  }
}

export function trendOf(samples: readonly number[]): MemoryTrend {
  const third = Math.floor(samples.length / 3)
  const median = (from: number, to: number) => {
    const sorted = samples.slice(from, to).sort((left, right) => left - right)
    return sorted[Math.floor(sorted.length / 2)] ?? 0
  }
  return {
    thirds: [median(0, third), median(third, 2 * third), median(2 * third, samples.length)],
    samples: samples.length,
  }
}

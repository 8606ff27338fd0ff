// What the process used while a kind was read: CPU, memory, delays of its event loop, bytes received.
import { monitorEventLoopDelay } from "node:perf_hooks"

export interface Usage {
  cpu_max_percent: number
  cpu_median_percent: number
  cpu_avg_percent: number
  memory_max_bytes: number
  memory_median_bytes: number
  memory_avg_bytes: number
  event_loop_latency_max_ms: number
  event_loop_latency_median_ms: number
  event_loop_latency_avg_ms: number
  response_size_total_bytes: number
  response_size_avg_bytes: number
  response_size_median_bytes: number
}

export interface UsageMeter {
  /** An answer of so many bytes came. */
  noteAnswer(bytes: number): void
  /** Ends the measuring. */
  stop(): Usage
}

const sampleMs = 1_000
/** Of the newest values of each sort; more would only move a median that nobody reads so closely. */
const mostKept = 2_000

export function startUsageMeter(): UsageMeter {
  const cpu: number[] = []
  const memory: number[] = []
  const answers: number[] = []
  let bytes = 0
  let count = 0
  let before = { cpu: process.cpuUsage(), at: performance.now() }
  const delays = monitorEventLoopDelay({ resolution: 20 })
  delays.enable()

  function sample(): void {
    const now = { cpu: process.cpuUsage(), at: performance.now() }
    const usedMs = (now.cpu.user + now.cpu.system - before.cpu.user - before.cpu.system) / 1_000
    keep(cpu, (usedMs / Math.max(now.at - before.at, 1)) * 100)
    keep(memory, process.memoryUsage.rss())
    before = now
  }

  const timer = setInterval(sample, sampleMs).unref()
  return {
    noteAnswer(size) {
      bytes += size
      count++
      keep(answers, size)
    },
    stop() {
      clearInterval(timer)
      sample()
      delays.disable()
      return {
        cpu_max_percent: Math.max(...cpu),
        cpu_median_percent: median(cpu),
        cpu_avg_percent: mean(cpu),
        memory_max_bytes: Math.max(...memory),
        memory_median_bytes: median(memory),
        memory_avg_bytes: mean(memory),
        event_loop_latency_max_ms: milliseconds(delays.max),
        event_loop_latency_median_ms: milliseconds(delays.percentile(50)),
        event_loop_latency_avg_ms: milliseconds(delays.mean),
        response_size_total_bytes: bytes,
        response_size_avg_bytes: count === 0 ? 0 : bytes / count,
        response_size_median_bytes: median(answers),
      }
    },
  }
}

function keep(values: number[], value: number): void {
  values.push(value)
  if (values.length > mostKept) values.shift()
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** The histogram knows nanoseconds, and nothing sensible before its first tick. */
function milliseconds(nanoseconds: number): number {
  const ms = nanoseconds / 1e6
  return Number.isFinite(ms) && ms < 86_400_000 ? ms : 0
}

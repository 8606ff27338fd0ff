// One run of the product, measured: its CPU and memory by its own process alone, its requests by the proxies.
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { CountingProxy, Counts } from "./counting-proxy.ts"
import type { LimitFigures } from "./limit-meter.ts"
import { pssOf } from "./process-usage.ts"
import { type RunningProgram, spawnProgram } from "./program.ts"

export interface Measured {
  sentry: Counts
  port: Counts
  /** All threads of the product's process, user and system. */
  cpuSeconds: number
  wallSeconds: number
  /** Proportional set size, sampled; 0 where the system does not tell. */
  peakPssMegabytes: number
  /** The high-water mark of resident memory, as the system keeps it. */
  peakRssMegabytes: number
  /** Where Sentry was limited. */
  limits?: LimitFigures
  /** What the program printed. */
  output: string
}

export interface MeasureOptions {
  cwd: string
  env: Readonly<Record<string, string>>
  sentry: CountingProxy
  port: CountingProxy
  /** Options of Node for the measured process, such as `--cpu-prof`. */
  nodeOptions: readonly string[]
}

const sampleEveryMs = 100
const usageReporter = new URL("./report-usage.js", import.meta.url).href

/** Throws when the run does not end as a success: figures of a failed run mean nothing. */
export async function measureRun(options: MeasureOptions): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-bench-"))
  const usageFile = join(folder, "usage.json")
  options.sentry.take()
  options.port.take()
  const started = performance.now()
  const program = spawnProgram(["run", "--once"], {
    cwd: options.cwd,
    env: { ...options.env, BENCH_USAGE_FILE: usageFile },
    nodeOptions: [...options.nodeOptions, "--import", usageReporter],
  })
  const memory = sampleMemory(program)
  const end = await program.exit
  const wallSeconds = (performance.now() - started) / 1_000
  const output = `${program.stdout()}${program.stderr()}`
  if (end.code !== 0) throw new Error(`the run ended with ${end.code ?? end.signal}:\n${output}`)
  const usage = readUsage(usageFile)
  rmSync(folder, { recursive: true })
  return {
    sentry: options.sentry.take(),
    port: options.port.take(),
    cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1_000_000,
    wallSeconds,
    peakPssMegabytes: memory.peak() / 1_024,
    peakRssMegabytes: usage.maxRSS / 1_024,
    output,
  }
}

function readUsage(file: string): NodeJS.ResourceUsage {
  return JSON.parse(readFileSync(file, "utf8")) as NodeJS.ResourceUsage // written by report-usage.js
}

/** Kilobytes, until the program ends. */
function sampleMemory(program: RunningProgram): { peak(): number } {
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, pssOf(program.pid))
  }, sampleEveryMs)
  void program.exit.finally(() => clearInterval(timer))
  return { peak: () => peak }
}

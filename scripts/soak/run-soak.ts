// The program in a process of its own, for a long time, in bad weather: a Sentry that changes all along, mappings that
// follow each other, faults on both sides, a restart in the middle of a run. At the end the catalog must be what a fresh
// resync makes of an empty one.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { spawnProgram } from "../../bench/program.ts"
import type { JsonObject } from "../../src/common/json.ts"
import { generateOrganization } from "../../src/simulator/generate.ts"
import { createRandom } from "../../src/simulator/random.ts"
import { startSimulator } from "../../src/simulator/serve.ts"
import type { RunningCatalog } from "../../test/support/catalog.ts"
import { peerVariables } from "../../test/support/peer-variables.ts"
import { startPortProxy } from "../../test/support/port-proxy.ts"
import { changeOrganization } from "./change-organization.ts"
import { createDisturbances } from "./disturbances.ts"
import { mappingOfGeneration, plainMapping } from "./mappings.ts"
import { type MemoryTrend, memoryOf, trendOf } from "./memory.ts"
import {
  askForResync,
  contentOf,
  differences,
  identifier,
  preparedCatalog,
  setMapping,
} from "./soak-catalog.ts"
import { isTold } from "./told.ts"
import { type RunWatch, type Tally, watchRuns } from "./watch-runs.ts"
import { expectEnd, within } from "./within.ts"

export interface SoakOptions {
  seconds: number
  mappingEverySeconds: number
  /** Beside the mapping's changes, which ask for a resync too; not while one runs. */
  resyncEverySeconds: number
  seed: number
  /** By so many megabytes the last third may lie above the middle one. */
  growthMegabytes: number
  tell(line: string): void
}

export interface SoakReport extends Omit<Tally, "unnoticed"> {
  /** What was wrong, a sentence each. */
  violations: string[]
  mappings: number
  changes: number
  episodes: number
  entities: number
  memory: MemoryTrend
}

export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  await using parts = new AsyncDisposableStack()
  const random = createRandom(options.seed)
  const organization = generateOrganization({
    seed: options.seed,
    slug: "acme",
    projects: 8,
    issuesPerProject: 40,
    members: 12,
    teams: 4,
  })
  const simulator = parts.adopt(
    await startSimulator({ organization, faultSeed: options.seed, latencyMs: 10 }),
    (one) => one.close(),
  )
  const catalog = parts.adopt(await preparedCatalog(plainMapping(0)), (one) => one.close())
  const port = parts.adopt(await startPortProxy(catalog.url), (one) => one.close())
  const folder = parts.adopt(mkdtempSync(join(tmpdir(), "ocean-sentry-soak-")), (path) =>
    rmSync(path, { recursive: true, force: true }),
  )
  const watch = watchRuns()
  const weather = createDisturbances(simulator.faults, random)
  watchSentry(simulator, watch)
  const gate = openGate()
  port.intercept = async (sent) => {
    port.sent.length = 0 // hours of requests would fill the memory of the one who watches
    if (/\/search$|\/entities\/bulk$/.test(sent.path)) await gate.passed()
    const fault = weather.portFault(sent)
    watch.port(sent, fault !== undefined)
    return fault
  }
  const env = environmentFor({ simulator, catalog, port })
  const start = () => parts.adopt(spawnProgram([], { cwd: folder, env }), (one) => one.kill("SIGKILL"))

  // A refusal in the middle of a start ends the program, as it should; this is about what comes after.
  let isSheltered = false
  const counts = { mappings: 0, changes: 0, episodes: 0 }
  let memory: number[] = []
  let program = start()
  await within(watch.next("completed"), program, "the first run")

  const every = (seconds: number, work: () => unknown) =>
    parts.adopt(setInterval(work, seconds * 1_000), clearInterval)
  const timers = [
    every(0.25, () => changeOrganization(organization, random, ++counts.changes)),
    every(1, () => memory.push(memoryOf(program.pid) ?? Number.NaN)),
    every(1.5, () => {
      if (isSheltered) return
      counts.episodes++
      weather.next()
    }),
    every(options.mappingEverySeconds, () => setMapping(catalog, mappingOfGeneration(++counts.mappings))),
    // A changed mapping is reason enough to give up a run; this only keeps the program from idling.
    every(options.resyncEverySeconds, () => (watch.isRunning() ? undefined : askForResync(catalog))),
    every(30, () => options.tell(progressLine(watch.tally, counts, memory))),
  ]
  await wait(options.seconds * 250)
  await stopInTheMiddle()
  let output = `${program.stdout()}${program.stderr()}`
  program = start()
  memory = []
  await within(watch.next("running"), program, "the run after the restart")
  isSheltered = false
  await wait(options.seconds * 750)

  for (const timer of timers) clearInterval(timer)
  weather.calm()
  await wait(3_000) // what was asked for before has begun, so that the next run has the last mapping
  const last = watch.next("running")
  await setMapping(catalog, plainMapping(++counts.mappings))
  await within(last, program, "the last run")
  await within(watch.next("completed"), program, "the end of the last run")
  program.kill("SIGTERM")
  await expectEnd(program, 0)
  output += `${program.stdout()}${program.stderr()}`

  const { unnoticed, ...tally } = watch.tally
  const violations = unnoticed
    .filter((call) => !isTold(call, output))
    .map((call) => `a run was "completed" although this failed: ${call}`)
  tally.reported += unnoticed.length - violations.length
  const trend = trendOf(memory.filter((sample) => !Number.isNaN(sample)))
  const [, middle, end] = trend.thirds
  if (end - middle > options.growthMegabytes) {
    violations.push(
      `memory grows: ${middle.toFixed(1)} MB in the middle third, ${end.toFixed(1)} MB in the last`,
    )
  }
  if (/^\s+at .*:\d+:\d+\)?$/m.test(output)) violations.push("a stack trace was printed")
  const held = await contentOf(catalog)
  violations.push(...differences(held, await freshContent(simulator, plainMapping(counts.mappings))))
  return { ...tally, violations, ...counts, entities: held.size, memory: trend }

  /** SIGTERM while a run waits for an answer: it must be reported as aborted, and the process end cleanly. */
  async function stopInTheMiddle(): Promise<void> {
    isSheltered = true
    weather.calm()
    gate.close()
    const running = watch.next("running")
    await askForResync(catalog)
    await within(running, program, "a run to stop in the middle of")
    await within(gate.someoneWaits(), program, "a run that has come far enough")
    const aborted = watch.next("aborted")
    program.kill("SIGTERM")
    await within(aborted, undefined, "the report of the run that SIGTERM stopped")
    gate.open()
    await expectEnd(program, 0)
  }
}

type Peers = {
  simulator: { url: string; token: string; slug: string }
  catalog: Pick<RunningCatalog, "clientId" | "clientSecret">
  port: { url: string }
}

function environmentFor({ simulator, catalog, port }: Peers): Record<string, string> {
  return {
    ...peerVariables({ port, catalog, sentry: simulator }),
    OCEAN__INTEGRATION__IDENTIFIER: identifier,
    OCEAN__EVENT_LISTENER: '{"type":"POLLING","interval":1}',
    OCEAN__DATABASE__URL: "state.db",
    OCEAN__SERVER__PORT: "0",
    OCEAN__CLIENT_TIMEOUT: "3",
    // A fresh catalog knows no issue that has left the list, so neither may the other.
    OCEAN__KEEP_RESOLVED_FOR: "0",
  }
}

/** Every request to Sentry passes the faults; what they say of it is noted on the way. */
function watchSentry(
  { faults }: { faults: { strike(method: string, path: string): unknown } },
  watch: RunWatch,
): void {
  const strike = faults.strike
  faults.strike = (method, pathAndQuery) => {
    const action = strike(method, pathAndQuery)
    const struck =
      action !== undefined && !(typeof action === "object" && action !== null && "delayMs" in action)
    watch.sentry(method, pathAndQuery, struck)
    return action
  }
}

/** Holds back whoever comes while it is closed. */
function openGate() {
  let closed: { passed: Promise<void>; open(): void; reached: Promise<void>; reach(): void } | undefined
  return {
    close() {
      const { promise: passed, resolve: open } = Promise.withResolvers<void>()
      const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
      closed = { passed, open, reached, reach }
    },
    open() {
      closed?.open()
      closed = undefined
    },
    async passed() {
      closed?.reach()
      await closed?.passed
    },
    someoneWaits: async () => await closed?.reached,
  }
}

/** What one run makes of an empty catalog, with no memory of anything before. */
async function freshContent(
  simulator: Peers["simulator"],
  mapping: JsonObject,
): Promise<Map<string, unknown>> {
  const catalog = await preparedCatalog(mapping)
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-soak-"))
  try {
    const env = environmentFor({ simulator, catalog, port: catalog })
    await expectEnd(spawnProgram(["--once"], { cwd: folder, env }), 0)
    return await contentOf(catalog)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await catalog.close()
  }
}

function progressLine(
  { runs, struck }: Tally,
  counts: { changes: number; mappings: number },
  memory: number[],
): string {
  const ends = Object.entries(runs).map(([state, count]) => `${count} ${state}`)
  return `${ends.join(", ")}; ${struck} requests struck, ${counts.mappings} mappings, ${counts.changes} changes, ${memory.at(-1)?.toFixed(0)} MB`
}

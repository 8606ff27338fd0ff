// How live events get on with more processes. One process takes the webhooks (role api), one, two and four work on them
// (role live), all on one PostgreSQL; Sentry answers after 100 ms, as sentry.io does.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { startPostgres } from "../scripts/test-postgres.ts"
import { startCountingProxy, type Written } from "./counting-proxy.ts"
import { arrivalsOf, missingOf } from "./live/arrivals.ts"
import { freePort } from "./live/free-port.ts"
import { startSentryProcess } from "./live/sentry.ts"
import { projectAndIssue } from "./mappings.ts"
import { dropInEnvironment, startCatalog, stop, token, writeResources } from "./parts.ts"
import { cpuMsOf } from "./process-usage.ts"
import { type RunningProgram, spawnProgram } from "./program.ts"

const secret = "bench-webhook-secret"
const size = { projects: 20, issuesPerProject: 100, latencyMs: 100 }
const pace = { events: 2_000, perSecond: undefined, issues: 2_000 }
const givenUpAfterMs = 300_000

interface Measured {
  workers: number
  perSecond: number
  cpuMsPerEvent: number
  /** Whose share of the work each worker had, by its CPU. */
  shares: number[]
}

export async function measureEvents(): Promise<void> {
  for (const workers of [1, 2, 4]) {
    const { perSecond, cpuMsPerEvent, shares } = await measure(workers)
    const told = shares.map((share) => `${Math.round(share * 100)} %`).join(", ")
    process.stdout.write(
      `${workers} workers: ${perSecond.toFixed(0)} events/s into the catalog, ${cpuMsPerEvent.toFixed(1)} ms CPU each (all processes), shares ${told}\n`,
    )
  }
}

async function measure(workers: number): Promise<Measured> {
  await using parts = new AsyncDisposableStack()
  const postgres = parts.adopt(await startPostgres(), (server) => server.stop())
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-bench-"))
  parts.defer(() => rmSync(folder, { recursive: true }))
  const port = await freePort()
  const webhook = { url: `http://127.0.0.1:${port}/integration/webhook`, secret }
  const sentry = await startSentryProcess({ ...size, token, webhook })
  parts.defer(() => sentry.stop())
  const catalog = await startCatalog(folder)
  parts.defer(() => stop(catalog.program))
  const written: Written[] = []
  const portProxy = parts.adopt(
    await startCountingProxy(catalog.url, { onWritten: (entities) => written.push(...entities) }),
    (proxy) => proxy.close(),
  )
  writeResources(folder, projectAndIssue())
  const env = {
    ...dropInEnvironment({
      catalog,
      portUrl: portProxy.url,
      sentryUrl: sentry.url,
      organization: sentry.organization,
    }),
    OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET: secret,
    OCEAN__DATABASE__URL: postgres.url,
    OCEAN__SERVER__PORT: "0",
  }
  const once = spawnProgram(["run", "--once"], { cwd: folder, env })
  if ((await once.exit).code !== 0)
    throw new Error(`the first resync failed:\n${once.stdout()}${once.stderr()}`)

  const start = (role: string, more: Record<string, string> = {}) => {
    const product = spawnProgram(["run", "--role", role], { cwd: folder, env: { ...env, ...more } })
    parts.defer(() => stop(product))
    return product
  }
  const receiver = start("api", { OCEAN__SERVER__PORT: String(port) })
  const live = Array.from({ length: workers }, () => start("live"))
  await Promise.all([receiver, ...live].map((product) => product.waitFor("at http://")))
  await sleep(3_000) // until they have caught up with what happened before

  written.length = 0
  const before = [receiver, ...live].map(({ pid }) => cpuMsOf(pid))
  const { changed } = await sentry.change(pace)
  await untilDone(() => missingOf(changed, written).length === 0, live)
  const used = [receiver, ...live].map(({ pid }, at) => cpuMsOf(pid) - (before[at] ?? 0))
  const arrivals = arrivalsOf(changed, written)
  const seconds = (Math.max(...arrivals.map(({ at }) => at)) - (changed[0]?.at ?? 0)) / 1_000
  const [, ...ofWorkers] = used
  const sum = ofWorkers.reduce((all, one) => all + one, 0)
  return {
    workers,
    perSecond: pace.events / seconds,
    cpuMsPerEvent: used.reduce((all, one) => all + one, 0) / pace.events,
    shares: ofWorkers.map((one) => one / sum),
  }
}

async function untilDone(isDone: () => boolean, programs: readonly RunningProgram[]): Promise<void> {
  for (const end = performance.now() + givenUpAfterMs; !isDone(); await sleep(50)) {
    if (performance.now() < end) continue
    throw new Error(`the events did not arrive:\n${programs.map((one) => one.stdout()).join("\n")}`)
  }
}

// One scenario of live events: Sentry and the catalog in processes of their own, the product receiving between them.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { type CountingProxy, startCountingProxy, type Written } from "../counting-proxy.ts"
import { projectAndIssue } from "../mappings.ts"
import { dropInEnvironment, startCatalog, stop, token, writeResources } from "../parts.ts"
import { cpuMsOf, pssOf } from "../process-usage.ts"
import { spawnProgram } from "../program.ts"
import { arrivalsOf, missingOf } from "./arrivals.ts"
import { freePort } from "./free-port.ts"
import type { LiveScenario } from "./scenarios.ts"
import { startSentryProcess } from "./sentry.ts"
import type { Acknowledged } from "./sentry-orders.ts"
import { watchDisk } from "./watch-disk.ts"

export interface LiveMeasured {
  events: number
  acknowledged: Acknowledged[]
  /** What the disk took meanwhile for writes of the bench's own, as small as an event: an acknowledgement waits for one. */
  diskMs: number[]
  /** For each issue that changed: from its last change to its entity in the catalog. */
  toEntityMs: number[]
  /** Issues whose entities do not show their last change, long after. */
  missing: string[]
  /** From the first change until the last entity is in the catalog. */
  wallSeconds: number
  sentryRequests: number
  portRequests: number
  cpuMs: number
  /** When all is done. */
  pssMegabytes: number
}

const secret = "bench-webhook-secret"
/** Nobody asks anybody anything for so long: what was to do is done. */
const quietMs = 2_000
const givenUpAfterMs = 120_000

export async function runLive(scenario: LiveScenario, nodeOptions: readonly string[]): Promise<LiveMeasured> {
  await using parts = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-bench-"))
  parts.defer(() => rmSync(folder, { recursive: true }))
  const port = await freePort()
  const { projects, issuesPerProject, latencyMs, pace } = scenario
  const webhook = { url: `http://127.0.0.1:${port}/integration/webhook`, secret }
  const sentry = await startSentryProcess({ projects, issuesPerProject, token, latencyMs, webhook })
  parts.defer(() => sentry.stop())
  const catalog = await startCatalog(folder)
  parts.defer(() => stop(catalog.program))
  let written: Written[] = []
  const sentryProxy = parts.adopt(await startCountingProxy(sentry.url), (proxy) => proxy.close())
  const portProxy = parts.adopt(
    await startCountingProxy(catalog.url, { onWritten: (entities) => written.push(...entities) }),
    (proxy) => proxy.close(),
  )
  writeResources(folder, projectAndIssue())

  const product = spawnProgram(["run"], {
    cwd: folder,
    env: {
      ...dropInEnvironment({
        catalog,
        portUrl: portProxy.url,
        sentryUrl: sentryProxy.url,
        organization: sentry.organization,
      }),
      OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET: secret,
      OCEAN__EVENT_LISTENER: '{"type":"POLLING"}',
      OCEAN__SERVER__PORT: String(port),
      OCEAN__DATABASE__URL: join(folder, "state.db"),
    },
    nodeOptions,
  })
  parts.defer(() => stop(product))
  // The first resync: all issues are in the catalog, as they are before they change.
  const first = await untilQuiet(
    [sentryProxy, portProxy],
    () => written.length >= projects * issuesPerProject,
  )
  if (!first.done) throw new Error(`the first resync did not end:\n${product.stdout()}${product.stderr()}`)

  written = []
  const cpuBefore = cpuMsOf(product.pid)
  const disk = watchDisk(folder)
  const { changed, acknowledged } = await sentry.change(pace)
  const diskMs = await disk.end()
  const after = await untilQuiet([sentryProxy, portProxy], () => missingOf(changed, written).length === 0)
  const cpuMs = cpuMsOf(product.pid) - cpuBefore
  const arrivals = arrivalsOf(changed, written)
  const [sentryRequests = 0, portRequests = 0] = after.requests
  return {
    events: pace.events,
    acknowledged,
    diskMs,
    toEntityMs: arrivals.map(({ ms }) => ms),
    missing: missingOf(changed, written),
    wallSeconds: (Math.max(...arrivals.map(({ at }) => at)) - (changed[0]?.at ?? 0)) / 1_000,
    sentryRequests,
    portRequests,
    cpuMs,
    pssMegabytes: pssOf(product.pid) / 1_024,
  }
}

/** Resolves when it is done and nothing more was asked for a while; with the requests until then, by proxy. */
async function untilQuiet(
  proxies: readonly CountingProxy[],
  isDone: () => boolean,
): Promise<{ done: boolean; requests: number[] }> {
  const requests = proxies.map(() => 0)
  const end = performance.now() + givenUpAfterMs
  for (let quietSince = performance.now(); ; ) {
    const counts = proxies.map((proxy) => proxy.take().requests)
    counts.forEach((count, at) => {
      requests[at] = (requests[at] ?? 0) + count
    })
    const now = performance.now()
    if (counts.some((count) => count > 0)) quietSince = now
    if (now - quietSince >= quietMs && isDone()) return { done: true, requests }
    if (now > end) return { done: false, requests }
    await sleep(100)
  }
}

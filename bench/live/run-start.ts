// What a start costs, and what a process uses that has nothing to do: it receives live events, and none comes.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { startCountingProxy } from "../counting-proxy.ts"
import { projectAndIssue } from "../mappings.ts"
import { dropInEnvironment, startCatalog, stop, token, writeResources } from "../parts.ts"
import { cpuMsOf, pssOf } from "../process-usage.ts"
import { spawnProgram } from "../program.ts"
import { freePort } from "./free-port.ts"
import { startSentryProcess } from "./sentry.ts"

export interface StartMeasured {
  /** Until the first request to Port, which signs in. */
  firstRequest: { cpuMs: number; wallMs: number }
  /** Until `/health/ready` says so. */
  ready: { cpuMs: number; wallMs: number }
  idle: {
    pssMegabytes: number
    /** Of one second. */
    cpuMsPerSecond: number
  }
}

const idleMs = 10_000

export async function runStart(nodeOptions: readonly string[]): Promise<StartMeasured> {
  await using parts = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-bench-"))
  parts.defer(() => rmSync(folder, { recursive: true }))
  const port = await freePort()
  const webhook = { url: `http://127.0.0.1:${port}/integration/webhook`, secret: "bench-webhook-secret" }
  const sentry = await startSentryProcess({
    projects: 1,
    issuesPerProject: 1,
    token,
    latencyMs: 0,
    webhook,
  })
  parts.defer(() => sentry.stop())
  const catalog = await startCatalog(folder)
  parts.defer(() => stop(catalog.program))
  const asked = Promise.withResolvers<void>()
  const portProxy = parts.adopt(
    await startCountingProxy(catalog.url, { onRequest: () => asked.resolve() }),
    (proxy) => proxy.close(),
  )
  writeResources(folder, projectAndIssue())

  const started = performance.now()
  const product = spawnProgram(["run"], {
    cwd: folder,
    env: {
      ...dropInEnvironment({
        catalog,
        portUrl: portProxy.url,
        sentryUrl: sentry.url,
        organization: sentry.organization,
      }),
      OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET: webhook.secret,
      OCEAN__EVENT_LISTENER: '{"type":"WEBHOOKS_ONLY"}',
      OCEAN__SERVER__PORT: String(port),
      OCEAN__DATABASE__URL: join(folder, "state.db"),
    },
    nodeOptions,
  })
  parts.defer(() => stop(product))
  const now = () => ({ cpuMs: cpuMsOf(product.pid), wallMs: performance.now() - started })
  await Promise.race([asked.promise, product.exit])
  const firstRequest = now()
  await untilReady(`http://127.0.0.1:${port}/health/ready`)
  const ready = now()
  await sleep(idleMs)
  const before = cpuMsOf(product.pid)
  await sleep(idleMs)
  const cpuMsPerSecond = ((cpuMsOf(product.pid) - before) / idleMs) * 1_000
  return {
    firstRequest,
    ready,
    idle: { pssMegabytes: pssOf(product.pid) / 1_024, cpuMsPerSecond },
  }
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false, // it does not listen yet
    )
    if (isReady) return
    await sleep(50)
  }
  throw new Error("the product did not become ready")
}

export function describeStart({ firstRequest, ready, idle }: StartMeasured): string {
  const times = ({ cpuMs, wallMs }: StartMeasured["ready"]) =>
    `${cpuMs} ms of CPU, ${wallMs.toFixed(0)} ms of time`
  return `start, and a process with nothing to do  (--only ${startScenario})
  to the first request    ${times(firstRequest)} (the original 1700 ms of CPU)
  until it is ready       ${times(ready)}
  idle memory (PSS)       ${idle.pssMegabytes.toFixed(0)} MB (the original 100 MB)
  idle CPU                ${idle.cpuMsPerSecond.toFixed(0)} ms a second
`
}

export const startScenario = "start-and-idle"

// One scenario: Sentry and the catalog in processes of their own, the product against both, once or twice.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startCountingProxy } from "./counting-proxy.ts"
import { createLimitMeter } from "./limit-meter.ts"
import { type Measured, measureRun } from "./measure.ts"
import { dropInEnvironment, startCatalog, stop, token, writeResources } from "./parts.ts"
import { type RunningProgram, spawnProgram } from "./program.ts"
import type { Scenario } from "./scenarios.ts"

/** Measured runs, in the order of the scenario's `original`. */
export async function runScenario(scenario: Scenario, nodeOptions: readonly string[]): Promise<Measured[]> {
  await using parts = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-bench-"))
  parts.defer(() => rmSync(folder, { recursive: true }))
  const sentry = await startSentry(scenario, folder)
  parts.defer(() => stop(sentry.program))
  const catalog = await startCatalog(folder)
  parts.defer(() => stop(catalog.program))
  const meter = scenario.limits ? createLimitMeter() : undefined
  const [sentryProxy, portProxy] = [
    await startCountingProxy(sentry.url, meter ? { onAnswer: meter.note } : {}),
    await startCountingProxy(catalog.url),
  ]
  parts.adopt(sentryProxy, (proxy) => proxy.close())
  parts.adopt(portProxy, (proxy) => proxy.close())
  if (scenario.resources) writeResources(folder, scenario.resources)

  const env = {
    ...dropInEnvironment({
      catalog,
      portUrl: portProxy.url,
      sentryUrl: sentryProxy.url,
      organization: sentry.organization,
    }),
    OCEAN__EVENT_LISTENER: '{"type":"ONCE"}',
    OCEAN__SERVER__PORT: "0",
    ...(scenario.keepsState ? { OCEAN__DATABASE__URL: join(folder, "state.db") } : {}),
  }
  const runs: Measured[] = []
  for (const _ of scenario.original) {
    const measured = await measureRun({ cwd: folder, env, sentry: sentryProxy, port: portProxy, nodeOptions })
    runs.push(meter ? { ...measured, limits: meter.take() } : measured)
  }
  await checkNothingPassedBy(sentry.program, runs)
  return runs
}

async function startSentry(
  { projects, issuesPerProject, limits, latencyMs = 0 }: Scenario,
  cwd: string,
): Promise<{ program: RunningProgram; url: string; organization: string }> {
  const size = ["--projects", String(projects), "--issues", String(issuesPerProject)]
  const mode = [...(limits ? ["--limits"] : []), "--latency", String(latencyMs)]
  const program = spawnProgram(
    ["simulator", "--port", "0", "--token", token, "--unresolved", ...size, ...mode],
    {
      cwd,
    },
  )
  const [, url = "", organization = ""] = await program.waitFor(/at (http:\S+), organization (\S+)/)
  return { program, url, organization }
}

/** The simulator tells at its end how many requests it answered: all of them came through the proxy. Some that came may have had none. */
async function checkNothingPassedBy(sentry: RunningProgram, runs: readonly Measured[]): Promise<void> {
  const counted = runs.reduce((sum, run) => sum + run.sentry.requests, 0)
  await stop(sentry)
  const [, answered] = await sentry.waitFor(/(\d+) requests answered/)
  if (!(Number(answered) <= counted)) {
    throw new Error(`the proxy counted ${counted} requests to Sentry, the simulator answered ${answered}`)
  }
}

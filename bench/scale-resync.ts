// How a resync gets on with more processes: one, two and four (role resync) share it on one PostgreSQL; Sentry answers after
// 100 ms, as sentry.io does. A first resync, which writes all, and one of an unchanged organization.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { startPostgres } from "../scripts/test-postgres.ts"
import { openDatabase } from "../src/database/database.ts"
import { startCountingProxy } from "./counting-proxy.ts"
import { freePort } from "./live/free-port.ts"
import { startSentryProcess } from "./live/sentry.ts"
import { environmentsPerIssue } from "./mappings.ts"
import { dropInEnvironment, startCatalog, stop, token, writeResources } from "./parts.ts"
import { cpuMsOf } from "./process-usage.ts"
import { type RunningProgram, spawnProgram } from "./program.ts"

const size = { projects: 400, issuesPerProject: 25, latencyMs: 100 }
const resyncToken = "bench-resync-token"
const givenUpAfterMs = 600_000

interface Measured {
  seconds: number
  /** Of each process. */
  cpuMs: number[]
  sentryRequests: number
  portRequests: number
  entitiesSent: number
}

export async function measureResyncs(): Promise<void> {
  for (const processes of [1, 2, 4]) {
    const { first, unchanged } = await measure(processes)
    tell(processes, "first", first)
    tell(processes, "unchanged", unchanged)
  }
}

function tell(processes: number, what: string, measured: Measured): void {
  const { seconds, cpuMs, sentryRequests, portRequests, entitiesSent } = measured
  const sum = cpuMs.reduce((all, one) => all + one, 0)
  const shares = cpuMs.map((one) => `${Math.round((one / sum) * 100)} %`).join(", ")
  const issues = size.projects * size.issuesPerProject
  process.stdout.write(
    `${processes} processes, ${what} resync of ${issues} issues: ${seconds.toFixed(1)} s, ${(issues / seconds).toFixed(0)} issues/s, ` +
      `${(sum / 1_000).toFixed(1)} s CPU (all processes), shares ${shares}; ${sentryRequests} requests to Sentry, ` +
      `${portRequests} to Port, ${entitiesSent} entities sent\n`,
  )
}

async function measure(processes: number): Promise<{ first: Measured; unchanged: Measured }> {
  await using parts = new AsyncDisposableStack()
  const postgres = parts.adopt(await startPostgres(), (server) => server.stop())
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-bench-"))
  parts.defer(() => rmSync(folder, { recursive: true }))
  const webhook = { url: "http://127.0.0.1:9/nobody-listens", secret: "unused" }
  const sentry = await startSentryProcess({ ...size, token, webhook })
  parts.defer(() => sentry.stop())
  const catalog = await startCatalog(folder)
  parts.defer(() => stop(catalog.program))
  const portProxy = parts.adopt(await startCountingProxy(catalog.url), (proxy) => proxy.close())
  const sentryProxy = parts.adopt(await startCountingProxy(sentry.url), (proxy) => proxy.close())
  writeResources(folder, environmentsPerIssue())
  const env = {
    ...dropInEnvironment({
      catalog,
      portUrl: portProxy.url,
      sentryUrl: sentryProxy.url,
      organization: sentry.organization,
    }),
    OCEAN__DATABASE__URL: postgres.url,
    OCEAN__RESYNC_TOKEN: resyncToken,
    OCEAN__EVENT_LISTENER: '{"type":"POLLING","resyncOnStart":false,"interval":3600}',
  }
  const ports: number[] = []
  const programs: RunningProgram[] = []
  for (let number = 0; number < processes; number++) {
    const port = await freePort()
    const more = { OCEAN__SERVER__PORT: String(port) }
    const program = spawnProgram(["run", "--role", "resync"], { cwd: folder, env: { ...env, ...more } })
    parts.defer(() => stop(program))
    await program.waitFor("at http://")
    ports.push(port)
    programs.push(program)
  }
  await allHelp(postgres.url, processes)

  const resync = async (): Promise<Measured> => {
    portProxy.take()
    sentryProxy.take()
    const before = programs.map(({ pid }) => cpuMsOf(pid))
    const done = endsOf(programs) + 1
    const began = performance.now()
    await fetch(`http://127.0.0.1:${ports[0]}/resync`, {
      method: "POST",
      headers: { authorization: `Bearer ${resyncToken}` },
    })
    for (const end = began + givenUpAfterMs; endsOf(programs) < done; await sleep(20)) {
      if (performance.now() < end) continue
      throw new Error(`the resync did not end:\n${programs.map((one) => one.stdout()).join("\n")}`)
    }
    const seconds = (performance.now() - began) / 1_000
    const { requests, entitiesSent } = portProxy.take()
    return {
      seconds,
      cpuMs: programs.map(({ pid }, at) => cpuMsOf(pid) - (before[at] ?? 0)),
      sentryRequests: sentryProxy.take().requests,
      portRequests: requests,
      entitiesSent,
    }
  }
  return { first: await resync(), unchanged: await resync() }
}

/** Until each process can be seen by the one that leads. */
async function allHelp(url: string, processes: number): Promise<void> {
  const database = await openDatabase(url)
  try {
    for (const end = performance.now() + givenUpAfterMs; performance.now() < end; await sleep(100)) {
      const rows = await database
        .kysely<{ resync_helpers: { holder: string } }>()
        .selectFrom("resync_helpers")
        .select("holder")
        .execute()
      if (rows.length >= processes) return
    }
    throw new Error("the processes do not find each other")
  } finally {
    await database.close()
  }
}

function endsOf(programs: readonly RunningProgram[]): number {
  const ends = /Resync (finished successfully|failed|aborted)/g
  const all = programs.flatMap((one) => [...one.stdout().matchAll(ends)].map(([, how]) => how))
  if (all.some((how) => how !== "finished successfully"))
    throw new Error(`the resync did not succeed:\n${programs.map((one) => one.stdout()).join("\n")}`)
  return all.length
}

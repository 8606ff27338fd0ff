// One scenario of the catalog: alone in a process of its own, filled over HTTP, then searched.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { startPostgres } from "../../scripts/test-postgres.ts"
import type { JsonObject } from "../../src/common/json.ts"
import { startCatalog, stop } from "../parts.ts"
import { cpuMsOf, pssOf } from "../process-usage.ts"
import { type CatalogClient, connect } from "./client.ts"
import { blueprints, issueOf, issuesPerService, serviceOf } from "./content.ts"
import type { CatalogScenario } from "./scenarios.ts"
import { searches, type TimedSearch } from "./searches.ts"

export interface Writing {
  entities: number
  wallSeconds: number
  cpuSeconds: number
}

export interface Searched {
  name: string
  group: TimedSearch["group"]
  ms: number[]
  /** Entities of each answer. */
  found: number[]
}

export interface CatalogMeasured {
  created: Writing
  /** All of them once more; one in ten has changed. */
  updated: Writing
  searched: Searched[]
  /** Entities that the catalog says it has at the end. */
  counted: number
  /** After the writing, and the most at any time. */
  pssMegabytes: number
  peakPssMegabytes: number
}

const batchSize = 20
/** Requests at a time, as a resync of many kinds has them. */
const writers = 8

export async function runCatalog(
  scenario: CatalogScenario,
  nodeOptions: readonly string[],
): Promise<CatalogMeasured> {
  await using parts = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-bench-"))
  parts.defer(() => rmSync(folder, { recursive: true }))
  const database =
    scenario.engine === "sqlite"
      ? "catalog.db"
      : parts.adopt(await startPostgres({ durable: true }), (server) => server.stop()).url
  const catalog = await startCatalog(folder, { database, nodeOptions })
  parts.defer(() => stop(catalog.program))
  const memory = watchMemory(catalog.program.pid)
  parts.defer(() => memory.end())
  const client = parts.adopt(await connect(catalog), (one) => one.close())

  for (const blueprint of blueprints) await client.send("POST", "/blueprints", blueprint)
  const services = Math.ceil(scenario.entities / issuesPerService)
  const issues = scenario.entities - services
  await write(
    client,
    "service",
    Array.from({ length: services }, (_, index) => serviceOf(index)),
  )
  const numbers = Array.from({ length: issues }, (_, index) => index)
  const timed = async (version: (index: number) => number): Promise<Writing> => {
    const [cpuBefore, started] = [cpuMsOf(catalog.program.pid), performance.now()]
    await write(
      client,
      "issue",
      numbers.map((index) => issueOf(index, version(index))),
    )
    return {
      entities: issues,
      wallSeconds: (performance.now() - started) / 1_000,
      cpuSeconds: (cpuMsOf(catalog.program.pid) - cpuBefore) / 1_000,
    }
  }
  const created = await timed(() => 0)
  const updated = await timed((index) => (index % 10 === 0 ? 1 : 0))
  const pssMegabytes = pssOf(catalog.program.pid) / 1_024
  const searched: Searched[] = []
  for (const search of searches) searched.push(await ask(client, search, scenario))
  const counts = await Promise.all(
    blueprints.map(({ identifier }) => client.send("GET", `/blueprints/${identifier}/entities-count`)),
  )
  return {
    created,
    updated,
    searched,
    counted: counts.reduce((sum, { count }) => sum + Number(count), 0),
    pssMegabytes,
    peakPssMegabytes: memory.peak(),
  }
}

async function write(
  client: CatalogClient,
  blueprint: string,
  entities: readonly JsonObject[],
): Promise<void> {
  const path = `/blueprints/${blueprint}/entities/bulk?upsert=true&merge=true&create_missing_related_entities=true`
  let next = 0
  const writer = async () => {
    while (next < entities.length) {
      const batch = entities.slice(next, next + batchSize)
      next += batchSize
      await client.send("POST", path, { entities: batch })
    }
  }
  await Promise.all(Array.from({ length: writers }, writer))
}

async function ask(
  client: CatalogClient,
  search: TimedSearch,
  { searches: times, entities }: CatalogScenario,
): Promise<Searched> {
  const searched: Searched = { name: search.name, group: search.group, ms: [], found: [] }
  for (let turn = 0; turn < times; turn++) {
    const body = search.body(turn, entities)
    const started = performance.now()
    const answer = await client.send("POST", search.path, body)
    searched.ms.push(performance.now() - started)
    searched.found.push(Array.isArray(answer.entities) ? answer.entities.length : 0)
  }
  return searched
}

const sampleEveryMs = 200

function watchMemory(pid: number): { peak(): number; end(): Promise<void> } {
  let most = 0
  let ended = false
  const watching = (async () => {
    while (!ended) {
      most = Math.max(most, pssOf(pid))
      await sleep(sampleEveryMs)
    }
  })()
  return {
    peak: () => most / 1_024,
    async end() {
      ended = true
      await watching
    },
  }
}

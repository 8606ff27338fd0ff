// The running program between a simulated Sentry and a catalog, with its event log in a database of its own, for tests
// that end it at bad moments. No resync helps it: what comes into the catalog came by an event.
import { createHmac, randomUUID } from "node:crypto"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { systemClock } from "../../src/common/sleep.ts"
import { type Database, openDatabase } from "../../src/database/database.ts"
import { type EventLog, openEventLog } from "../../src/live-events/event-log.ts"
import { type DropInPeers, startPeers } from "./drop-in.ts"
import { freshFolder, type RunningProgram, runProgram, startProgram } from "./program.ts"
import { blueprint, mappingOf, resource, resources } from "./small-world.ts"
import type { StoredEntity } from "./world.ts"

const secret = "the-secret-of-the-killed"
const identifier = "pipeline"

export interface LivePrograms extends DropInPeers {
  /** One more process; resolves when it takes webhooks. */
  start(options?: { env?: Record<string, string> }): Promise<LiveProgram>
  /** Of a single run beside the processes. */
  onceEnv: Record<string, string>
  /** The database beside the processes. */
  database: Database
  log: EventLog
  /** Resolves when no event waits or is worked on. */
  settled(): Promise<void>
  /** Status by issue. */
  statuses(): Promise<Map<string, unknown>>
  /** Text by comment. */
  texts(): Promise<Map<string, unknown>>
}

export interface LiveProgram {
  program: RunningProgram
  url: string
  /** The answer's status; undefined where there was none. */
  deliver(resource: string, body: JsonObject): Promise<number | undefined>
}

const comment = resource("comment", {
  identifier: ".body.data.comment_id | tostring",
  blueprint: '"comment"',
  properties: { text: ".body.data.comment" },
})

/** Filled by one resync. Lives until the end of the test. */
export async function useLivePrograms({ databaseUrl }: { databaseUrl?: string } = {}): Promise<LivePrograms> {
  const peers = await startPeers()
  const folder = freshFolder()
  const place = databaseUrl ?? join(folder, "state.db")
  await prepareCatalog(peers)
  const common = {
    ...peers.env,
    OCEAN__INITIALIZE_PORT_RESOURCES: "false",
    OCEAN__DATABASE__URL: place,
    OCEAN__LIVE_EVENTS__LEASE: "1500ms",
  }
  const filled = await runProgram([], { folder, env: common })
  if (filled.code !== 0) throw new Error(`the first run failed:\n${filled.output}`)
  const database = await openDatabase(place)
  onTestFinished(() => database.close())
  const log = await openEventLog(database, identifier, systemClock)

  async function entities(name: string): Promise<StoredEntity[]> {
    const { body } = await peers.catalog.request("GET", `/v1/blueprints/${name}/entities`)
    return (body as { entities: StoredEntity[] }).entities // the catalog's own answer
  }

  return {
    ...peers,
    onceEnv: common,
    database,
    log,
    async start({ env = {} } = {}) {
      const port = await freePort()
      const program = startProgram([], {
        folder,
        env: {
          ...common,
          OCEAN__EVENT_LISTENER: '{"type":"WEBHOOKS_ONLY"}',
          OCEAN__SERVER__PORT: String(port),
          OCEAN__INTEGRATION__CONFIG__SENTRY_WEBHOOK_SECRET: secret,
          ...env,
        },
      })
      const url = `http://127.0.0.1:${port}`
      await untilHealthy(url, program)
      return { program, url, deliver: (name, body) => deliver(`${url}/integration/webhook`, name, body) }
    },
    async settled() {
      for (let tries = 0; tries < 1_200; tries++) {
        const { waiting, working } = await log.depth()
        if (waiting + working === 0) return
        await systemClock.sleep(50)
      }
      throw new Error(
        `events still wait: ${JSON.stringify((await log.list({ limit: 5 })).map((one) => one.outcome))}`,
      )
    },
    statuses: async () =>
      new Map((await entities("issue")).map(({ identifier, properties }) => [identifier, properties.status])),
    texts: async () =>
      new Map((await entities("comment")).map(({ identifier, properties }) => [identifier, properties.text])),
  }
}

/** Only what a test of issues needs, so that a start is short. */
async function prepareCatalog({ catalog }: DropInPeers): Promise<void> {
  const status = { status: { type: "string" } }
  for (const body of [
    blueprint("project", { platform: { type: "string" } }),
    blueprint("issue", status, { project: { target: "project", required: false, many: false } }),
    blueprint("comment", { text: { type: "string" } }),
  ])
    await catalog.request("POST", "/v1/blueprints", body)
  await catalog.request("POST", "/v1/integration", {
    installationId: identifier,
    installationAppType: "sentry",
    version: "0.0.0",
    changelogDestination: {},
    config: mappingOf([resources.project, resources.issue, comment]),
  })
}

async function deliver(url: string, name: string, body: JsonObject): Promise<number | undefined> {
  const text = JSON.stringify(body)
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "request-id": randomUUID().replaceAll("-", ""),
        "sentry-hook-resource": name,
        "sentry-hook-timestamp": String(Math.floor(Date.now() / 1_000)),
        "sentry-hook-signature": createHmac("sha256", secret).update(text).digest("hex"),
      },
      body: text,
    })
    return response.status
  } catch {
    return undefined // the process was ended, which is what these tests are about
  }
}

async function untilHealthy(url: string, program: RunningProgram): Promise<void> {
  let ended = false
  void program.end
    .finally(() => {
      ended = true
    })
    .catch(() => undefined)
  while (!ended) {
    const answer = await fetch(`${url}/health/live`).catch(() => undefined)
    if (answer?.ok) return
    await systemClock.sleep(20)
  }
  throw new Error(`the program ended at its start:\n${program.output()}`)
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1")
  await once(probe, "listening")
  const { port } = probe.address() as AddressInfo // it listens on TCP
  probe.close()
  await once(probe, "close")
  return port
}

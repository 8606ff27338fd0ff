// Port's own integration framework against the embedded catalog: what it makes of a ten-line integration, seen in the
// catalog afterwards. `npm run test:tools` installs it and names its Python in TEST_OCEAN.
import { type ChildProcess, spawn } from "node:child_process"
import { cpSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { type RunningCatalog, startCatalog } from "../support/catalog.ts"
import { at } from "../support/engines.ts"
import { freshFolder } from "../support/program.ts"

const python = process.env.TEST_OCEAN ?? ""
/** The framework takes seconds to start, more on a busy machine. */
const patience = { timeout: 90_000, interval: 200 }

describe.skipIf(python === "")("an integration of Port's framework", { timeout: 240_000 }, () => {
  it("runs ONCE to its end; what it makes is there, and what it no longer makes is gone after the next", async () => {
    const scene = await setScene()
    expect(await scene.once(25)).toBe(0)
    expect(await scene.services()).toEqual(expectedServices(25))
    const one = await scene.catalog.request(
      "GET",
      `/v1/blueprints/conformanceService/entities/${encodeURIComponent("s/6=u")}`,
    )
    expect(at(one.body, "entity")).toMatchObject({
      identifier: "s/6=u",
      title: "Service 6",
      properties: {
        tier: "two",
        link: "https://services.example/s/6=u",
        labels: ["l6", "all"],
        note: "note 6",
      },
      relations: { team: "t2", friends: ["s/5=u"] },
    })
    const teams = await scene.catalog.request("GET", "/v1/blueprints/conformanceTeam/entities")
    expect(at(teams.body, "entities")).toHaveLength(4) // three of its own, and one that a service points at
    expect(at((await scene.integration()).body, "integration")).toMatchObject({
      installationAppType: "conformance",
      arePortResourcesInitialized: true,
      resyncState: { status: "completed" },
    })

    // The framework deletes only where that is less than nine tenths of what it finds older than its own start, and it
    // leaves unchanged entities alone only in batches of more than ten; so that most must stay, in one such batch.
    expect(await scene.once(20)).toBe(0)
    expect(await scene.services()).toEqual(expectedServices(20))
    const audits = await scene.catalog.request(
      "GET",
      "/v1/audit-log?resources=entity&action=DELETE&blueprint=conformanceService&InstallationId=conformance-test",
    )
    const deleted = at(audits.body, "audits") as { context: { entity: string } }[]
    expect(deleted.map(({ context }) => context.entity).sort()).toEqual([
      "s/20=u",
      "s/21=u",
      "s/22=u",
      "s/23=u",
    ])

    // A bare target stays while something that was read relates to it, and goes when nothing does.
    expect(await scene.teams()).toEqual(["t0", "t1", "t2", "t3"])
    expect(await scene.once(20, 3)).toBe(0)
    expect(await scene.teams()).toEqual(["t0", "t1", "t2"])
  })

  it("POLLING, sees a request to resync, which its own start does not raise and a changed mapping does", async () => {
    const scene = await setScene()
    const { catalog } = scene
    const program = scene.start({ type: "POLLING", interval: 1, resync_on_start: true }, 5)
    await vi.waitFor(async () => {
      expect(at((await scene.integration()).body, "integration.resyncState.status")).toBe("completed")
    }, patience)
    const path = "/v1/integration/conformance-test"
    expect((await catalog.request("GET", `${path}/resync-request`)).body).toEqual({ ok: true, request: {} })
    expect(await scene.services()).toEqual(expectedServices(5))

    scene.count(8)
    await catalog.request("PATCH", path, {}) // a person asks
    await vi.waitFor(async () => expect(await scene.services()).toEqual(expectedServices(8)), patience)

    const config = structuredClone(at((await scene.integration()).body, "integration.config")) as {
      resources: { kind: string; port: { entity: { mappings: { title: string } } } }[]
    }
    for (const resource of config.resources) {
      if (resource.kind === "team") resource.port.entity.mappings.title = '"The " + .name'
    }
    await catalog.request("PATCH", `${path}/config`, { config })
    await vi.waitFor(async () => {
      const { body } = await catalog.request("GET", "/v1/blueprints/conformanceTeam/entities/t1")
      expect(at(body, "entity.title")).toBe("The Team 1")
    }, patience)
    program.kill("SIGINT")
    await closeOf(program)
  })
})

interface Scene {
  catalog: RunningCatalog
  /** How many services the integration gives from now on. */
  count(services: number): void
  /** `teams` is how many the services relate to; it has three itself. */
  start(listener: object, services: number, teams?: number): ChildProcess
  once(services: number, teams?: number): Promise<number | null>
  services(): Promise<unknown>
  teams(): Promise<unknown>
  integration(): ReturnType<RunningCatalog["request"]>
}

async function setScene(): Promise<Scene> {
  const catalog = await startCatalog()
  onTestFinished(() => catalog.close())
  const folder = freshFolder()
  cpSync(join(import.meta.dirname, "ocean"), folder, { recursive: true })
  const countFile = join(folder, "count.json")
  const count = (services: number) => writeFileSync(countFile, String(services))
  const port = await freePort()
  const start = (listener: object, services: number, teams = 4) => {
    count(services)
    const child = spawn(python, ["debug.py"], {
      cwd: folder,
      stdio: "ignore",
      env: {
        PATH: process.env.PATH ?? "",
        HOME: folder,
        PYTHONDONTWRITEBYTECODE: "1",
        OCEAN__PORT__BASE_URL: catalog.url,
        OCEAN__PORT__CLIENT_ID: catalog.clientId,
        OCEAN__PORT__CLIENT_SECRET: catalog.clientSecret,
        OCEAN__INTEGRATION__IDENTIFIER: "conformance-test",
        OCEAN__INTEGRATION__TYPE: "conformance",
        OCEAN__EVENT_LISTENER: JSON.stringify(listener),
        CONFORMANCE_COUNT_FILE: countFile,
        CONFORMANCE_TEAMS: String(teams),
        CONFORMANCE_PORT: String(port),
      },
    })
    onTestFinished(() => void (child.exitCode === null && child.kill("SIGKILL")))
    return child
  }
  const identifiers = async (blueprint: string) => {
    const { body } = await catalog.request("GET", `/v1/blueprints/${blueprint}/entities`)
    const entities = at(body, "entities") as { identifier: string }[]
    return entities.map(({ identifier }) => identifier).sort()
  }
  return {
    catalog,
    count,
    start,
    once: (services, teams) => closeOf(start({ type: "ONCE" }, services, teams)),
    integration: () => catalog.request("GET", "/v1/integration/conformance-test"),
    services: () => identifiers("conformanceService"),
    teams: () => identifiers("conformanceTeam"),
  }
}

/** Every fifth does not pass the selector. */
function expectedServices(count: number): string[] {
  const kept = Array.from({ length: count }, (_, n) => n).filter((n) => n % 5 !== 4)
  return kept.map((n) => `s/${n}=u`).sort()
}

function closeOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("close", resolve)
  })
}

/** The framework takes its port as a number; another may take it in between, which would fail the test and be seen. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== "object" || address === null) throw new Error("no port was given")
  return address.port
}

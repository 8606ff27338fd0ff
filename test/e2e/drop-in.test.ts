// The contract of the original, held with nothing but its environment variables.
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { contentOf, startPeers } from "../support/drop-in.ts"
import { at } from "../support/engines.ts"
import { runProgram, startProgram } from "../support/program.ts"

const postgres = process.env.TEST_POSTGRES_URL

describe("one resync by the original's variables", () => {
  it("fills Port and ends with 0, leaves nothing on disk, and writes nothing the second time", async () => {
    const { env, catalog, port, organization } = await startPeers()
    const first = await runProgram([], { env })
    expect(first).toMatchObject({ code: 0, signal: null })
    expect(first.output).toContain('as "pipeline"')
    expect(await contentOf(catalog, "sentryIssue")).toHaveLength(organization.issues.size)
    expect(await contentOf(catalog, "sentryUser")).toHaveLength(organization.members.size)
    const { body } = await catalog.request("GET", "/v1/integration/pipeline")
    expect(at(body, "integration.installationAppType")).toBe("sentry")
    expect(at(body, "integration.resyncState.status")).toBe("completed")

    port.sent.length = 0
    const second = startProgram([], { env })
    expect(await second.end).toMatchObject({ code: 0 })
    expect(port.sentTo("POST", /\/entities(\/bulk)?$/)).toEqual([])
    expect(readdirSync(second.folder)).toEqual([])
  })

  it("is `ocean sail -O` as well, and `--once` overrides the listener", async () => {
    const { env } = await startPeers()
    const { code } = await runProgram(["sail", "-O"], {
      env: { ...env, OCEAN__EVENT_LISTENER: '{"type":"POLLING"}' },
    })
    expect(code).toBe(0)
  })

  it("creates no blueprint where that is switched off, and says what is then missing", async () => {
    const { env, catalog } = await startPeers()
    const { code, output } = await runProgram([], {
      env: { ...env, OCEAN__INITIALIZE_PORT_RESOURCES: "false" },
    })
    expect(code).toBe(4)
    expect(output).toContain('Port has no blueprint "sentryUser"')
    expect((await catalog.request("GET", "/v1/blueprints/sentryUser")).status).toBe(404)
  })
})

describe("where it listens and keeps its state", () => {
  it("takes port and address from variables, and options before them", async () => {
    const { env } = await startPeers()
    const service = { ...env, OCEAN__EVENT_LISTENER: '{"type":"POLLING"}', OCEAN__SERVER__HOST: "127.0.0.3" }
    const byVariable = startProgram([], { env: { ...service, OCEAN__SERVER__PORT: "0" } })
    const [, url] = await byVariable.waitFor(/Health: (http:\/\/127\.0\.0\.3:\d+)/)
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    byVariable.kill("SIGTERM")
    expect(await byVariable.end).toMatchObject({ code: 0 })

    const byOption = startProgram(["--host", "127.0.0.2", "--port", "0"], {
      env: { ...service, OCEAN__SERVER__PORT: "1" },
    })
    await byOption.waitFor(/Health: http:\/\/127\.0\.0\.2:\d+/)
    byOption.kill("SIGTERM")
    expect(await byOption.end).toMatchObject({ code: 0 })
  })

  it("keeps what must last at OCEAN__DATABASE__URL, or --database before it", async () => {
    const { env } = await startPeers()
    const args = ["--port", "0"]
    const byVariable = startProgram(args, { env: { ...env, OCEAN__DATABASE__URL: "state/of.db" } })
    expect(await byVariable.end).toMatchObject({ code: 0 })
    expect(existsSync(join(byVariable.folder, "state/of.db"))).toBe(true)

    const byOption = startProgram([...args, "--database", "mine.db"], {
      env: { ...env, OCEAN__DATABASE__URL: "state/of.db" },
    })
    expect(await byOption.end).toMatchObject({ code: 0 })
    expect(readdirSync(byOption.folder).filter((name) => name.endsWith(".db"))).toEqual(["mine.db"])
  })

  it.skipIf(!postgres)(
    "keeps it on PostgreSQL (skipped unless TEST_POSTGRES_URL names a server; `npm run test:tools` gets one)",
    async () => {
      const { env } = await startPeers()
      const options = { env: { ...env, OCEAN__DATABASE__URL: postgres ?? "" } }
      expect(await runProgram(["--port", "0"], options)).toMatchObject({ code: 0 })
    },
  )

  it("writes a single run into the embedded catalog when told so, though Port is configured", async () => {
    const { env, port } = await startPeers()
    const program = startProgram(["--embedded", "--port", "0"], { env })
    expect(await program.end).toMatchObject({ code: 0 })
    expect(program.output()).toContain("the embedded catalog at")
    expect(port.sent).toEqual([])
    expect(existsSync(join(program.folder, ".ocean-sentry/ocean-sentry.db"))).toBe(true)
  })
})

// Port's MCP server against the embedded catalog, driven as an assistant drives it. `npm run test:tools` installs it and
// names its Python in TEST_MCP_SERVER.
import { spawn } from "node:child_process"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { describe, expect, it, onTestFinished } from "vitest"
import { startCatalog } from "../support/catalog.ts"
import { freshFolder } from "../support/program.ts"

const python = process.env.TEST_MCP_SERVER ?? ""

// Somebody else's server, which starts threads of its own: a start of it that fails is tried again.
describe.skipIf(python === "")("Port's MCP server", { timeout: 120_000, retry: 2 }, () => {
  it("finds, makes, changes and deletes blueprints, entities, scorecards and actions", async () => {
    const catalog = await startCatalog()
    onTestFinished(() => catalog.close())
    const service = { blueprint_identifier: "service" }
    const one = { ...service, entity_identifier: "one" }
    const entity = { identifier: "one", title: "One", properties: { tier: "a" }, relations: {} }
    const { tools, answers } = await drive(catalog, [
      ["create_blueprint", { ...blueprint, relations: {} }],
      ["get_blueprint", service],
      ["get_blueprints", {}],
      ["create_entity", { ...service, query: {}, entity }],
      ["get_entity", one],
      ["get_entities", service],
      ["get_entities", { ...service, detailed: true }],
      ["update_entity", { ...one, entity: { ...entity, title: "Uno" } }],
      ["get_entity", one],
      ["create_scorecard", { ...service, ...scorecard }],
      ["get_scorecards", service],
      ["get_scorecard", { ...service, scorecard_identifier: "ready" }],
      ["list_actions", {}],
      ["delete_entity", { ...one, delete_dependents: true }],
      ["get_entity", one],
      ["delete_blueprint", service],
    ])
    expect(tools.length).toBeGreaterThanOrEqual(20)
    const failed = answers.filter(({ error }) => error)
    expect(failed.map(({ tool, text: answer }) => `${tool}: ${answer}`)).toEqual([
      expect.stringMatching(/^get_entity: .*404/),
    ])
    const texts = answers.map((answer) => answer.text)
    expect(JSON.parse(texts[4] ?? "")).toMatchObject({ identifier: "one", properties: { tier: "a" } })
    expect(JSON.parse(texts[5] ?? "")).toMatchObject({ entities: [{ identifier: "one", title: "One" }] })
    expect(JSON.parse(texts[8] ?? "")).toMatchObject({ title: "Uno" })
    expect(JSON.parse(texts[10] ?? "")).toMatchObject({ scorecards: [{ identifier: "ready" }] })
    const { body } = await catalog.request("GET", "/v1/blueprints")
    expect(JSON.stringify(body)).not.toContain('"service"')
  })
})

const blueprint = {
  identifier: "service",
  title: "Service",
  schema: { properties: { tier: { type: "string", title: "Tier" } }, required: [] },
}
const scorecard = {
  description: "Whether it has what it needs.",
  identifier: "ready",
  title: "Ready",
  levels: [
    { title: "Basic", color: "paleBlue" },
    { title: "Gold", color: "gold" },
  ],
  rules: [
    {
      identifier: "tier",
      title: "Has a tier",
      description: "Somebody said how important it is.",
      level: "Gold",
      query: {
        combinator: "and",
        conditions: [{ condition_name: "propertyEmpty", property: "tier", operator: "isNotEmpty" }],
      },
    },
  ],
}

interface Driven {
  tools: string[]
  answers: { tool: string; error: boolean; text: string }[]
}

async function drive(
  catalog: { url: string; clientId: string; clientSecret: string },
  calls: readonly (readonly [tool: string, args: object])[],
): Promise<Driven> {
  const child = spawn(python, [join(import.meta.dirname, "mcp", "drive.py")], {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH ?? "",
      HOME: freshFolder(),
      PYTHONDONTWRITEBYTECODE: "1",
      PORT_CLIENT_ID: catalog.clientId,
      PORT_CLIENT_SECRET: catalog.clientSecret,
      CONFORMANCE_PORT_URL: catalog.url,
    },
  })
  onTestFinished(() => void (child.exitCode === null && child.kill("SIGKILL")))
  child.stdin.end(JSON.stringify(calls.map(([tool, args]) => ({ tool, arguments: args }))))
  const [printed, said] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect(printed, said).not.toBe("")
  return JSON.parse(printed) as Driven // printed by drive.py
}

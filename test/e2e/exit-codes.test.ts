// What a pipeline learns from the exit code, each by a real run.
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { contentOf, startPeers } from "../support/drop-in.ts"
import { at } from "../support/engines.ts"
import { freshFolder, runProgram } from "../support/program.ts"

const token = "sntryu_a-token-that-nobody-may-see"
const secret = "a-client-secret-that-nobody-may-see"
const sentry = {
  OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: token,
  OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: "acme",
}

describe("2: a setting is wrong, and nothing was started", () => {
  it.each([
    {
      what: "half a pair of credentials",
      env: { ...sentry, OCEAN__PORT__CLIENT_ID: "id" },
      says: ["OCEAN__PORT__CLIENT_SECRET: missing"],
    },
    {
      what: "Port without Sentry",
      env: { OCEAN__PORT__CLIENT_ID: "id", OCEAN__PORT__CLIENT_SECRET: secret },
      says: [
        "OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: missing",
        "OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: missing",
      ],
    },
    {
      what: "a variable that is set but empty",
      env: { OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: "" },
      says: ["OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: empty"],
    },
    {
      what: "several wrong values, all told at once",
      env: {
        ...sentry,
        OCEAN__PORT__CLIENT_SECRET: secret,
        OCEAN__PORT__BASE_URL: "not a url",
        OCEAN__SERVER__PORT: "eighty",
        OCEAN__CLIENT_TIMEOUT: "-1",
        OCEAN__EVENT_LISTENER: '{"type":"SOMETIMES"}',
      },
      says: [
        "OCEAN__PORT__BASE_URL:",
        "OCEAN__SERVER__PORT:",
        "OCEAN__CLIENT_TIMEOUT:",
        "OCEAN__EVENT_LISTENER",
      ],
    },
    {
      what: "a single run that does not say where to",
      env: { ...sentry, OCEAN__EVENT_LISTENER: '{"type":"ONCE"}' },
      says: ["--embedded"],
    },
    {
      what: "a listener this version has not",
      env: { ...sentry, OCEAN__EVENT_LISTENER: '{"type":"ACTIONS_ONLY"}' },
      says: ["Sentry has no actions"],
    },
  ])("$what", async ({ env, says }) => {
    const { code, output } = await runProgram([], { env })
    expect(code).toBe(2)
    for (const text of says) expect(output).toContain(text)
  })
})

describe("3: the start failed", () => {
  it("Port refuses the credentials", async () => {
    const { env, simulator } = await startPeers()
    const { code, output } = await runProgram([], { env: { ...env, OCEAN__PORT__CLIENT_SECRET: secret } })
    expect(code).toBe(3)
    expect(output).toContain("refused the client id and secret")
    expect(output).toContain("check OCEAN__PORT__CLIENT_ID")
    expect(simulator.counts().total).toBe(0)
  })

  it("Port cannot be reached", async () => {
    const { env } = await startPeers()
    const { code, output } = await runProgram([], {
      env: { ...env, OCEAN__PORT__BASE_URL: "http://127.0.0.1:9", OCEAN__STARTUP_TIMEOUT_SECONDS: "2" },
    })
    expect(code).toBe(3)
    expect(output).toContain("OCEAN__PORT__BASE_URL")
  })

  it("the port is taken", async () => {
    const { env } = await startPeers()
    const taken = createServer().listen(0, "127.0.0.1")
    await once(taken, "listening")
    const port = String(at(taken.address(), "port"))
    const { code, output } = await runProgram([], { env: { ...env, OCEAN__SERVER__PORT: port } })
    taken.close()
    expect(code).toBe(3)
    expect(output).toContain("choose another port with --port or OCEAN__SERVER__PORT")
  })

  it("the database cannot be opened", async () => {
    const folder = freshFolder()
    writeFileSync(join(folder, "file"), "")
    const path = await runProgram(["--database", "file/state.db"], { folder })
    expect(path.code).toBe(3)
    expect(path.output).toContain("cannot open the database file/state.db")

    const env = { OCEAN__DATABASE__URL: `postgres://user:${secret}@127.0.0.1:9/state` }
    const server = await runProgram([], { env })
    expect(server.code).toBe(3)
    expect(server.output).toContain("cannot open the database postgres://user:***@127.0.0.1:9/state")
    expect(server.output).not.toContain(secret)
  })
})

describe("4: the run was not a whole success", () => {
  it("one project answers 403: it is named, and nothing of it is deleted", async () => {
    const { env, simulator, catalog } = await startPeers()
    expect(await runProgram([], { env })).toMatchObject({ code: 0 })
    const before = await contentOf(catalog, "sentryIssue")
    simulator.tokens.grant(simulator.token, { deniedProjects: ["web"] })

    const refused = await runProgram([], { env })
    expect(refused.code).toBe(4)
    expect(refused.output).toMatch(/Not a success:\n.*web.*403/)
    expect(await contentOf(catalog, "sentryIssue")).toEqual(before)

    const likeTheOriginal = { ...env, OCEAN__ONCE__EXIT_ZERO_ON_FAILURE: "true" }
    const forgiven = await runProgram([], { env: likeTheOriginal })
    expect(forgiven.code).toBe(0)
    expect(forgiven.output).toContain("Not a success:")
  })

  it("a token that Sentry refuses: nothing is deleted", async () => {
    const { env, simulator, catalog } = await startPeers()
    expect(await runProgram([], { env })).toMatchObject({ code: 0 })
    const before = await contentOf(catalog, "sentryIssue")
    simulator.tokens.revoke(simulator.token)
    const { code, output } = await runProgram([], { env })
    expect(code).toBe(4)
    expect(output).toContain("token refused")
    expect(await contentOf(catalog, "sentryIssue")).toEqual(before)
  })

  it("a 500 that stays fails its kind, and the others arrive", async () => {
    const { env, simulator, catalog } = await startPeers()
    simulator.faults.add({ path: "/members/", action: { status: 500 } })
    const { code, output } = await runProgram([], { env })
    expect(code).toBe(4)
    expect(output).toMatch(/Not a success:\n.*user.*500/)
    expect(await contentOf(catalog, "sentryIssue")).not.toEqual([])
  })
})

it("entities that Port refuses are told: 0, and 4 with --strict or OCEAN__STRICT", async () => {
  const { env, catalog } = await startPeers()
  expect(await runProgram([], { env })).toMatchObject({ code: 0 })
  const patched = await catalog.request("PATCH", "/v1/blueprints/sentryUser", {
    schema: { properties: { username: { type: "string", maxLength: 1 } }, required: [] },
  })
  expect(patched.status).toBe(200)
  const { body } = await catalog.request("GET", "/v1/blueprints/sentryUser/entities")
  for (const { identifier } of at(body, "entities") as { identifier: string }[]) {
    await catalog.request("DELETE", `/v1/blueprints/sentryUser/entities/${encodeURIComponent(identifier)}`)
  }
  const runs = [
    { args: [], more: {}, code: 0 },
    { args: ["--strict"], more: {}, code: 4 },
    { args: [], more: { OCEAN__STRICT: "true" }, code: 4 },
  ]
  for (const { args, more, code } of runs) {
    const end = await runProgram(args, { env: { ...env, ...more } })
    expect(end.code).toBe(code)
    expect(end.output).toMatch(/Refused by Port:\n.*sentryUser ann@acme\.example.*username/)
  }
})

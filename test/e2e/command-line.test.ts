// What the command line says to whoever asks, and to whoever mistypes.
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { binFile, freshFolder, runProgram, startProgram } from "../support/program.ts"

it.each([
  { args: "--help", says: ["Three ways to start", "Exit codes"] },
  { args: "run --help", says: ["--once", "--embedded", "--database", "--strict"] },
  { args: "sail --help", says: ["--once"] },
  { args: "catalog --help", says: ["credentials", "--database"] },
  { args: "catalog credentials --help", says: ["--issue"] },
  { args: "simulator --help", says: ["--projects", "--limits", "--webhook-url", "--changes-every"] },
  { args: "webhooks --help", says: ["install", "test"] },
  { args: "events --help", says: ["list", "show", "replay"] },
  { args: "--version", says: ["0."] },
])("`$args` tells what there is", async ({ args, says }) => {
  const { code, stdout } = await runProgram(args.split(" "))
  expect(code).toBe(0)
  for (const text of says) expect(stdout).toContain(text)
})

it.each([
  { args: "simulater", says: ["simulater: neither a verb nor a folder", "simulator"] },
  { args: "run nowhere", says: ["nowhere: neither a verb nor a folder"] },
  { args: "--onse", says: ["unknown option '--onse'", "--once"] },
  { args: "run --frob", says: ["unknown option '--frob'", "ocean-sentry run --help"] },
  { args: "run a b", says: ["too many arguments", "ocean-sentry run --help"] },
  { args: "catalog frob", says: ["too many arguments", "ocean-sentry catalog --help"] },
  { args: "catalog credentials --frob", says: ["unknown option", "ocean-sentry catalog credentials --help"] },
  { args: "simulator --port x", says: ["expected a whole number", "ocean-sentry simulator --help"] },
  { args: "simulator --port 99999", says: ["--port"] },
  { args: "events list --limit 0", says: ["at least 1", "ocean-sentry events list --help"] },
  { args: "events list --state lost", says: ["waiting, working, done, dead"] },
  { args: "simulator --projects 0", says: ["--projects"] },
  { args: "run --port x", says: ["--port: expected a whole number"] },
])("`$args` is refused with a sentence", async ({ args, says }) => {
  const { code, output } = await runProgram(args.split(" "))
  expect(code).toBe(2)
  for (const text of says) expect(output).toContain(text)
})

const oldNode = (process.env.PATH ?? "")
  .split(":")
  .map((folder) => join(folder, "node"))
  .find(
    (file) =>
      existsSync(file) && /^v(1\d|2[0-3])\./.test(execFileSync(file, ["--version"], { encoding: "utf8" })),
  )

it.skipIf(oldNode === undefined)(
  "an old Node (where there is one on the path) is refused with a sentence",
  async () => {
    const { code, output } = await runProgram(["--version"], { command: [oldNode ?? "", binFile] })
    expect(code).toBe(2)
    expect(output).toMatch(/^ocean-sentry needs Node 24 or newer, this is v\S+\. .*npm start/)
  },
)

it("`catalog credentials` says that it made a catalog where there was none", async () => {
  const folder = freshFolder()
  const first = await runProgram(["catalog", "credentials"], { folder })
  expect(first.output).toContain(
    "There was no catalog in .ocean-sentry/ocean-sentry.db; an empty one was made.",
  )
  const second = await runProgram(["catalog", "credentials"], { folder })
  expect(second).toMatchObject({ code: 0, stdout: first.stdout, output: first.stdout })
})

it("the simulator and the catalog run as servers of their own, and together make a whole", async () => {
  const simulator = startProgram(["simulator", "--port", "0", "--projects", "2", "--issues", "5"])
  const catalog = startProgram(["catalog", "--port", "0", "--database", "catalog.db"])
  const env: Record<string, string> = {
    OCEAN__EVENT_LISTENER: '{"type":"ONCE"}',
    OCEAN__SERVER__PORT: "0",
  }
  for (const name of ["HOST", "ORGANIZATION", "TOKEN"]) {
    const [, value = ""] = await simulator.waitFor(new RegExp(`SENTRY_${name}=(\\S+)`))
    env[`OCEAN__INTEGRATION__CONFIG__SENTRY_${name}`] = value
  }
  for (const name of ["CLIENT_ID", "CLIENT_SECRET", "BASE_URL"]) {
    const [, value = ""] = await catalog.waitFor(new RegExp(`OCEAN__PORT__${name}=(\\S+)\n`))
    env[`OCEAN__PORT__${name}`] = value
  }
  expect(await runProgram([], { env })).toMatchObject({ code: 0 })
  for (const verb of ["simulator", "catalog"]) {
    const port = new URL(env.OCEAN__PORT__BASE_URL ?? "").port
    const second = await runProgram([verb, "--port", port])
    expect(second.code).toBe(3)
    expect(second.output).toContain(`cannot listen on 127.0.0.1:${port}`)
  }
  for (const server of [simulator, catalog]) {
    server.kill("SIGTERM")
    expect(await server.end).toMatchObject({ code: 0, signal: null })
  }
})

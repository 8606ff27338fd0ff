// The verbs `plan` and `doctor` as people start them: the page, the JSON, the exit code, and nothing left behind.
import { execFile } from "node:child_process"
import { mkdtempSync, readdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { dropIn, type Environment } from "../support/clinic.ts"
import { isWrite } from "../support/planned.ts"
import { createSmallWorld } from "../support/small-world.ts"

const program = join(import.meta.dirname, "..", "..", "bin", "ocean-sentry.js")

describe("plan and doctor in the demo", () => {
  it("print their page, exit with 0, and leave the folder empty", async () => {
    const folder = emptyFolder()

    const planned = await start(folder, ["plan"])
    expect(planned.code).toBe(0)
    expect(planned.stdout).toContain("A first start would install:")
    expect(planned.stdout).toMatch(
      /A run now would create \d+, change 0 and delete 0\. Nothing was written\./,
    )

    for (const verb of [["doctor"], ["run", "--check"]]) {
      const checked = await start(folder, [...verb, "--port", "0"])
      expect(checked).toMatchObject({ code: 0, stderr: "" })
      expect(checked.stdout).toContain("All is well.")
    }
    expect(readdirSync(folder)).toEqual([])
  })

  it("plans no change after a run", async () => {
    const folder = emptyFolder()
    await start(folder, ["run", "--once", "--embedded", "--port", "0"])

    const planned = await start(folder, ["plan", "--json"])

    expect(planned.code).toBe(0)
    expect(JSON.parse(planned.stdout)).toMatchObject({
      wouldSucceed: true,
      wouldInstall: [],
      create: [],
      update: [],
      delete: [],
    })
  })
})

describe("plan and doctor against Port", () => {
  it("answer 4 where a source cannot be read, with JSON on standard output alone, and write nothing", async () => {
    const world = await createSmallWorld()
    world.simulator.tokens.grant(world.simulator.token, {
      scopes: ["org:read", "project:read", "team:read", "event:read"],
    })
    const folder = emptyFolder()

    const planned = await start(folder, ["plan", "--json"], dropIn(world))
    expect(planned.code).toBe(4)
    expect(JSON.parse(planned.stdout)).toMatchObject({ wouldSucceed: false })

    const checked = await start(folder, ["doctor", "--json"], dropIn(world))
    expect(checked.code).toBe(4)
    expect(JSON.parse(checked.stdout)).toMatchObject({ exitCode: 4, blockedKinds: ["user"] })

    expect(world.port.sent.filter(isWrite)).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  it("answer 2 for settings that cannot be used, and 3 for a Port that refuses", async () => {
    const world = await createSmallWorld()
    const half = { OCEAN__PORT__CLIENT_ID: "id" }
    const refused = dropIn(world, { OCEAN__PORT__CLIENT_SECRET: "wrong" })
    for (const verb of ["plan", "doctor"]) {
      expect((await start(emptyFolder(), [verb], half)).code).toBe(2)
      expect((await start(emptyFolder(), [verb], refused)).code).toBe(3)
    }
  })
})

interface Ended {
  code: number
  stdout: string
  stderr: string
}

function start(folder: string, words: string[], environment: Environment = {}): Promise<Ended> {
  const env = { PATH: process.env.PATH, HOME: folder, ...environment }
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...words], { cwd: folder, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code)
      resolve({ code, stdout, stderr })
    })
  })
}

function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "ocean-verbs-"))
}

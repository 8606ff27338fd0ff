// The npm package as people get it: from a registry, by npx, with no compiler and no sources.
import { spawnSync } from "node:child_process"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { publishedNames } from "../../src/cli/install/published-names.ts"
import { startPeers } from "../support/drop-in.ts"
import { freshFolder, runProgram } from "../support/program.ts"
import { deployed } from "./support/deployed.ts"
import { npmVariables, useNpmRegistry } from "./support/npm-registry.ts"

const { tarball, version } = deployed()
const registry = useNpmRegistry()

describe("npx", () => {
  it("runs one resync with nothing but a registry, and passes on the exit code", async () => {
    const { env, catalog } = await startPeers()
    const words = ["--yes", `${publishedNames.package}@${version}`, "sail", "--once", "--port", "0"]
    const npmEnvironment = npmVariables(registry().url)

    const first = await runProgram(words, { command: ["npx"], env: { ...env, ...npmEnvironment } })
    expect(first, first.output).toMatchObject({ code: 0 })
    const { body } = await catalog.request("GET", "/v1/integration/pipeline")
    expect(body).toMatchObject({ integration: { resyncState: { status: "completed" } } })
    // Not the tarball: npm takes that from its cache, where an earlier build of the same bytes left it.
    expect(registry().asked).toContain(`GET /${publishedNames.package}`)

    // No expression of the presets needs jq itself, whose thread is a file of its own in the package.
    const withJq = { ...env, ...npmEnvironment, OCEAN__JQ_FAST_PATH: "false" }
    const again = await runProgram(words, { command: ["npx"], env: withJq })
    expect(again, again.output).toMatchObject({ code: 0 })

    const { OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: _, ...withoutToken } = env
    const refused = await runProgram(words, { command: ["npx"], env: { ...withoutToken, ...npmEnvironment } })
    expect(refused.code).toBe(2)
    expect(refused.output).toContain("OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: missing")
  })
})

describe("the package", () => {
  const files = listed()

  it("has the program, its data and its types, and nothing of its making", () => {
    expect(files).toContain("package/bin/ocean-sentry.js")
    expect(files).toContain("package/dist/cli/main.js")
    expect(files).toContain("package/dist/integration.d.ts")
    expect(files).toContain("package/LICENSE")
    const known =
      /^package\/((bin|dist|deploy\/templates)\/|(package\.json|README\.md|LICENSE|CHANGELOG\.md)$)/
    expect(files.filter((path) => !known.test(path))).toEqual([])
    expect(files.filter((path) => /\.test\.|(?<!\.d)\.ts$|\.map$/.test(path))).toEqual([])
  })

  it("has types that a strict compiler takes", () => {
    const folder = freshFolder()
    const home = join(folder, "node_modules", "ocean-sentry")
    mkdirSync(home, { recursive: true })
    spawnSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", home])
    for (const name of ["zod", "kysely"]) {
      symlinkSync(join(import.meta.dirname, "../../node_modules", name), join(folder, "node_modules", name))
    }
    writeFileSync(
      join(folder, "use.ts"),
      'import type { Integration } from "ocean-sentry"\nexport const type = (one: Integration): string => one.type\n',
    )
    const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", "--types", ""]
    const { status, stdout } = spawnSync("tsc", [...flags, "use.ts"], { cwd: folder, encoding: "utf8" })
    expect(status, stdout).toBe(0)
  })
})

function listed(): string[] {
  const { stdout } = spawnSync("tar", ["-tzf", tarball], { encoding: "utf8" })
  return stdout.trim().split("\n")
}

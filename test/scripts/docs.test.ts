import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Ajv2020 } from "ajv/dist/2020.js"
import { describe, expect, it } from "vitest"
import { generatedFiles, staleFiles, writeFiles } from "../../scripts/docs.ts"
import { listSettings } from "../../src/cli/settings/setting-list.ts"

const root = join(import.meta.dirname, "../..")

describe("the generated pages", () => {
  it("are fresh", () => {
    const check = spawnSync(process.execPath, ["scripts/docs.ts", "--check"], { cwd: root, encoding: "utf8" })
    expect(check).toMatchObject({ status: 0, stderr: "" })
  })

  it("are named when they are stale or absent, and written", () => {
    const folder = mkdtempSync(join(tmpdir(), "docs-"))
    try {
      let content = "old"
      const file = { path: "docs/reference/a.md", make: () => content }
      expect(staleFiles(folder, [file])).toEqual([file])
      writeFiles(folder, [file])
      expect(staleFiles(folder, [file])).toEqual([])
      content = "new"
      expect(staleFiles(folder, [file])).toEqual([file])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it("name every setting with its variable", () => {
    const page = readFileSync(join(root, "docs/reference/settings.md"), "utf8")
    for (const { path, variable } of listSettings()) {
      expect(page).toContain(`| \`${path}\``)
      expect(page).toContain(`\`${variable}\``)
    }
  })
})

describe("the JSON Schema of config.yaml", () => {
  const file = generatedFiles.find(({ path }) => path.endsWith(".schema.json"))
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(file?.make() ?? "{}"))

  it("admits what a person may write", () => {
    const written = {
      port: { clientId: "{{ from env PORT_ID }}", clientSecret: "x" },
      eventListener: { type: "POLLING", interval: 30, brokers: "a:1,b:2" },
      keepResolvedFor: "30d",
      scheduledResyncInterval: 60,
      strict: "{{ from env STRICT }}",
      logLevel: "WARNING",
    }
    expect(validate(written), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({})).toBe(true)
  })

  it.each([
    { eventListener: { type: "POLLIN" } },
    { strict: "perhaps" },
    { server: { port: 70_000 } },
    { port: "https://api.getport.io" },
  ])("refuses %j", (written) => {
    expect(validate(written)).toBe(false)
  })
})

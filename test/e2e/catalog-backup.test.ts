// `catalog export` and `catalog import` as they are typed.
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { freshFolder, runProgram } from "../support/program.ts"

describe("the catalog's backup", () => {
  it("goes into a file for its owner alone, and from there into another database", async () => {
    const folder = freshFolder()
    const run = (...args: string[]) => runProgram(["catalog", ...args], { folder })
    expect((await run("credentials", "--database", "one.db")).code).toBe(0)
    expect(await run("export", "--database", "one.db", "one.ndjson")).toMatchObject({ code: 0 })
    expect(statSync(join(folder, "one.ndjson")).mode & 0o777).toBe(0o600)
    const lines = readFileSync(join(folder, "one.ndjson"), "utf8")
    expect(await run("import", "--database", "two.db", "one.ndjson")).toMatchObject({ code: 0 })
    expect((await run("export", "--database", "two.db")).stdout).toBe(lines)
  })

  it("says what is wrong with a file, and changes nothing", async () => {
    const folder = freshFolder()
    const run = (...args: string[]) => runProgram(["catalog", ...args], { folder })
    writeFileSync(join(folder, "half.ndjson"), '{"format":"ocean-sentry-catalog","version":1}\n')
    const damaged = await run("import", "--database", "a.db", "half.ndjson")
    expect(damaged.code).not.toBe(0)
    expect(damaged.output).toMatch(/ends before its last line/)
    const missing = await run("import", "--database", "a.db", "none.ndjson")
    expect(missing.code).not.toBe(0)
    expect(missing.output).toMatch(/cannot read none\.ndjson/)
  })
})

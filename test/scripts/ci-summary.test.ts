import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { expect, it, onTestFinished } from "vitest"
import { tellNotRun } from "../../scripts/not-run.ts"

/** `tests` by file, and by name: how each ended. */
function report(tests: Record<string, Record<string, string>>): string {
  const testResults = Object.entries(tests).map(([file, ends]) => ({
    name: resolve(file),
    status: Object.values(ends).includes("failed") ? "failed" : "passed",
    assertionResults: Object.entries(ends).map(([fullName, status]) => ({ fullName, status })),
  }))
  return JSON.stringify({ testResults })
}

/** The folder that `.ci/run` hands over. */
function reports(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "reports-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

function summary(folder: string): { code: number | null; lines: string[] } {
  const { status, stdout } = spawnSync(process.execPath, ["scripts/ci-summary.ts", folder], {
    encoding: "utf8",
  })
  return { code: status, lines: stdout.trim().split("\n") }
}

const green = report({ "src/a.test.ts": { works: "passed" } })

it("names what a step could not run, in its own words", () => {
  const folder = reports({
    steps: "step unit: ok\nstep tools: ok\n",
    tests: "unit\ntools\n",
    "unit.json": green,
  })
  tellNotRun(
    ["tests on Kafka: no broker found", "tests of the pages: no Chromium"],
    join(folder, "tools.json"),
  )
  const { code, lines } = summary(folder)
  expect(lines).toContain("not run: tests on Kafka: no broker found")
  expect(lines).toContain("not run: tests of the pages: no Chromium")
  expect(lines.at(-1)).toBe("3 passed, 0 failed")
  expect(code).toBe(0)
})

it("fails where a step of tests was green, and says neither what ran nor why nothing did", () => {
  const files = { steps: "step check: ok\nstep unit: ok\nstep tools: ok\n", tests: "unit\ntools\n" }
  const { code, lines } = summary(reports({ ...files, "unit.json": green }))
  expect(lines).toContain("failed: step tools left neither a report of tests nor a reason")
  expect(lines.at(-1)).toBe("3 passed, 1 failed")
  expect(code).toBe(1)
})

it("tells a failed step of tests once, report or not", () => {
  const files = { steps: "step unit: ok\nstep tools: failed\n", tests: "unit\ntools\n", "unit.json": green }
  const { code, lines } = summary(reports(files))
  expect(lines.filter((line) => line.startsWith("failed: "))).toEqual(["failed: step tools: failed"])
  expect(code).toBe(1)
})

it("names skipped tests with their files, so that one that ran hides no other of its name", () => {
  const unit = report({
    "src/a.test.ts": { works: "passed" },
    "src/b.test.ts": { works: "skipped" },
    "src/c.test.ts": { works: "skipped" },
  })
  const tools = report({ "src/c.test.ts": { works: "passed" } })
  const files = { steps: "step unit: ok\nstep tools: ok\n", tests: "unit\ntools\n" }
  const { lines } = summary(reports({ ...files, "unit.json": unit, "tools.json": tools }))
  expect(lines.filter((line) => line.startsWith("not run: "))).toEqual(["not run: src/b.test.ts: works"])
})

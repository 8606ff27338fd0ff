// The closing lines of a CI run: what did not run, by name, and the sum of what did. `.ci/run` says how it is called.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { z } from "zod"
import { notRunFile } from "./not-run.ts"

const Report = z.looseObject({
  testResults: z.array(
    z.looseObject({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.looseObject({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

/** Too long for each run; a short form of each is among the tests. */
const longForms = [
  "npm run soak: 30 minutes of bad weather (its short form takes a minute and a half)",
  "npm run kill-test: 50 kills in the middle of live events (its short form has 8)",
  "npm run kill-test-replicas: 50 kills among four processes on one PostgreSQL, with Kafka and without (its short form has 4)",
  "npm run bench: the whole sizes, with times and memory (its quick form holds the counts)",
]

const folder = process.argv[2] ?? "."
const files = readdirSync(folder)
const steps = linesOf("steps")
const results = files
  .filter((name) => name.endsWith(".json"))
  .flatMap((name) => Report.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))).testResults)
// Two files may have a test of the same name.
const tests = results.flatMap(({ name: file, assertionResults }) =>
  assertionResults.map(({ status, fullName }) => ({
    status,
    name: `${relative(process.cwd(), file)}: ${fullName}`,
  })),
)

const passedTests = tests.filter(({ status }) => status === "passed").length
const failedTests = tests.filter(({ status }) => status === "failed")
// A file that breaks before its first test has no failed test to count.
const brokenFiles = results.filter(
  ({ status, assertionResults }) =>
    status === "failed" && !assertionResults.some((one) => one.status === "failed"),
)
// What one step skips for want of a tool, another may have run with it.
const ran = new Set(
  tests.filter(({ status }) => status === "passed" || status === "failed").map(({ name }) => name),
)
const skipped = new Set(tests.map(({ name }) => name).filter((name) => !ran.has(name)))
const reasons = files.filter((name) => name.endsWith(notRunFile(".json"))).flatMap(linesOf)
const failedSteps = steps.filter((line) => line.endsWith("failed"))
const passedSteps = steps.filter((line) => line.endsWith("ok"))
const silentSteps = linesOf("tests").filter(
  (name) => passedSteps.includes(`step ${name}: ok`) && !saysWhatRan(`${name}.json`),
)

for (const form of longForms) print(`not run, by script only: ${form}`)
for (const name of skipped) print(`not run: ${name}`)
for (const reason of reasons) print(`not run: ${reason}`)
for (const { name } of failedTests) print(`failed: ${name}`)
for (const { name } of brokenFiles) print(`failed: ${name}`)
for (const line of failedSteps) print(`failed: ${line}`)
for (const name of silentSteps) print(`failed: step ${name} left neither a report of tests nor a reason`)
const passed = passedTests + passedSteps.length - silentSteps.length
const failed = failedTests.length + brokenFiles.length + failedSteps.length + silentSteps.length
print(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passedTests > 0 ? 0 : 1

function linesOf(name: string): string[] {
  const path = join(folder, name)
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : []
}

function saysWhatRan(report: string): boolean {
  return [report, notRunFile(report)].some((name) => existsSync(join(folder, name)))
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

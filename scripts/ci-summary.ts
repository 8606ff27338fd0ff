// The closing lines of a CI run: what did not run, by name, and the sum of what did.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { z } from "zod"

const Report = z.looseObject({
  testResults: z.array(
    z.looseObject({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.looseObject({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

const folder = process.argv[2] ?? "."
const steps = existsSync(join(folder, "steps"))
  ? readFileSync(join(folder, "steps"), "utf8").trim().split("\n")
  : []
const results = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .flatMap((name) => Report.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))).testResults)
const tests = results.flatMap(({ assertionResults }) => assertionResults)

const passedTests = tests.filter(({ status }) => status === "passed").length
const failedTests = tests.filter(({ status }) => status === "failed")
// A file that breaks before its first test has no failed test to count.
const brokenFiles = results.filter(
  ({ status, assertionResults }) =>
    status === "failed" && !assertionResults.some((one) => one.status === "failed"),
)
// What one step skips for want of a tool, another may have run with it.
const ran = new Set(
  tests.filter(({ status }) => status === "passed" || status === "failed").map(({ fullName }) => fullName),
)
const notRun = new Set(tests.map(({ fullName }) => fullName).filter((name) => !ran.has(name)))
const failedSteps = steps.filter((line) => line.endsWith("failed"))
const passedSteps = steps.filter((line) => line.endsWith("ok"))

/** Too long for each run; a short form of each is among the tests. */
const longForms = [
  "npm run soak: 30 minutes of bad weather (its short form takes a minute and a half)",
  "npm run kill-test: 50 kills in the middle of live events (its short form has 8)",
  "npm run kill-test-replicas: 50 kills among four processes on one PostgreSQL, with Kafka and without (its short form has 4)",
  "npm run bench: the whole sizes, with times and memory (its quick form holds the counts)",
]

for (const form of longForms) print(`not run, by script only: ${form}`)
for (const name of notRun) print(`not run: ${name}`)
for (const { fullName } of failedTests) print(`failed: ${fullName}`)
for (const { name } of brokenFiles) print(`failed: ${name}`)
for (const line of failedSteps) print(`failed: ${line}`)
const passed = passedTests + passedSteps.length
const failed = failedTests.length + brokenFiles.length + failedSteps.length
print(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passedTests > 0 ? 0 : 1

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

// How Sentry is read, told by the program itself, and forced by its settings.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it, onTestFinished } from "vitest"
import { startPeers } from "../support/drop-in.ts"
import { runProgram } from "../support/program.ts"

const hour = 3_600_000

it("the cheapest way at first, what is remembered at the second run, the original's calls when told so", async () => {
  const { env: peers, organization, simulator } = await startPeers()
  // What was seen in the last minutes is not remembered.
  for (const issue of organization.issues.values()) {
    for (const seen of [issue, ...[...issue.tags.values()].flat()]) {
      seen.firstSeen -= hour
      seen.lastSeen -= hour
    }
  }
  organization.changed()
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-explain-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const env = { ...peers, OCEAN__DATABASE__URL: join(folder, "state.db") }
  const valueLists = () =>
    simulator.requests.filter(({ path }) => /issues\/\d+\/tags\/environment\/values\//.test(path)).length

  const first = await runProgram(["--explain"], { env })
  expect(first.code).toBe(0)
  expect(first.output).toContain("How Sentry was read:")
  expect(first.output).toContain("issue-tag: environment of 90 issues: 90 by rows of events")

  const second = await runProgram([], { env: { ...env, OCEAN__EXPLAIN: "true" } })
  expect(second.output).toContain("environment of 90 issues: 90 unchanged since they were read")
  expect(valueLists()).toBe(0)

  const third = await runProgram(["--explain"], { env: { ...env, OCEAN__TAG_SOURCE: "exact" } })
  expect(third.output).toContain("90 by all values of each issue (tagSource is exact)")
  expect(valueLists()).toBe(90)
  expect((await runProgram([], { env })).output).not.toContain("How Sentry was read")
}, 60_000)

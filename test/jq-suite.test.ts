// jq's own test suite through our page program. The data is the jq project's and stands beside the repository, where
// it is present: ../shared/fixtures/jq relative to the repository's root.
import { existsSync, readFileSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import { type JsonValue, jsonEqual } from "../src/common/json.ts"
import { createEngines } from "../src/mapping/jq-engines.ts"
import { createPageRunner } from "../src/mapping/page-run.ts"

interface SuiteCase {
  file: string
  line: number
  program: string
  /** JSON text. */
  input?: string
  /** JSON texts. */
  outputs?: string[]
  compileError?: string | boolean
}

const suite = new URL("../../shared/fixtures/jq/suite-jq-1.8.2.json", import.meta.url)
const isPresent = existsSync(suite)
// The jq project's tests as data, of this shape.
const all = isPresent ? (JSON.parse(readFileSync(suite, "utf8")) as SuiteCase[]) : []
const cases = all.filter(({ program }) => !/import|include|modulemeta/.test(program)) // there are no module files

// Values of some 10,000 levels: the engine's stack is 1 MiB.
const knownMisses = [2558, 2563, 2568, 2573, 2581, 2602, 2607, 2611, 2616, 2621, 2625, 2629, 2633].map(
  (line) => `jq.test:${line}`,
)

describe.skipIf(!isPresent)("jq's own suite, where ../shared/fixtures/jq is present", () => {
  const engines = createEngines({ workers: 1 })
  const runner = createPageRunner(engines, { PAGER: "less" }) // what two of the manual's cases ask for
  afterAll(() => engines.close())

  async function passes(one: SuiteCase): Promise<boolean> {
    if (one.compileError) {
      const call = { program: one.program, input: "", maximumOutput: 0 }
      const answer = await engines.call(call, { deadlineMs: 10_000 })
      return answer.kind === "done" && answer.exitCode === 3
    }
    const outputs = (one.outputs ?? []).map((text) => JSON.parse(text) as JsonValue) // JSON.parse gives just this type
    if (await gives(`[${one.program}\n]`, one, outputs)) return true
    // The suite does not mind an error after the last output.
    return (
      (await gives(`try ([${one.program}\n] | false) catch true`, one, true)) &&
      (await gives(`[limit(${outputs.length}; ${one.program}\n)]`, one, outputs))
    )
  }

  async function gives(program: string, one: SuiteCase, expected: JsonValue): Promise<boolean> {
    // Some of the known misses never end; they are not waited for.
    const deadlineMs = knownMisses.includes(placeOf(one)) ? 1_000 : 10_000
    const result = await runner.run({ programs: [program], texts: [one.input ?? "null"] }, deadlineMs)
    const cell = result.kind === "rows" ? result.rows[0]?.[0] : undefined
    return cell?.kind === "value" && jsonEqual(cell.value, expected)
  }

  it("passes but for the known misses", async () => {
    const missed: string[] = []
    for (const one of cases) if (!(await passes(one))) missed.push(placeOf(one))
    expect(missed).toEqual(knownMisses)
    expect(cases.length - missed.length).toBeGreaterThanOrEqual(846)
  }, 120_000)
})

function placeOf({ file, line }: SuiteCase): string {
  return `${file}:${line}`
}

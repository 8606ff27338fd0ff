// The fast path against the engine itself: where it answers at all, cell and JSON text are the same.
import { readFileSync } from "node:fs"
import fc from "fast-check"
import { afterAll, describe, expect, it } from "vitest"
import { type Compared, compareWithEngine } from "../../test/support/compare-jq.ts"
import { inputs, programs, texts } from "../../test/support/jq-arbitraries.ts"
import type { JsonValue } from "../common/json.ts"
import { silentLogger } from "../common/logger.ts"
import { compileFast } from "./jq-fast-path.ts"
import { isFaithful } from "./jq-operations.ts"
import { createJqPool } from "./jq-pool.ts"

const file = new URL("../../test/fixtures/jq/mapping-cases.json", import.meta.url)
// The file is ours and has this shape.
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: { program: string; input: JsonValue }[] }

describe("the fast path gives what jq gives", { timeout: 120_000 }, () => {
  const jq = createJqPool({ log: silentLogger, deadlineMs: 60_000 })
  afterAll(() => jq.close())

  it("for every case of the jq library", async () => {
    let cells = 0
    for (const { program, input } of cases) cells += (await compareWithEngine(jq, [program], [input])).cells
    expect(cells).toBeGreaterThan(90)
  })

  it("for each of these cases' programs on the inputs of all others", async () => {
    const { cells } = await compareWithEngine(
      jq,
      cases.map(({ program }) => program),
      [...new Map(cases.map(({ input }) => [JSON.stringify(input), input])).values()],
    )
    expect(cells).toBeGreaterThan(3_000)
  })

  it("for generated programs on generated objects", async () => {
    const seen: Compared = { taken: 0, cells: 0 }
    let all = 0
    const property = fc.asyncProperty(
      fc.array(programs, { minLength: 40, maxLength: 40 }),
      fc.array(inputs, { minLength: 12, maxLength: 12 }),
      async (some, objects) => {
        const { taken, cells } = await compareWithEngine(jq, some, objects)
        seen.taken += taken
        seen.cells += cells
        all += some.length
      },
    )
    await fc.assert(property, { numRuns: 60, endOnFailure: true })
    // Neither a generator that makes only what is refused nor a fast path that answers nothing proves anything.
    expect(seen.taken / all).toBeGreaterThan(0.5)
    expect(seen.cells / (seen.taken * 12)).toBeGreaterThan(0.3)
  })

  it("and takes no text that jq does not compile", async () => {
    let taken = 0
    const property = fc.asyncProperty(fc.array(texts, { minLength: 200, maxLength: 200 }), async (some) => {
      const accepted = [...new Set(some)].filter((text) => compileFast(text))
      taken += accepted.length
      const issues = await jq.check(accepted)
      for (const [at, issue] of issues.entries()) {
        expect([accepted[at], issue]).toEqual([accepted[at], undefined])
      }
    })
    await fc.assert(property, { numRuns: 60, endOnFailure: true })
    expect(taken).toBeGreaterThan(100)
  })
})

describe("the fast path leaves to jq", () => {
  it.each([
    [".a |"],
    [".id) | (.title"],
    [""],
    ["# only a comment"],
    [".a # x\\"],
    ["def f: 1; f"],
    ["$ENV.PATH"],
    ["env"],
    [".. | .a"],
    ["1.0"],
    ["9007199254740993"],
    ["{(1): 2}"],
    ["1 == 1 == true"],
    [".a?//1"],
    ["first(range(1e12))"],
    ['try error("x") catch .'],
    [".a\u0000"],
    [`${"[".repeat(20_000)}${"]".repeat(20_000)}`],
  ])("the program %j", (program) => {
    expect(compileFast(program)).toBeUndefined()
  })

  it.each<[program: string, input: JsonValue]>([
    [".a.b", { a: "text" }],
    [".[]", null],
    [".a + 1", { a: "1" }],
    [".a + 1", { a: 2 ** 53 - 1 }],
    [".a | tostring", { a: 1e21 }],
    [".a | tonumber", { a: "007" }],
    [".a | length", { a: true }],
    [".a < .b", { a: "\uD83D\uDE00", b: "\uFF5E" }],
    ["{(.a): 1}", { a: "10" }],
    ["{(.a): 1}", { a: "__proto__" }],
  ])("%s on %j", (program, input) => {
    const fast = compileFast(program)
    expect(fast).toBeTypeOf("function")
    expect(fast?.(input)).toBeUndefined()
  })

  it("what gives many outputs, in the end or on the way", () => {
    const input = { a: Array.from({ length: 2_000 }, () => 0) }
    const many = `[${Array.from({ length: 6 }, () => ".a[]").join(", ")}]`
    for (const program of [
      many,
      `${many} | length`,
      `${"[., .] | ".repeat(30)}.`,
      `${"(., .) | ".repeat(30)}.id`,
    ]) {
      expect(compileFast(program)).toBeTypeOf("function")
      expect([program, compileFast(program)?.(input)]).toEqual([program, undefined])
    }
  })

  it("objects that the engine cannot read as they are", () => {
    const nested = (depth: number): JsonValue => (depth === 0 ? {} : { a: nested(depth - 1) })
    expect(
      [nested(50), nested(5_000), { a: "\uD83D" }, { "\uDE00": 1 }, { a: "\uD83D\uDE00" }].map(isFaithful),
    ).toEqual([true, false, false, false, true])
  })
})

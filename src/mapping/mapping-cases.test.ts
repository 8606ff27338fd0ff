// What the real library makes of 310 programs, against what comes out of our page program.
import { readFileSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import type { JsonValue } from "../common/json.ts"
import { silentLogger } from "../common/logger.ts"
import type { Cell } from "./jq.ts"
import { createJqPool } from "./jq-pool.ts"
import { rewriteQuotes } from "./ocean-quotes.ts"

interface MappingCase {
  name: string
  program: string
  input: JsonValue
  first?: JsonValue
  error?: boolean
  compileError?: boolean
}

interface CaseFile {
  cases: MappingCase[]
  libcCases: MappingCase[]
  quoteCases: { in: string; out: string }[]
}

const file = new URL("../../test/fixtures/jq/mapping-cases.json", import.meta.url)
// The file is ours and has this shape.
const { cases, libcCases, quoteCases } = JSON.parse(readFileSync(file, "utf8")) as CaseFile

// jq keeps the text of a number that it only passes on; JSON.parse has dropped it before jq sees the input.
const numberTextDifferences: { name: string; ours: JsonValue }[] = [
  { name: "big integer kept by tostring", ours: "12345678901234567000" },
  { name: "tojson of numbers", ours: ["1", "1.1", "1E+300", "0.1"] },
]

// musl in WebAssembly where the original has glibc: dates by format, and the last digit of some functions.
const libcDifferences: { name: string; ours: { kind: "error" } | { kind: "value"; value: JsonValue } }[] = [
  { name: "strftime k l", ours: { kind: "error" } },
  { name: "strftime P", ours: { kind: "error" } },
  { name: "strftime Z", ours: { kind: "error" } },
  { name: "strftime unknown conversion stays", ours: { kind: "error" } },
  { name: "strptime Z name", ours: { kind: "error" } },
  { name: "strptime s", ours: { kind: "error" } },
  { name: "strptime leading blank", ours: { kind: "error" } },
  { name: "strptime 12-hour midnight", ours: { kind: "value", value: 1699272000 } },
  { name: "strptime short year", ours: { kind: "error" } },
  { name: "strptime day of year", ours: { kind: "value", value: 1670371200 } },
  { name: "strptime time only", ours: { kind: "value", value: 30687 } },
  { name: "strptime day overflow", ours: { kind: "value", value: [2023, 2, 2, 0, 0, 0, 4, 60] } },
  { name: "last digit of sin", ours: { kind: "value", value: 0.5984721441039564 } },
  { name: "gamma", ours: { kind: "error" } },
]

describe("the page program against the jq library", () => {
  const jq = createJqPool({ log: silentLogger })
  afterAll(() => jq.close())

  const byName = (name: string): MappingCase => {
    const found = [...cases, ...libcCases].find((one) => one.name === name)
    if (!found) throw new Error(`no case ${name}`)
    return found
  }
  const evaluate = (one: MappingCase) => jq.evaluateOne(one.program, one.input)

  it("has all the cases", () => {
    expect([cases.length, libcCases.length, quoteCases.length]).toEqual([310, 14, 14])
    expect(libcCases.map(({ name }) => name)).toEqual(libcDifferences.map(({ name }) => name))
  })

  const listed = new Set(numberTextDifferences.map(({ name }) => name))
  it.each(cases.filter(({ name }) => !listed.has(name)))("$name: $program", async (one) => {
    const cell = await evaluate(one)
    expect(comparable(cell)).toEqual(expectedCell(one))
    if (one.compileError) expect((await jq.check([one.program]))[0]).toHaveProperty("message")
  })

  it.each(numberTextDifferences)(
    "differs, as JavaScript has lost the number's text: $name",
    async ({ name, ours }) => {
      const one = byName(name)
      expect(comparable(await evaluate(one))).toEqual({ kind: "value", value: ours })
      expect(expectedCell(one)).not.toEqual({ kind: "value", value: ours })
    },
  )

  it.each(libcDifferences)("differs, as the C library is another one: $name", async ({ name, ours }) => {
    const one = byName(name)
    const cell = comparable(await evaluate(one))
    expect(cell).toEqual(ours)
    expect(expectedCell(one)).not.toEqual(ours)
  })

  it.each(quoteCases)("reads quotes as the original does: $in", ({ in: before, out }) => {
    expect(rewriteQuotes(before)).toBe(out)
  })
})

// Messages are the engine's own affair; the rest is not.
function comparable(cell: Cell): unknown {
  return cell.kind === "error" ? { kind: "error" } : cell
}

// The first output counts, also where an error comes after it.
function expectedCell(one: MappingCase): unknown {
  if (one.first !== undefined) return { kind: "value", value: one.first }
  return one.error ? { kind: "error" } : { kind: "none" }
}

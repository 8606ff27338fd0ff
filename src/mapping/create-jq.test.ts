import { afterAll, describe, expect, it } from "vitest"
import type { JsonValue } from "../common/json.ts"
import { silentLogger } from "../common/logger.ts"
import { createJq } from "./create-jq.ts"
import type { Cell } from "./jq.ts"

const value = (of: JsonValue): Cell => ({ kind: "value", value: of })

describe("simple programs", () => {
  const jq = createJq({ log: silentLogger })
  afterAll(() => jq.close())

  it("need no engine, nor does their check", async () => {
    expect(await jq.check([".id", '.a + "-" + .b', "[.list[]?.name]"])).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    const rows = await jq.evaluate(["true", ".id", ".gone.deeper", ".list[]?"], [{ id: 1 }, { id: 2 }], {
      guarded: true,
    })
    expect(rows).toEqual([
      [value(true), value(1), value(null), { kind: "none" }],
      [value(true), value(2), value(null), { kind: "none" }],
    ])
    expect(jq.stats()).toMatchObject({ fastCells: 8, engineCells: 0, pages: 0 })
  })
})

describe("programs beyond the simple", () => {
  const jq = createJq({ log: silentLogger })
  afterAll(() => jq.close())

  it("and simple ones that meet what is not get the engine's cells, the others keep theirs", async () => {
    const inputs = [
      { id: 1, slug: "a" },
      { id: 2, slug: { name: "b" } },
      { id: 3, slug: [] },
    ]
    const rows = await jq.evaluate([".id", ".slug.name", ".id * 2", ".id"], inputs)
    const wrongType = { kind: "error", message: 'Cannot index string with string ("name")' }
    expect(rows).toEqual([
      [
        value(1),
        { ...wrongType, message: expect.stringContaining("Cannot index string") },
        value(2),
        value(1),
      ],
      [value(2), value("b"), value(4), value(2)],
      [
        value(3),
        { ...wrongType, message: expect.stringContaining("Cannot index array") },
        value(6),
        value(3),
      ],
    ])
    expect(jq.stats()).toMatchObject({ fastCells: 4, engineCells: 5 })
  })

  it("run only where a guard gives true, whoever evaluates which", async () => {
    const inputs = [{ n: 1 }, { n: "x" }, { n: 3 }, { n: 4 }]
    const slowGuard = await jq.evaluate(['.n | test("x")?', ".n"], inputs, { guarded: true })
    expect(slowGuard.map(([, cell]) => cell)).toEqual([
      { kind: "none" },
      value("x"),
      { kind: "none" },
      { kind: "none" },
    ])
    const fastGuard = await jq.evaluate([".n + 1 > 3", ".n * 2", ".n"], inputs, { guarded: true })
    expect(fastGuard.map(([guard]) => guard?.kind)).toEqual(["value", "error", "value", "value"])
    expect(fastGuard.map((row) => row.slice(1))).toEqual([
      [{ kind: "none" }, { kind: "none" }],
      [{ kind: "none" }, { kind: "none" }],
      [value(6), value(3)],
      [value(8), value(4)],
    ])
  })

  it("are checked by the engine, in the order in which they were asked for", async () => {
    const issues = await jq.check([".a", ".a |", ".b", "nope"])
    expect(issues.map((issue) => issue?.message)).toEqual([
      undefined,
      "syntax error, unexpected end of file",
      undefined,
      "nope/0 is not defined",
    ])
  })
})

describe("the switch", () => {
  it("sends every program to the engine", async () => {
    const jq = createJq({ log: silentLogger, fastPath: false })
    expect(await jq.evaluateOne(".a", { a: 1 })).toEqual(value(1))
    expect(jq.stats()).toMatchObject({ fastCells: 0, engineCells: 1 })
    await jq.close()
  })
})

describe("the end", () => {
  it("is told to whoever still asks, and an abort to whoever gave up", async () => {
    const jq = createJq({ log: silentLogger })
    const signal = AbortSignal.abort(new Error("enough"))
    await expect(jq.evaluate([".a"], [{}], { signal })).rejects.toThrow("enough")
    await jq.close()
    await expect(jq.evaluate([".a"], [{}])).rejects.toThrow("closed")
  })
})

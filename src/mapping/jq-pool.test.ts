import { afterAll, describe, expect, it } from "vitest"
import type { JsonValue } from "../common/json.ts"
import { createLogger, silentLogger } from "../common/logger.ts"
import type { Cell } from "./jq.ts"
import { createJqPool } from "./jq-pool.ts"

const value = (of: JsonValue): Cell => ({ kind: "value", value: of })
const column = (rows: Cell[][], at: number) => rows.map((row) => row[at])
const stopped = (cell: Cell | undefined) => cell?.kind === "error" && cell.quarantined === true
const numbers = (count: number) => Array.from({ length: count }, (_, index) => ({ id: index }))

describe("cells", () => {
  const jq = createJqPool({ log: silentLogger })
  afterAll(() => jq.close())

  it("are the first output, nothing, or an error", async () => {
    const [row] = await jq.evaluate(
      [".a, 2", "empty", '1, error("late")', 'error("x")', "error({a: 1})"],
      [{ a: 1 }],
    )
    expect(row).toEqual([
      value(1),
      { kind: "none" },
      value(1),
      { kind: "error", message: "x" },
      { kind: "error", message: '{"a":1}' },
    ])
  })

  it("come in the order of programs and inputs, for more objects than one page holds", async () => {
    const rows = await jq.evaluate([".id", ".id * 2", ".id"], numbers(2_300))
    expect(rows.length).toBe(2_300)
    expect(rows[2_222]).toEqual([value(2_222), value(4_444), value(2_222)])
  })

  it("come for more program text than one page program holds", async () => {
    const programs = Array.from({ length: 400 }, (_, index) => `.id + ${index} # ${"x".repeat(200)}`)
    const rows = await jq.evaluate(["true", ...programs], numbers(3), { guarded: true })
    expect(column(rows, 400)).toEqual([value(399), value(400), value(401)])
  })

  it("of guarded programs are left out where the guard does not give true", async () => {
    const rows = await jq.evaluate([".id > 0", ".id"], [{ id: 1 }, { id: 0 }, { id: 2 }], { guarded: true })
    expect(rows).toEqual([
      [value(true), value(1)],
      [value(false), { kind: "none" }],
      [value(true), value(2)],
    ])
  })

  it("are errors for a guard that does not compile, and nothing behind it", async () => {
    const [row] = await jq.evaluate([".a |", ".id"], [{ id: 1 }], { guarded: true })
    expect(row?.[0]?.kind).toBe("error")
    expect(row?.[1]).toEqual({ kind: "none" })
  })

  it("are none for no objects, and empty rows for no programs", async () => {
    expect(await jq.evaluate([".a"], [])).toEqual([])
    expect(await jq.evaluate([], [{}, {}])).toEqual([[], []])
  })

  it("know no environment, no file, no console and no further input", async () => {
    const programs = [
      "env",
      "$ENV.PATH",
      "input_filename",
      "input",
      "debug | 1",
      "[inputs]",
      "get_search_list",
    ]
    const [row] = await jq.evaluate(programs, [null])
    expect(row).toEqual([
      value({}),
      value(null),
      value(null),
      { kind: "error", message: "break" },
      value(1),
      value([]),
      value([]),
    ])
  })

  it.each(["halt", "1, halt", '"bye" | halt_error', "halt_error(3)"])("go on after %s", async (program) => {
    const [row] = await jq.evaluate([program, ".a"], [{ a: 5 }])
    expect(row?.[1]).toEqual(value(5))
    expect(row?.[0]).toEqual(program === "1, halt" ? value(1) : { kind: "none" })
  })
})

describe("compile checks", () => {
  const jq = createJqPool({ log: silentLogger })
  afterAll(() => jq.close())

  it("say what is wrong and where", async () => {
    const issues = await jq.check([".a", ".a |", ".b.c\n | foo"])
    expect(issues).toEqual([
      undefined,
      { message: "syntax error, unexpected end of file", line: 1, column: 4 },
      { message: "foo/0 is not defined", line: 2, column: 4 },
    ])
  })

  it.each([
    [".id) | (.title"],
    [".a # x\\"],
    ["def f: 1;"],
    ['import "a" as a; .'],
    [""],
    ["# only a comment"],
    [".a\u0000) | (.b"],
    ["$__guard"],
    ["$__halt"],
  ])("refuse what would reach out of its cell: %j", async (program) => {
    expect((await jq.check([program]))[0]).toBeDefined()
    const [row] = await jq.evaluate([program, ".id", ".title"], [{ id: 1, title: "t" }])
    expect(row?.[0]?.kind).toBe("error")
    expect(row?.slice(1)).toEqual([value(1), value("t")])
  })

  it("run nothing of a program", async () => {
    expect(await jq.check(["def f: f; f", ".x * 1e9", "last(range(1e12))"])).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(jq.stats()).toMatchObject({ timeouts: 0, traps: 0 })
  })

  it("do not break down at a program that the engine cannot take", async () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`
    const [issue, fine] = await jq.check([deep, ".a"])
    expect(issue).toBeDefined()
    expect(fine).toBeUndefined()
  })
})

describe("the environment", () => {
  it("shows only what is allowed, and never a credential of ours", async () => {
    const environment = { REGION: 'eu "west" \\(1)', OCEAN__PORT__CLIENT_SECRET: "s3cret", ocean__x: "y" }
    const jq = createJqPool({ log: silentLogger, environment })
    const [row] = await jq.evaluate(["env", "$ENV", "env.REGION"], [null])
    expect(row).toEqual([
      value({ REGION: environment.REGION }),
      value({ REGION: environment.REGION }),
      value(environment.REGION),
    ])
    await jq.close()
  })
})

describe("what does not end", () => {
  const fields = Array.from({ length: 10 }, (_, index) => `.id + ${index}`)
  const short = { deadlineMs: 1_500, retryDeadlineMs: 400 }

  it("costs its own cells only, is told once, and does not hold up the next page", async () => {
    const lines: string[] = []
    const log = createLogger({
      level: "error",
      format: "json",
      secrets: [],
      write: (line) => lines.push(line),
    })
    const jq = createJqPool({ log, ...short })
    // jq computes the first one as it compiles it.
    const poison = ['"x" * 1e9', "def f: f; f", '"x" * (.id + 1e9)', "reduce range(100000) as $i (0; [.])"]
    const rows = await jq.evaluate([...fields, ...poison], numbers(30))
    for (const [index, row] of rows.entries()) {
      expect(row.slice(0, 10)).toEqual(fields.map((_, added) => value(index + added)))
      expect(row.slice(10).map(stopped)).toEqual([true, true, true, true])
    }
    expect(lines.map((line) => JSON.parse(line).expression)).toEqual(poison)

    const before = jq.stats()
    const next = await jq.evaluate([...fields, ...poison], numbers(30))
    expect(next.map((row) => row.map((cell) => (stopped(cell) ? "stopped" : cell.kind)))).toEqual(
      rows.map((row) => row.map((cell) => (stopped(cell) ? "stopped" : cell.kind))),
    )
    expect(jq.stats()).toMatchObject({
      timeouts: before.timeouts,
      traps: before.traps,
      pages: before.pages + 1,
    })
    await jq.close()
  })

  it("is tried again after forgetQuarantine", async () => {
    const jq = createJqPool({ log: silentLogger, ...short })
    await jq.evaluate(['"x" * 1e9', ".id"], numbers(5))
    const before = jq.stats().traps
    jq.forgetQuarantine()
    const rows = await jq.evaluate(['"x" * 1e9', ".id"], numbers(5))
    expect(jq.stats().traps).toBeGreaterThan(before)
    expect(column(rows, 1)).toEqual([0, 1, 2, 3, 4].map(value))
    await jq.close()
  })

  it("on one object costs that object's cell only", async () => {
    const jq = createJqPool({ log: silentLogger, ...short })
    const picky = "if .id == 77 then def f: f; f else .id end"
    const rows = await jq.evaluate([".id", picky], numbers(120))
    expect(column(rows, 0)).toEqual(numbers(120).map(({ id }) => value(id)))
    expect(column(rows, 1).flatMap((cell, index) => (stopped(cell) ? [index] : []))).toEqual([77])
    expect(rows[78]?.[1]).toEqual(value(78))
    // The expression works elsewhere, so that it is not given up.
    expect(await jq.evaluateOne(picky, { id: 1 })).toEqual(value(1))
    await jq.close()
  })

  it("as an object that no program can read costs that object only", async () => {
    const jq = createJqPool({ log: silentLogger, ...short })
    const deep = (levels: number) => {
      let nested: JsonValue = 0
      for (let level = 0; level < levels; level++) nested = [nested]
      return { id: -1, nested }
    }
    const rows = await jq.evaluate(
      [".id > 1", ".id", ".nested"],
      [{ id: 1 }, deep(9_999), { id: 2 }, deep(200_000), { id: 3 }],
      {
        guarded: true,
      },
    )
    expect(column(rows, 0).map((cell) => (stopped(cell) ? "stopped" : cell))).toEqual([
      value(false),
      "stopped",
      value(true),
      "stopped",
      value(true),
    ])
    expect(column(rows, 1).filter((cell) => !stopped(cell))).toEqual([{ kind: "none" }, value(2), value(3)])
    await jq.close()
  })

  it("as a guard leaves every object without cells", async () => {
    const jq = createJqPool({ log: silentLogger, ...short })
    const rows = await jq.evaluate(["def f: f; f", ".id"], numbers(4), { guarded: true })
    expect(column(rows, 0).every(stopped)).toBe(true)
    expect(column(rows, 1)).toEqual(Array.from({ length: 4 }, () => ({ kind: "none" })))
    await jq.close()
  })

  it("on single objects is given up only when it has failed on several and worked on none", async () => {
    const jq = createJqPool({ log: silentLogger, ...short })
    const picky = 'if .bad then "x" * .bad else 1 end'
    await jq.evaluateOne(picky, {})
    for (let time = 0; time < 4; time++) expect(stopped(await jq.evaluateOne(picky, { bad: 1e9 }))).toBe(true)
    expect(await jq.evaluateOne(picky, {})).toEqual(value(1))
    await jq.close()
  })

  it("cannot break out of its cell by an error that jq takes for its own", async () => {
    const jq = createJqPool({ log: silentLogger, ...short })
    const [row] = await jq.evaluate(["error({__jq: 1})", ".id"], [{ id: 1 }])
    expect(row?.[0]?.kind).toBe("error")
    expect(row?.[1]).toEqual(value(1))
    await jq.close()
  })
})

describe("an evaluation that is not wanted any more", () => {
  it("rejects at once when its signal fires, and the engine goes on for others", async () => {
    const jq = createJqPool({ log: silentLogger, deadlineMs: 1_000, retryDeadlineMs: 300 })
    const abort = new AbortController()
    const endless = jq.evaluate(["def f: f; f"], [1], { signal: abort.signal })
    setTimeout(() => abort.abort(), 50)
    await expect(endless).rejects.toMatchObject({ name: "AbortError" })
    expect(await jq.evaluateOne(".", 1)).toEqual(value(1))
    await jq.close()
  })

  it("rejects when the pool is closed under it, and so does every later one", async () => {
    const jq = createJqPool({ log: silentLogger })
    await jq.evaluateOne(".", 1)
    const endless = jq.evaluate(["def f: f; f"], [1])
    setTimeout(() => void jq.close(), 50)
    await expect(endless).rejects.toMatchObject({ code: "jq_closed" })
    await expect(jq.evaluateOne(".", 1)).rejects.toMatchObject({ code: "jq_closed" })
  })
})

it("several workers work side by side and give the same cells", async () => {
  const jq = createJqPool({ log: silentLogger, workers: 2 })
  const results = await Promise.all(
    Array.from({ length: 6 }, (_, k) => jq.evaluate([`.id + ${k}`], numbers(50))),
  )
  results.forEach((rows, k) => {
    expect(column(rows, 0)).toEqual(numbers(50).map(({ id }) => value(id + k)))
  })
  await jq.close()
})

// jq over pages of objects, in worker threads: checked programs, one page program per page, and a failed page worked
// through program by program, so that what does not end costs only its own cells.
import type { JsonValue } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"
import { checkProgram } from "./compile-check.ts"
import type { Cell, CompileIssue, EvaluateOptions, Jq, JqStats } from "./jq.ts"
import { createEngines } from "./jq-engines.ts"
import { splitPrograms } from "./page-program.ts"
import { createPageRunner, type Page } from "./page-run.ts"
import { createQuarantine, isTrue, quarantined } from "./quarantine.ts"

export interface JqPoolOptions {
  /** Engines at most, each a thread; started when needed. Default 1. */
  workers?: number
  /** Milliseconds for one page. Default 10 s. */
  deadlineMs?: number
  /** Milliseconds for one program, or one object, of a page that failed. Default 2 s. */
  retryDeadlineMs?: number
  /** What `env` and `$ENV` show. Names that begin with OCEAN__ hold credentials and are left out. Default: nothing. */
  environment?: Readonly<Record<string, string>>
  log: Logger
}

const largestPage = 1000
const smallestPage = 10
/** Characters of JSON: the engine's memory is 256 MB, and a value takes many times its text. */
const largestPageText = 8_000_000

export function createJqPool(options: JqPoolOptions): Jq {
  const { log, deadlineMs = 10_000, retryDeadlineMs = 2_000 } = options
  const engines = createEngines({ workers: options.workers ?? 1 })
  const runner = createPageRunner(engines, visibleEnvironment(options.environment ?? {}))
  const quarantine = createQuarantine({ runner, deadlineMs: retryDeadlineMs, log })
  const issues = new Map<string, Promise<CompileIssue | undefined>>()
  const uncompiled = new Set<string>()
  const counts = { pages: 0, objects: 0, engineCells: 0, quarantined: 0 }
  let pageSize = largestPage

  function checkOne(program: string): Promise<CompileIssue | undefined> {
    const known = issues.get(program)
    if (known) return known
    const fresh = checkProgram(program, (text) =>
      engines.call({ program: text, input: "", maximumOutput: 0 }, { deadlineMs: retryDeadlineMs }),
    )
    issues.set(program, fresh)
    fresh.then(
      (issue) => noteBreakdown(program, issue),
      () => issues.delete(program), // no engine: that says nothing about the program
    )
    return fresh
  }

  function noteBreakdown(program: string, issue: CompileIssue | undefined): void {
    if (!issue?.quarantined) return
    uncompiled.add(program)
    log.error({ expression: program, reason: issue.message }, "Expression given up for this run")
  }

  async function refusals(programs: readonly string[]): Promise<Map<string, Cell>> {
    const found = await Promise.all(programs.map(checkOne))
    const refused = new Map<string, Cell>()
    for (const [at, program] of programs.entries()) {
      const issue = found[at]
      if (issue) refused.set(program, refusalCell(issue))
    }
    return refused
  }

  async function evaluate(
    programs: readonly string[],
    inputs: readonly JsonValue[],
    { signal, guarded = false }: EvaluateOptions = {},
  ): Promise<Cell[][]> {
    if (inputs.length === 0 || programs.length === 0) return inputs.map(() => [])
    const distinct = new Set(programs)
    const guard = guarded ? programs[0] : undefined
    const refused = await refusals([...distinct])
    const rows: Cell[][] = []
    while (rows.length < inputs.length) {
      signal?.throwIfAborted()
      const { texts, unwritable } = takePage(inputs, rows.length, pageSize)
      const columns = await evaluatePage(distinct, { guard, refused, texts, signal })
      const inOrder = programs.map((program) => columns.get(program))
      for (const index of texts.keys()) {
        rows.push(inOrder.map((cellOf) => (unwritable.has(index) ? tooDeep : cellOf?.(index)) ?? none))
      }
    }
    return rows
  }

  interface PageWork {
    guard: string | undefined
    refused: ReadonlyMap<string, Cell>
    texts: readonly string[]
    signal: AbortSignal | undefined
  }

  /** For each program its cell by the object's position. */
  async function evaluatePage(programs: ReadonlySet<string>, work: PageWork): Promise<Map<string, Column>> {
    const { guard, refused, texts, signal } = work
    const columns = new Map<string, Column>()
    const refusal = (program: string) => refused.get(program) ?? givenUp(program)
    const isClosed = guard !== undefined && refusal(guard) !== undefined
    const runnable: string[] = []
    for (const program of programs) {
      const cell = isClosed && program !== guard ? none : refusal(program)
      if (cell) columns.set(program, () => cell)
      else if (program !== guard) runnable.push(program)
    }
    if (isClosed) return columns
    const groups = splitPrograms(runnable)
    if (groups.length === 0 && guard !== undefined) groups.push([])
    for (const group of groups) {
      const rows = await runGroup({ programs: group, guard, texts }, signal)
      const names = guard === undefined ? group : [guard, ...group]
      for (const [at, program] of names.entries()) columns.set(program, (index) => rows[index]?.[at])
    }
    return columns
  }

  function givenUp(program: string): Cell | undefined {
    const reason = quarantine.reasonFor(program)
    return reason === undefined ? undefined : quarantined(reason)
  }

  async function runGroup(page: Page, signal: AbortSignal | undefined): Promise<Cell[][]> {
    const result = await runner.run(page, deadlineMs, signal)
    if (result.kind === "rows") {
      counts.pages++
      noteWorking(page, result.rows)
      return count(page, result.rows)
    }
    log.warn(
      { objects: page.texts.length, expressions: page.programs.length, reason: result.message },
      "jq page failed",
    )
    const { rows, guilty } = await quarantine.isolate(page, signal)
    counts.quarantined += guilty
    // Nobody is guilty alone: together they were too much, so that the next pages are smaller.
    const smaller = Math.floor(page.texts.length / 4)
    if (guilty === 0 && smaller >= smallestPage) pageSize = Math.min(pageSize, smaller)
    return count(page, rows)
  }

  function noteWorking(page: Page, rows: Cell[][]): void {
    const { guard, programs } = page
    if (guard !== undefined) quarantine.noteWorking([guard])
    if (guard === undefined || rows.some(([cell]) => isTrue(cell))) quarantine.noteWorking(programs)
  }

  function count(page: Page, rows: Cell[][]): Cell[][] {
    counts.objects += page.texts.length
    for (const row of rows) counts.engineCells += row.length
    return rows
  }

  return {
    check: (programs) => Promise.all(programs.map(checkOne)),
    evaluate,
    async evaluateOne(program, input, evaluateOptions = {}) {
      const [row] = await evaluate([program], [input], evaluateOptions)
      return row?.[0] ?? none
    },
    forgetQuarantine() {
      quarantine.forget()
      for (const program of uncompiled) issues.delete(program)
      uncompiled.clear()
      pageSize = largestPage
    },
    stats: (): JqStats => ({ ...counts, fastCells: 0, ...engines.stats() }),
    close: () => engines.close(),
  }
}

const none: Cell = { kind: "none" }

type Column = (index: number) => Cell | undefined

const tooDeep = quarantined("the object is nested too deeply")

interface PageTexts {
  /** One JSON text per object. */
  texts: string[]
  /** Positions of objects that cannot be written as JSON; `null` stands for them. */
  unwritable: Set<number>
}

function takePage(inputs: readonly JsonValue[], from: number, size: number): PageTexts {
  const page: PageTexts = { texts: [], unwritable: new Set() }
  let length = 0
  for (let at = from; at < inputs.length && page.texts.length < size; at++) {
    const text = jsonText(inputs[at] ?? null)
    length += text?.length ?? 0
    if (page.texts.length > 0 && length > largestPageText) break
    if (text === undefined) page.unwritable.add(page.texts.length)
    page.texts.push(text ?? "null")
  }
  return page
}

function jsonText(value: JsonValue): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined // nested beyond the stack; the caller makes a cell of it
  }
}

function refusalCell({ message, line, column, quarantined: stopped }: CompileIssue): Cell {
  if (stopped) return quarantined(message)
  const place = line === undefined || column === undefined ? "" : ` (line ${line}, column ${column})`
  return { kind: "error", message: `does not compile: ${message}${place}` }
}

function visibleEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^OCEAN__/i.test(name)))
}

// jq for mappings: simple programs in JavaScript, where they are equal to jq; all others, and whatever a simple one meets
// that is not simple, in the engine, which starts when it is first needed.
import type { JsonValue } from "../common/json.ts"
import type { Cell, EvaluateOptions, Jq } from "./jq.ts"
import { compileFast, type FastProgram } from "./jq-fast-path.ts"
import { isFaithful } from "./jq-operations.ts"
import { createJqPool, type JqPoolOptions } from "./jq-pool.ts"
import { isTrue } from "./quarantine.ts"

export interface JqOptions extends JqPoolOptions {
  /** Default true; false sends every program to the engine, which gives the same cells. */
  fastPath?: boolean
}

export function createJq({ fastPath = true, ...options }: JqOptions): Jq {
  const engine = createJqPool(options)
  return fastPath ? withFastPath(engine) : engine
}

function withFastPath(engine: Jq): Jq {
  const compiled = new Map<string, FastProgram | undefined>()
  let fastCells = 0
  let closed = false

  function fastOf(program: string): FastProgram | undefined {
    if (!compiled.has(program)) compiled.set(program, compileFast(program))
    return compiled.get(program)
  }

  async function check(programs: readonly string[]) {
    const slow = programs.filter((program) => !fastOf(program))
    const found = slow.length === 0 ? [] : await engine.check(slow)
    const issues = new Map(slow.map((program, at) => [program, found[at]]))
    return programs.map((program) => issues.get(program))
  }

  async function evaluate(
    programs: readonly string[],
    inputs: readonly JsonValue[],
    { signal, guarded = false }: EvaluateOptions = {},
  ): Promise<Cell[][]> {
    signal?.throwIfAborted()
    // After its end the engine says so itself.
    if (closed || !programs.some(fastOf))
      return await engine.evaluate(programs, inputs, { ...(signal && { signal }), guarded })
    const guard = guarded ? programs[0] : undefined
    const objects: Objects = { inputs, readable: inputs.map((input) => isFaithful(input)) }
    const columns = new Map<string, Cell[]>()
    let open: readonly number[] = inputs.map((_, index) => index)
    if (guard !== undefined) {
      const [cells = []] = await columnsOf([guard], objects, open, signal)
      columns.set(guard, cells)
      open = open.filter((index) => isTrue(cells[index]))
    }
    const rest = [...new Set(programs)].filter((program) => program !== guard)
    const cells = await columnsOf(rest, objects, open, signal)
    for (const [at, program] of rest.entries()) columns.set(program, cells[at] ?? [])
    const inOrder = programs.map((program) => columns.get(program))
    return inputs.map((_, index) => inOrder.map((column) => column?.[index] ?? none))
  }

  /** For each program its cells by the position of the object; only those of the open ones. */
  async function columnsOf(
    programs: readonly string[],
    objects: Objects,
    open: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<Cell[][]> {
    const columns = programs.map((program) => fastColumn(fastOf(program), objects, open))
    const lacking = (column: Cell[], index: number) => column[index] === undefined
    // One call for the programs that jq must run on all objects, one for those that met something on some.
    const slow = programs.flatMap((program, at) => (fastOf(program) ? [] : [at]))
    await fill(slow, open)
    const met = open.filter((index) => columns.some((column) => lacking(column, index)))
    await fill(
      programs.flatMap((_, at) => (met.some((index) => lacking(columns[at] ?? [], index)) ? [at] : [])),
      met,
    )
    return columns

    async function fill(positions: readonly number[], rows: readonly number[]): Promise<void> {
      if (positions.length === 0 || rows.length === 0) return
      const texts = positions.map((at) => programs[at] ?? "")
      const some = rows.map((index) => objects.inputs[index] ?? null)
      const answers = await engine.evaluate(texts, some, signal ? { signal } : {})
      for (const [row, index] of rows.entries()) {
        for (const [cell, at] of positions.entries()) {
          const column = columns[at]
          if (column) column[index] ??= answers[row]?.[cell] ?? none
        }
      }
    }
  }

  function fastColumn(
    program: FastProgram | undefined,
    { inputs, readable }: Objects,
    open: readonly number[],
  ): Cell[] {
    const column: Cell[] = []
    if (!program) return column
    for (const index of open) {
      const cell = readable[index] ? program(inputs[index] ?? null) : undefined
      if (!cell) continue
      column[index] = cell
      fastCells++
    }
    return column
  }

  return {
    check,
    evaluate,
    async evaluateOne(program, input, options = {}) {
      const [row] = await evaluate([program], [input], options)
      return row?.[0] ?? none
    },
    forgetQuarantine: () => engine.forgetQuarantine(),
    stats: () => ({ ...engine.stats(), fastCells }),
    close() {
      closed = true
      return engine.close()
    },
  }
}

interface Objects {
  inputs: readonly JsonValue[]
  /** Which of them the engine reads as they are. */
  readable: readonly boolean[]
}

const none: Cell = { kind: "none" }

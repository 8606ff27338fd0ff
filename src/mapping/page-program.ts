// One jq program for a whole page of objects, each cell of its output a value, nothing or an error.
import { isJsonObject, type JsonValue, parseJson } from "../common/json.ts"
import type { Cell } from "./jq.ts"

export interface PageProgramOptions {
  /** The other programs run only where this one gives true; its cell comes first in each row. */
  guard?: string | undefined
  /** All that `env` and `$ENV` show. */
  environment: Readonly<Record<string, string>>
}

/** Every program must compile on its own and in parentheses; else it could change what the others mean. */
export function buildPageProgram(programs: readonly string[], options: PageProgramOptions): string {
  const cells = programs.map(cellProgram).join(",\n")
  const row =
    options.guard === undefined
      ? `[${cells}]`
      : // No program of a user can name $__guard: it does not compile alone.
        `${cellProgram(options.guard)} as $__guard | if $__guard == [true] then [$__guard${cells && `,\n${cells}`}] else [$__guard] end`
  return `${prelude(options.environment)} map(${row})`
}

/** jq refuses functions above 64 KB of byte code; below this many characters of text a page is safe. */
const maximumLength = 32_000

/** Groups of programs, in order, each small enough for one page program. */
export function splitPrograms(programs: readonly string[]): string[][] {
  const groups: string[][] = []
  let length = 0
  for (const program of programs) {
    const group = groups.at(-1)
    const added = program.length + 150 // what a cell puts around its program
    if (group && length + added <= maximumLength) {
      group.push(program)
      length += added
      continue
    }
    groups.push([program])
    length = added
  }
  return groups
}

/** The rows of a page's output; undefined where it is not what a page program prints. */
export function readPage(stdout: string, objects: number): Cell[][] | undefined {
  const rows = parseJson(stdout)
  if (!Array.isArray(rows) || rows.length !== objects) return undefined
  return rows.map((row) => (Array.isArray(row) ? row.map(readCell) : []))
}

const nothing: Cell = { kind: "none" }

function readCell(cell: JsonValue): Cell {
  if (Array.isArray(cell)) {
    const [value] = cell
    return value === undefined ? nothing : { kind: "value", value }
  }
  return { kind: "error", message: isJsonObject(cell) ? String(cell.e) : String(cell) }
}

// Makes the command line behave as the library does, where there is no further input, no file and no console.
function prelude(environment: Readonly<Record<string, string>>): string {
  const variables = JSON.stringify(environment) // a JSON object is a jq literal: it has no \( in it
  return [
    `def env: ${variables}; ${variables} as $ENV |`,
    `def input: error("break"); def inputs: empty; def input_filename: null;`,
    `def input_line_number: error("Unknown input line number"); def debug: .; def debug(f): .; def stderr: .;`,
    `def get_search_list: [];`,
  ].join(" ")
}

// The line end before the closing parenthesis ends a trailing comment.
function cellProgram(program: string): string {
  return `(try [first(${withoutHalt(program)}\n)] catch {e:(if type=="string" then . else tojson end)})`
}

// jq's own halt would end the page, not the program.
function withoutHalt(program: string): string {
  if (!/\bhalt/.test(program)) return program
  return `label $__halt | def halt: break $__halt; def halt_error: break $__halt; def halt_error($code): break $__halt; first(${program}\n)`
}

// The contract of the jq engine: pages of objects in, one cell per object and program out.
import type { JsonValue } from "../common/json.ts"

/** The first output of one program for one object: a value, no output at all, or an error. */
export type Cell =
  | { kind: "value"; value: JsonValue }
  | { kind: "none" }
  | {
      kind: "error"
      message: string
      /** The program was stopped on this object (endless, out of memory), rather than failing by itself. */
      quarantined?: true
    }

/** Why a program does not compile. Line and column count from 1, in the text as it was given. */
export interface CompileIssue {
  message: string
  line?: number
  column?: number
  /** The engine broke down over it; it is compiled again after `forgetQuarantine`. */
  quarantined?: true
}

export interface EvaluateOptions {
  signal?: AbortSignal
  /**
   * The first program guards the others: they are evaluated only for objects for which it gives true, and their cells
   * are `none` for all other objects.
   */
  guarded?: boolean
}

export interface JqStats {
  /** Pages that the engine worked through without trouble, and the objects in them. */
  pages: number
  objects: number
  /** Cells that came from the engine. */
  engineCells: number
  /** Cells computed without it. */
  fastCells: number
  /** Engines stopped at a deadline, and engines that broke down. */
  timeouts: number
  traps: number
  /** Engines started to replace a stopped or broken one. */
  respawns: number
  /** Cells given up because their program would not end on that object. */
  quarantined: number
}

export interface Jq {
  /** One answer per program: undefined where it compiles. Runs nothing of the program; remembered by text. */
  check(programs: readonly string[]): Promise<(CompileIssue | undefined)[]>
  /**
   * `cells[i][k]` is the first output of `programs[k]` on `inputs[i]`. Never rejects for what a program does: one that
   * does not compile gives error cells, one that does not end costs its own cells only. Rejects on abort, after
   * `close`, and when no engine can be started. Any number of inputs; 500 at a time are cheapest.
   */
  evaluate(
    programs: readonly string[],
    inputs: readonly JsonValue[],
    options?: EvaluateOptions,
  ): Promise<Cell[][]>
  /** One program on one object: for validations and small things. */
  evaluateOne(program: string, input: JsonValue, options?: { signal?: AbortSignal }): Promise<Cell>
  /** Gives programs that were stopped another chance; called at the start of a run. */
  forgetQuarantine(): void
  stats(): JqStats
  close(): Promise<void>
}

// A jq program in JavaScript, where it is simple enough to be proved equal to jq itself.
import type { JsonValue } from "../common/json.ts"
import type { Cell } from "./jq.ts"
import { compileNode, type Frame } from "./jq-closures.ts"
import { isFaithful, isLeaveToJq, leaveToJq } from "./jq-operations.ts"
import { parseJq } from "./jq-parser.ts"

/**
 * The cell of one object, which must be faithful (`isFaithful`), as the engine would give it; undefined where only the
 * engine can tell, errors included.
 */
export type FastProgram = (input: JsonValue) => Cell | undefined

/** Of one evaluation; one that takes more is left to the engine, which has a deadline and another thread. */
const mostSteps = 10_000

/** Undefined where the program is not in the subset. One that is compiles in jq too. */
export function compileFast(program: string): FastProgram | undefined {
  const node = parseJq(program)
  const compiled = node && unlessLeft(() => compileNode(node))
  if (!compiled) return undefined
  const { code, variables } = compiled
  const { one } = code
  const evaluate = one
    ? (input: JsonValue) => valueCell(one(input, newFrame(variables)))
    : (input: JsonValue) => {
        let first: Cell | undefined
        code.each(input, newFrame(variables), (value) => {
          first ??= valueCell(value)
        })
        return first ?? none
      }
  return (input) => unlessLeft(() => evaluate(input))
}

const none: Cell = { kind: "none" }

function valueCell(value: JsonValue): Cell {
  return isFaithful(value) ? { kind: "value", value } : leaveToJq()
}

function newFrame(variables: number): Frame {
  return { variables: new Array<JsonValue>(variables).fill(null), budget: mostSteps }
}

function unlessLeft<T>(attempt: () => T): T | undefined {
  try {
    return attempt()
  } catch (error) {
    // A RangeError: too deep for the stack, or a text too long for memory.
    if (isLeaveToJq(error) || error instanceof RangeError) return undefined
    throw error
  }
}

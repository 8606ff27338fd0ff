// Pure: the tree of a jq program as closures. Each gives its outputs in jq's order, or leaves the program to jq.
import type { JsonObject, JsonValue } from "../common/json.ts"
import { functionsOfOne, plainFunctions } from "./jq-functions.ts"
import {
  asList,
  asNewKey,
  compare,
  isEqual,
  isTruthy,
  itemsOf,
  joinTexts,
  leaveToJq,
  minus,
  ofRightType,
  plus,
  sliceOf,
  toText,
  valueAt,
} from "./jq-operations.ts"
import type { JqNode, JqOperator } from "./jq-parser.ts"

/** What one evaluation carries along. */
export interface Frame {
  /** The values of variables, each binding in a place of its own. */
  variables: JsonValue[]
  /** Items, commas and operations that may still be worked through. */
  budget: number
}

export type Emit = (value: JsonValue) => void

export interface Code {
  each(input: JsonValue, frame: Frame, emit: Emit): void
  /** Where there is exactly one output, whatever the input. */
  one?: One
}

type One = (input: JsonValue, frame: Frame) => JsonValue

/** Names of variables, each with its place in the frame. */
type Scope = ReadonlyMap<string, number>

/** Leaves to jq (by throwing) what calls functions or names variables that are not known here. */
export function compileNode(node: JqNode): { code: Code; variables: number } {
  let variables = 0
  return { code: compile(node, new Map()), variables }

  function compile(node: JqNode, scope: Scope): Code {
    switch (node.type) {
      case "identity":
        return single((input) => input)
      case "literal":
        return single(() => node.value)
      case "variable":
        return variable(scope.get(node.name) ?? leaveToJq())
      case "index":
        return index(node, scope)
      case "slice":
        return slice(node, compile(node.of, scope))
      case "iterate":
        return iterate(compile(node.of, scope), node.optional)
      case "text":
        return text(node.parts, scope)
      case "array":
        return array(node.items && compile(node.items, scope))
      case "object":
        return object(node.entries, scope)
      case "binary":
        return binary(node.operator, compile(node.left, scope), compile(node.right, scope))
      case "bind":
        return bind(node, scope)
      case "if":
        return choose(compile(node.condition, scope), compile(node.yes, scope), compile(node.no, scope))
      case "call":
        return call(node.name, node.args, scope)
    }
  }

  function index({ of, key, optional }: JqNode & { type: "index" }, scope: Scope): Code {
    const source = compile(of, scope)
    if (key.type === "literal" && !optional && source.one) {
      const { one } = source
      const { value } = key
      return single((input, frame) => ofRightType(valueAt(one(input, frame), value)))
    }
    const step = (value: JsonValue, at: JsonValue, emit: Emit) => {
      const found = valueAt(value, at)
      if (found !== undefined) emit(found)
      else if (!optional) leaveToJq()
    }
    const keys = compile(key, scope)
    return {
      each: (input, frame, emit) =>
        keys.each(input, frame, (at) => source.each(input, frame, (value) => step(value, at, emit))),
    }
  }

  function text(parts: (string | JqNode)[], scope: Scope): Code {
    const ones = parts.map((part): One => {
      if (typeof part === "string") return () => part
      const { one } = compile(part, scope)
      return one ? (input, frame) => toText(one(input, frame)) : leaveToJq()
    })
    return single((input, frame) => {
      spend(frame)
      return ones.reduce((before, one) => joinTexts(before, String(one(input, frame))), "")
    })
  }

  function object(entries: [JqNode, JqNode][], scope: Scope): Code {
    const pairs = entries.map(([key, value]): [Code, Code] => {
      if (key.type === "literal") asNewKey(key.value)
      return [compile(key, scope), compile(value, scope)]
    })
    const fill = (at: number, made: JsonObject, input: JsonValue, frame: Frame, emit: Emit): void => {
      const pair = pairs[at]
      if (!pair) {
        emit(made)
        return
      }
      const [keys, values] = pair
      keys.each(input, frame, (key) => {
        const name = asNewKey(key)
        values.each(input, frame, (value) => fill(at + 1, { ...made, [name]: value }, input, frame, emit))
      })
    }
    const each: Code["each"] = (input, frame, emit) => fill(0, {}, input, frame, emit)
    return pairs.every((pair) => pair.every(({ one }) => one)) ? { each, one: onlyOutput(each) } : { each }
  }

  function bind({ source, name, body }: JqNode & { type: "bind" }, scope: Scope): Code {
    const place = variables++
    const values = compile(source, scope)
    const inner = compile(body, new Map(scope).set(name, place))
    if (values.one && inner.one) {
      const { one } = values
      const { one: result } = inner
      return single((input, frame) => {
        frame.variables[place] = one(input, frame)
        return result(input, frame)
      })
    }
    return {
      each: (input, frame, emit) =>
        values.each(input, frame, (value) => {
          frame.variables[place] = value
          inner.each(input, frame, emit)
        }),
    }
  }

  function call(name: string, args: JqNode[], scope: Scope): Code {
    const [argument, ...further] = args
    if (further.length > 0) leaveToJq()
    if (!argument) return callPlain(name)
    const code = compile(argument, scope)
    if (name === "select") return choose(code, identity, nothing)
    if (name === "map") return array(pipe(iterate(identity, false), code))
    if (name === "first") return firstOf(code)
    if (name === "any") return over(code, (outputs) => outputs.some(isTruthy))
    if (name === "all") return over(code, (outputs) => outputs.every(isTruthy))
    const apply = functionsOfOne.get(name) ?? leaveToJq()
    const { one = leaveToJq() } = code
    return single((input, frame) => {
      spend(frame)
      return apply(input, one(input, frame))
    })
  }

  function callPlain(name: string): Code {
    if (name === "empty") return nothing
    if (name === "values")
      return choose(
        single((input) => input !== null),
        identity,
        nothing,
      )
    const apply = plainFunctions.get(name) ?? leaveToJq()
    return single((input, frame) => {
      spend(frame)
      return apply(input)
    })
  }
}

function spend(frame: Frame): void {
  if (--frame.budget < 0) leaveToJq()
}

function single(one: One): Code {
  return { one, each: (input, frame, emit) => emit(one(input, frame)) }
}

const identity = single((input) => input)

const nothing: Code = { each: () => undefined }

function variable(place: number): Code {
  return single((_, frame) => frame.variables[place] ?? null)
}

function slice({ from, to, optional }: JqNode & { type: "slice" }, source: Code): Code {
  if (source.one && !optional) {
    const { one } = source
    return single((input, frame) => ofRightType(sliceOf(one(input, frame), from, to)))
  }
  return {
    each: (input, frame, emit) =>
      source.each(input, frame, (value) => {
        const part = sliceOf(value, from, to)
        if (part !== undefined) emit(part)
        else if (!optional) leaveToJq()
      }),
  }
}

function iterate(source: Code, optional: boolean): Code {
  return {
    each: (input, frame, emit) =>
      source.each(input, frame, (value) => {
        const items = itemsOf(value) ?? (optional ? [] : leaveToJq())
        for (const item of items) {
          spend(frame)
          emit(item)
        }
      }),
  }
}

function array(items: Code | undefined): Code {
  if (!items) return single(() => [])
  return single((input, frame) => asList(outputsOf(items, input, frame)))
}

function outputsOf(code: Code, input: JsonValue, frame: Frame): JsonValue[] {
  const outputs: JsonValue[] = []
  code.each(input, frame, (value) => outputs.push(value))
  return outputs
}

/** For code that always has one output, but is simpler to write as if it had many. */
function onlyOutput(each: Code["each"]): One {
  return (input, frame) => {
    let only: JsonValue = null
    each(input, frame, (value) => {
      only = value
    })
    return only
  }
}

/** All outputs are computed: one that fails after the first leaves the program to jq, which may stop earlier. */
function firstOf(code: Code): Code {
  return {
    each(input, frame, emit) {
      const [first] = outputsOf(code, input, frame)
      if (first !== undefined) emit(first)
    },
  }
}

function over(condition: Code, judge: (outputs: JsonValue[]) => boolean): Code {
  const outputs = pipe(iterate(identity, false), condition)
  return single((input, frame) => judge(outputsOf(outputs, input, frame)))
}

function choose(condition: Code, yes: Code, no: Code): Code {
  const each: Code["each"] = (input, frame, emit) =>
    condition.each(input, frame, (holds) => (isTruthy(holds) ? yes : no).each(input, frame, emit))
  if (!condition.one || !yes.one || !no.one) return { each }
  const { one } = condition
  const { one: ifYes } = yes
  const { one: ifNo } = no
  return single((input, frame) => (isTruthy(one(input, frame)) ? ifYes : ifNo)(input, frame))
}

function binary(operator: JqOperator, left: Code, right: Code): Code {
  switch (operator) {
    case "|":
      return pipe(left, right)
    case ",":
      return comma(left, right)
    case "//":
      return alternative(left, right)
    case "and":
      return choose(left, truthOf(right), constant(false))
    case "or":
      return choose(left, constant(true), truthOf(right))
    default:
      return calculate(left, right, calculations[operator])
  }
}

function pipe(left: Code, right: Code): Code {
  if (left.one && right.one) {
    const { one: first } = left
    const { one: second } = right
    return single((input, frame) => second(first(input, frame), frame))
  }
  return {
    each: (input, frame, emit) => left.each(input, frame, (value) => right.each(value, frame, emit)),
  }
}

function comma(left: Code, right: Code): Code {
  return {
    each(input, frame, emit) {
      spend(frame)
      left.each(input, frame, emit)
      right.each(input, frame, emit)
    },
  }
}

function alternative(left: Code, right: Code): Code {
  const each: Code["each"] = (input, frame, emit) => {
    const useful = outputsOf(left, input, frame).filter(isTruthy)
    if (useful.length === 0) right.each(input, frame, emit)
    else for (const value of useful) emit(value)
  }
  if (!left.one || !right.one) return { each }
  const { one } = left
  const { one: otherwise } = right
  return single((input, frame) => {
    const value = one(input, frame)
    return isTruthy(value) ? value : otherwise(input, frame)
  })
}

function truthOf(code: Code): Code {
  return pipe(code, single(isTruthy))
}

function constant(value: boolean): Code {
  return single(() => value)
}

/** The right side is the outer loop, as in jq. */
function calculate(left: Code, right: Code, apply: Calculation): Code {
  if (left.one && right.one) {
    const { one } = left
    const { one: other } = right
    return single((input, frame) => {
      spend(frame)
      return apply(one(input, frame), other(input, frame))
    })
  }
  return {
    each: (input, frame, emit) =>
      right.each(input, frame, (second) =>
        left.each(input, frame, (first) => {
          spend(frame)
          emit(apply(first, second))
        }),
      ),
  }
}

type Calculation = (left: JsonValue, right: JsonValue) => JsonValue

const calculations: Readonly<Record<"==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-", Calculation>> = {
  "==": (left, right) => isEqual(left, right),
  "!=": (left, right) => !isEqual(left, right),
  "<": (left, right) => compare(left, right) < 0,
  "<=": (left, right) => compare(left, right) <= 0,
  ">": (left, right) => compare(left, right) > 0,
  ">=": (left, right) => compare(left, right) >= 0,
  "+": plus,
  "-": minus,
}

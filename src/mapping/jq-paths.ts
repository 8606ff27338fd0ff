// Pure: which paths of its input a jq program may read. It reads the program's text and follows values through it; what
// it does not understand (definitions, `..`, assignments) counts as reading everything. It may name too many paths,
// never too few.

/** Stands in a path for the items of a list, whichever of them. */
export const anyItem = "[]"

export type Path = readonly string[]

export interface ReadPaths {
  /** The program is beyond what is understood here, or takes its whole input. */
  everything: boolean
  /** `deep`: all of what is there may be read; else only that it is there, and of which type. */
  paths: readonly { path: Path; deep: boolean }[]
}

export const readsEverything: ReadPaths = { everything: true, paths: [] }

/** The paths that a program may read of its input; its outputs count as read. */
export function pathsRead(program: string): ReadPaths {
  const followed = followPaths(program)
  if (!followed) return readsEverything
  const outputs = followed.outputs.map((path) => ({ path, deep: true }))
  return readPaths([...followed.paths, ...outputs])
}

/** What a program reads on the way, and the paths that its outputs stand for; undefined where it is not understood. */
export function followPaths(
  program: string,
): { paths: ReadPaths["paths"]; outputs: readonly Path[] } | undefined {
  try {
    const notes = createNotes()
    const outputs = readProgram(program, notes)
    return { paths: notes.paths(), outputs }
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined
    throw error
  }
}

export function readPaths(paths: ReadPaths["paths"]): ReadPaths {
  const everything = paths.some(({ path, deep }) => deep && path.length === 0)
  return everything ? readsEverything : { everything, paths }
}

/** Whether what is at a path, or anything below it, may be read. */
export function mayRead(reads: ReadPaths, path: Path): boolean {
  if (reads.everything) return true
  return reads.paths.some((one) => isPrefix(path, one.path) || (one.deep && isPrefix(one.path, path)))
}

function isPrefix(short: Path, long: Path): boolean {
  return short.length <= long.length && short.every((step, at) => step === long[at])
}

class NotUnderstood extends Error {}

/** Paths that a value may be; none for one that was computed, whose sources are noted already. */
type Value = readonly Path[]
const computed: Value = []

interface Notes {
  /** All of the value is used. */
  use(value: Value): Value
  /** Only whether it is there, or what it is. */
  touch(value: Value): void
  paths(): ReadPaths["paths"]
}

function createNotes(): Notes {
  const seen = new Map<string, { path: Path; deep: boolean }>()
  const note = (value: Value, deep: boolean) => {
    for (const path of value) seen.set(JSON.stringify([path, deep]), { path, deep })
  }
  return {
    use(value) {
      note(value, true)
      return computed
    },
    touch: (value) => note(value, false),
    paths: () => [...seen.values()],
  }
}

const unknownWords = /^(def|reduce|foreach|label|break|import|include|module|__loc__)$/

/** Reads by descent, following values on the way: each function takes what `.` may be, and gives what comes out. */
function readProgram(text: string, notes: Notes): Value {
  let at = 0
  const variables = new Map<string, Value>([["ENV", computed]])
  const outputs = pipe([[]])
  if (take(/$/y) === undefined) throw new NotUnderstood()
  return outputs

  function take(pattern: RegExp): string | undefined {
    const space = /[ \t\r\n]*/y
    space.lastIndex = at
    space.exec(text)
    pattern.lastIndex = space.lastIndex
    const found = pattern.exec(text)
    if (!found) return undefined
    at = pattern.lastIndex
    return found[0]
  }

  function need(pattern: RegExp): string {
    const found = take(pattern)
    if (found === undefined) throw new NotUnderstood()
    return found
  }

  function pipe(input: Value): Value {
    const left = list(input)
    return take(/\|(?!=)/y) === undefined ? left : pipe(left)
  }

  function list(input: Value): Value {
    let value = otherwise(input)
    while (take(/,/y) !== undefined) value = [...value, ...otherwise(input)]
    return value
  }

  /** `a // b`, and the assignments, which are not followed. */
  function otherwise(input: Value): Value {
    const value = binary(input, 0)
    if (take(/\?\/\/|\/\/=|[-+*/%|]=|=(?!=)/y) !== undefined) throw new NotUnderstood()
    if (take(/\/\/(?!=)/y) === undefined) return value
    notes.touch(value)
    return [...value, ...otherwise(input)]
  }

  function binary(input: Value, level: number): Value {
    const operator = operators[level]
    if (!operator) return unary(input)
    let value = binary(input, level + 1)
    while (take(operator.pattern) !== undefined) {
      const right = binary(input, level + 1)
      for (const side of [value, right]) operator.deep ? notes.use(side) : notes.touch(side)
      value = computed
    }
    return value
  }

  function unary(input: Value): Value {
    return take(/-(?!=)/y) === undefined ? bound(input) : notes.use(bound(input))
  }

  /** A term, which `as $name |` may give a name for all that follows. */
  function bound(input: Value): Value {
    const value = postfix(input, term(input))
    if (take(/as\b/y) === undefined) return value
    const name = need(/\$[A-Za-z_]\w*/y).slice(1)
    need(/\|/y)
    const hidden = variables.get(name)
    variables.set(name, value)
    const body = pipe(input)
    if (hidden) variables.set(name, hidden)
    else variables.delete(name)
    return body
  }

  function postfix(input: Value, start: Value): Value {
    let value = start
    for (;;) {
      if (take(/\?(?!\/\/)/y) !== undefined) continue
      const name = take(/\.[A-Za-z_]\w*/y)
      if (name !== undefined) value = child(value, name.slice(1))
      else if (take(/\.(?=\s*")/y) !== undefined) value = child(value, plainString())
      else if (take(/\.?\[/y) !== undefined) value = index(input, value)
      else return value
    }
  }

  function child(value: Value, key: string): Value {
    notes.touch(value)
    return value.map((path) => [...path, key])
  }

  function items(value: Value): Value {
    return child(value, anyItem)
  }

  /** After the opening bracket: `[]`, `[0]`, `[1:3]`, `["key"]`; any other key may be any. */
  function index(input: Value, value: Value): Value {
    if (take(/\]/y) !== undefined) return items(value)
    if (take(/-?\d+\s*\]/y) !== undefined) return items(value)
    if (take(/(-?\d+)?\s*:\s*(-?\d+)?\s*\]/y) !== undefined) return value
    if (take(/(?="[^"\\]*"\s*\])/y) !== undefined) {
      const key = plainString()
      need(/\]/y)
      return child(value, key)
    }
    notes.use(pipe(input))
    if (take(/:/y) !== undefined && take(/(?=\])/y) === undefined) notes.use(pipe(input))
    need(/\]/y)
    return notes.use(value)
  }

  function term(input: Value): Value {
    if (take(/\.\./y) !== undefined) throw new NotUnderstood()
    const name = take(/\.[A-Za-z_]\w*/y)
    if (name !== undefined) return child(input, name.slice(1))
    if (take(/\./y) !== undefined) return take(/(?=")/y) === undefined ? input : child(input, plainString())
    if (take(/(?=")/y) !== undefined) return string(input)
    if (take(/\d+(\.\d+)?([eE][-+]?\d+)?|\.\d+/y) !== undefined) return computed
    if (take(/\(/y) !== undefined) return closed(pipe(input), /\)/y)
    if (take(/\[\s*\]/y) !== undefined) return computed
    if (take(/\[/y) !== undefined) return notes.use(closed(pipe(input), /\]/y))
    if (take(/\{/y) !== undefined) return object(input)
    const variable = take(/\$[A-Za-z_]\w*/y)
    if (variable !== undefined) return variables.get(variable.slice(1)) ?? unknown()
    if (take(/@[a-z0-9]+/y) !== undefined) return format(input)
    return word(input, need(/[A-Za-z_]\w*(?!\w|::)/y))
  }

  function closed(value: Value, end: RegExp): Value {
    need(end)
    return value
  }

  function unknown(): never {
    throw new NotUnderstood()
  }

  function format(input: Value): Value {
    if (take(/(?=")/y) !== undefined) return string(input)
    return notes.use(input)
  }

  function plainString(): string {
    const quoted = need(/"[^"\\]*"/y)
    return quoted.slice(1, -1)
  }

  function string(input: Value): Value {
    need(/"/y)
    for (;;) {
      const part = /[^"\\]*/y
      part.lastIndex = at
      part.exec(text)
      at = part.lastIndex
      if (text[at] === '"') break
      if (text[at] !== "\\") throw new NotUnderstood()
      at += 2
      if (text[at - 1] === "(") notes.use(closed(pipe(input), /\)/y))
    }
    at++
    return computed
  }

  /** After the opening brace. */
  function object(input: Value): Value {
    while (take(/\}/y) === undefined) {
      entry(input)
      if (take(/,/y) === undefined && take(/(?=\})/y) === undefined) throw new NotUnderstood()
    }
    return computed
  }

  function entry(input: Value): void {
    const name = take(/[A-Za-z_]\w*/y)
    const variable = name === undefined ? take(/\$[A-Za-z_]\w*/y) : undefined
    if (variable !== undefined) notes.use(variables.get(variable.slice(1)) ?? unknown())
    if (variable !== undefined) return
    if (name === undefined && take(/(?="[^"\\]*"\s*[,}])/y) !== undefined) {
      notes.use(child(input, plainString()))
      return
    }
    if (name === undefined) {
      if (take(/\(/y) !== undefined) notes.use(closed(pipe(input), /\)/y))
      else string(input)
    }
    if (take(/:/y) !== undefined) notes.use(entryValue(input))
    else if (name !== undefined) notes.use(child(input, name))
    else throw new NotUnderstood()
  }

  function entryValue(input: Value): Value {
    const value = otherwise(input)
    return take(/\|(?!=)/y) === undefined ? value : entryValue(value)
  }

  function word(input: Value, name: string): Value {
    if (unknownWords.test(name)) throw new NotUnderstood()
    if (name === "if") return conditional(input)
    if (name === "try") return attempt(input)
    if (take(/\(/y) !== undefined) return call(input, name)
    const own = ownWords[name]
    return own ? own(input, notes, items) : notes.use(input)
  }

  /** After the opening parenthesis of a function's arguments. */
  function call(input: Value, name: string): Value {
    if (name === "select") {
      notes.touch(closed(pipe(input), /\)/y))
      return input
    }
    if (name === "map") return notes.use(closed(pipe(items(input)), /\)/y))
    if (name === "any" || name === "all") {
      notes.touch(pipe(items(input)))
      return closed(computed, /\)/y)
    }
    if (name === "limit") {
      notes.use(pipe(input))
      need(/;/y)
    }
    if (name === "limit" || name === "first" || name === "last") return closed(pipe(input), /\)/y)
    // Whatever a function does with its input and arguments, it can reach no more than all of them.
    notes.use(input)
    do notes.use(pipe(input))
    while (take(/;/y) !== undefined)
    need(/\)/y)
    return computed
  }

  function conditional(input: Value): Value {
    notes.touch(pipe(input))
    need(/then\b/y)
    const yes = pipe(input)
    if (take(/elif\b/y) !== undefined) return [...yes, ...conditional(input)]
    const no = take(/else\b/y) === undefined ? input : pipe(input)
    need(/end\b/y)
    return [...yes, ...no]
  }

  function attempt(input: Value): Value {
    const value = postfix(input, term(input))
    if (take(/catch\b/y) === undefined) return value
    return [...value, ...postfix(computed, term(computed))]
  }
}

/** From loose to tight. */
const operators = [
  { pattern: /or\b/y, deep: false },
  { pattern: /and\b/y, deep: false },
  { pattern: /==|!=|<=|>=|<|>/y, deep: true },
  { pattern: /[-+](?!=)/y, deep: true },
  { pattern: /(?:\*|%|\/(?!\/))(?!=)/y, deep: true },
] as const

const constant = (): Value => computed

/** Words without arguments that read less than all of their input. */
const ownWords: Readonly<
  Record<string, (input: Value, notes: Notes, items: (value: Value) => Value) => Value>
> = {
  null: constant,
  true: constant,
  false: constant,
  empty: constant,
  now: constant,
  not(input, notes) {
    notes.touch(input)
    return computed
  },
  first: (input, _, items) => items(input),
  last: (input, _, items) => items(input),
}

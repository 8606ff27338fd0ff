// Pure: the text of a jq program as a tree, for the part of the language that is simple. What it takes, jq takes too and
// reads alike; whatever else there is (definitions, assignment, `try`, `..`, formats, unary minus) it refuses.
import type { JsonPrimitive } from "../common/json.ts"

export type JqNode =
  | { type: "identity" }
  | { type: "literal"; value: JsonPrimitive }
  | { type: "variable"; name: string }
  /** `optional`: with a `?`, so that the wrong type gives no output. `key` sees the same input as `of`. */
  | { type: "index"; of: JqNode; key: JqNode; optional: boolean }
  | { type: "slice"; of: JqNode; from: number | undefined; to: number | undefined; optional: boolean }
  | { type: "iterate"; of: JqNode; optional: boolean }
  | { type: "text"; parts: (string | JqNode)[] }
  | { type: "array"; items: JqNode | undefined }
  | { type: "object"; entries: [key: JqNode, value: JqNode][] }
  | { type: "binary"; operator: JqOperator; left: JqNode; right: JqNode }
  | { type: "bind"; source: JqNode; name: string; body: JqNode }
  | { type: "if"; condition: JqNode; yes: JqNode; no: JqNode }
  | { type: "call"; name: string; args: JqNode[] }

export type JqOperator = "|" | "," | "//" | "or" | "and" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-"

/** Longer or deeper programs are left to jq, which has limits of its own. */
const longestProgram = 4_000
const deepestNesting = 40

/** Undefined where the program is not in the subset, or is no program at all. */
export function parseJq(program: string): JqNode | undefined {
  if (program.length > longestProgram || !program.isWellFormed()) return undefined
  try {
    return readProgram(program)
  } catch (error) {
    if (error instanceof NotInSubset) return undefined
    throw error
  }
}

class NotInSubset extends Error {}

const keywords = new Set(
  "as def if then elif else end and or reduce foreach try catch label import include module __loc__".split(
    " ",
  ),
)

const identity: JqNode = { type: "identity" }

/** Reads by descent; spaces and comments before each token are skipped. */
function readProgram(text: string): JqNode {
  let at = 0
  let depth = 0
  /** Where a pipe begins: only there a term may be given a name with `as`. */
  let pipeStart = -1
  const program = pipe()
  if (at !== text.length) refuse()
  return program

  function refuse(): never {
    throw new NotInSubset()
  }

  function skipSpace(): void {
    // A comment that ends in a backslash goes on in the next line, in some versions.
    const space = /(?:[ \t\r\n]|#[^\n\r\\]*(?:\n|$))*/y
    space.lastIndex = at
    space.exec(text)
    at = space.lastIndex
  }

  /** The next token where it matches; spaces behind it are skipped, so that `at` is always at a token. */
  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (!found) return undefined
    at = pattern.lastIndex
    skipSpace()
    return found[0]
  }

  function need(pattern: RegExp): string {
    return take(pattern) ?? refuse()
  }

  function pipe(): JqNode {
    if (++depth > deepestNesting) refuse()
    skipSpace()
    pipeStart = at
    const left = comma()
    const node = take(/\|(?!=)/y) === undefined ? left : binary("|", left, pipe())
    depth--
    return node
  }

  function binary(operator: JqOperator, left: JqNode, right: JqNode): JqNode {
    return { type: "binary", operator, left, right }
  }

  function comma(): JqNode {
    let left = alternative()
    while (take(/,/y) !== undefined) left = binary(",", left, alternative())
    return left
  }

  function alternative(): JqNode {
    const left = either()
    if (take(/\/\/(?!=)/y) === undefined) return left
    if (++depth > deepestNesting) refuse()
    const node = binary("//", left, alternative())
    depth--
    return node
  }

  function either(): JqNode {
    let left = both()
    while (take(/or(?!\w|::)/y) !== undefined) left = binary("or", left, both())
    return left
  }

  function both(): JqNode {
    let left = comparison()
    while (take(/and(?!\w|::)/y) !== undefined) left = binary("and", left, comparison())
    return left
  }

  /** Does not chain: what follows a second operator is refused by whoever looks next. */
  function comparison(): JqNode {
    const left = sum()
    const operator = take(/==|!=|<=|>=|<|>/y)
    return operator === undefined ? left : binary(operator as JqOperator, left, sum()) // the pattern's words
  }

  function sum(): JqNode {
    let left = named()
    for (;;) {
      const operator = take(/[-+](?!=)/y)
      if (operator === undefined) return left
      left = binary(operator as JqOperator, left, named()) // as above
    }
  }

  function named(): JqNode {
    const mayBind = at === pipeStart
    const source = postfix(term())
    if (take(/as(?!\w|::)/y) === undefined) return source
    if (!mayBind) refuse()
    const name = variableName()
    need(/\|(?!=)/y)
    const body = pipe()
    // The body reaches as far as it can: no operator goes on behind it.
    return take(/$|(?=[)\]};]|(?:then|elif|else|end)(?!\w|::))/y) === undefined
      ? refuse()
      : { type: "bind", source, name, body }
  }

  function variableName(): string {
    const name = need(/\$[A-Za-z_]\w*(?!::)/y).slice(1)
    return name.startsWith("__") || name === "ENV" || keywords.has(name) ? refuse() : name
  }

  function postfix(start: JqNode): JqNode {
    let node = start
    for (;;) {
      const next = step(node)
      if (!next) return node
      node = next
    }
  }

  function step(of: JqNode): JqNode | undefined {
    const name = take(/\.[A-Za-z_]\w*/y)
    if (name !== undefined) return indexed(of, literal(name.slice(1)))
    if (take(/\.(?=[ \t\r\n]*")/y) !== undefined) return indexed(of, literal(plainText()))
    const opening = take(/(?:\.[ \t\r\n]*)?\[/y)
    if (opening !== undefined) return bracket(of, opening === "[")
    return isOptional() ? of : undefined // behind other terms `?` only catches errors
  }

  function literal(value: JsonPrimitive): JqNode {
    return { type: "literal", value }
  }

  function indexed(of: JqNode, key: JqNode): JqNode {
    return { type: "index", of, key, optional: isOptional() }
  }

  function isOptional(): boolean {
    return take(/\?(?!\/\/)/y) !== undefined
  }

  /** After the opening bracket: `[]`, `[-1]`, `["key"]`, `[.key]`; `[1:3]` only where no dot stands before it. */
  function bracket(of: JqNode, maySlice: boolean): JqNode {
    if (take(/\]/y) !== undefined) return { type: "iterate", of, optional: isOptional() }
    const single = take(/-?\d{1,9}(?=[ \t\r\n]*\])/y)
    const range = single === undefined && maySlice ? take(/(?:-?\d{1,9})?:(?:-?\d{1,9})?(?=\])/y) : undefined
    const key = single === undefined && range === undefined ? pipe() : literal(Number(single))
    need(/\]/y)
    if (range === undefined) return indexed(of, key)
    const [from, to] = range.split(":").map((part) => (part === "" ? undefined : Number(part)))
    if (from === undefined && to === undefined) refuse()
    return { type: "slice", of, from, to, optional: isOptional() }
  }

  function term(): JqNode {
    const name = take(/\.[A-Za-z_]\w*/y)
    if (name !== undefined) return indexed(identity, literal(name.slice(1)))
    if (take(/\.(?=[ \t\r\n]*")/y) !== undefined) return indexed(identity, literal(plainText()))
    if (take(/\.(?![.\d])/y) !== undefined) return identity
    if (text[at] === '"') return quoted()
    const digits = take(/(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/y)
    if (digits !== undefined) return number(digits)
    if (take(/\(/y) !== undefined) return closed(pipe(), /\)/y)
    if (take(/\[/y) !== undefined) return list()
    if (take(/\{/y) !== undefined) return object()
    if (text[at] === "$") return { type: "variable", name: variableName() }
    return word(need(/[A-Za-z_]\w*(?!\w|::)/y))
  }

  function closed(node: JqNode, end: RegExp): JqNode {
    need(end)
    return node
  }

  /** Only numbers that a double holds exactly as they are written, since jq keeps what is written. */
  function number(digits: string): JqNode {
    const value = Number(digits)
    return String(value) === digits && digits.length <= 15 ? literal(value) : refuse()
  }

  function list(): JqNode {
    if (take(/\]/y) !== undefined) return { type: "array", items: undefined }
    return { type: "array", items: closed(pipe(), /\]/y) }
  }

  function plainText(): string {
    const node = quoted()
    return node.type === "literal" && typeof node.value === "string" ? node.value : refuse()
  }

  /** At the opening quote. */
  function quoted(): JqNode {
    const parts: (string | JqNode)[] = []
    let plain = ""
    at++
    while (text[at] !== '"') {
      if (text.startsWith("\\(", at)) {
        at += 2
        parts.push(plain, pipe())
        plain = ""
        if (text[at] !== ")") refuse()
        at++ // spaces behind it belong to the text
      } else plain += character()
    }
    at++
    skipSpace()
    return parts.length === 0 ? literal(plain) : { type: "text", parts: [...parts, plain] }
  }

  function character(): string {
    const found = /[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4}/uy
    found.lastIndex = at
    const [raw] = found.exec(text) ?? refuse()
    at = found.lastIndex
    if (raw.length <= 2 && !raw.startsWith("\\")) return raw
    const decoded = String(JSON.parse(`"${raw}"`))
    return /[\0\uD800-\uDFFF]/.test(decoded) ? refuse() : decoded
  }

  /** After the opening brace. */
  function object(): JqNode {
    const entries: [JqNode, JqNode][] = []
    if (take(/\}/y) !== undefined) return { type: "object", entries }
    do entries.push(entry())
    while (take(/,/y) !== undefined)
    need(/\}/y)
    return { type: "object", entries }
  }

  function entry(): [JqNode, JqNode] {
    if (text[at] === "$") {
      const name = variableName()
      return [literal(name), { type: "variable", name }]
    }
    const key = entryKey()
    if (take(/:/y) !== undefined) return [key, entryValue()]
    const isName = key.type === "literal" && typeof key.value === "string" && !keywords.has(key.value)
    return isName ? [key, { type: "index", of: identity, key, optional: false }] : refuse()
  }

  function entryKey(): JqNode {
    const name = take(/[A-Za-z_]\w*(?!\w|::)/y)
    if (name !== undefined) return name === "__loc__" ? refuse() : literal(name)
    if (text[at] === '"') return quoted()
    need(/\(/y)
    const key = closed(pipe(), /\)/y)
    // A key that is no text and known beforehand does not compile; a path is never known beforehand.
    return isPath(key) ? key : refuse()
  }

  /** Pipes, but neither commas nor names. */
  function entryValue(): JqNode {
    if (++depth > deepestNesting) refuse()
    pipeStart = -1
    const left = alternative()
    const node = take(/\|(?!=)/y) === undefined ? left : binary("|", left, entryValue())
    depth--
    return node
  }

  function word(name: string): JqNode {
    if (name === "if") return conditional()
    if (keywords.has(name)) refuse()
    if (take(/\(/y) === undefined) return constants.get(name) ?? { type: "call", name, args: [] }
    const args = [pipe()]
    while (take(/;/y) !== undefined) args.push(pipe())
    need(/\)/y)
    return { type: "call", name, args }
  }

  /** After `if` or `elif`. */
  function conditional(): JqNode {
    if (++depth > deepestNesting) refuse()
    const condition = pipe()
    need(/then(?!\w|::)/y)
    const yes = pipe()
    const no = otherwise()
    depth--
    return { type: "if", condition, yes, no }
  }

  function otherwise(): JqNode {
    if (take(/elif(?!\w|::)/y) !== undefined) return conditional()
    const no = take(/else(?!\w|::)/y) === undefined ? identity : pipe()
    return closed(no, /end(?!\w|::)/y)
  }
}

const constants: ReadonlyMap<string, JqNode> = new Map([
  ["null", { type: "literal", value: null }],
  ["true", { type: "literal", value: true }],
  ["false", { type: "literal", value: false }],
])

function isPath(node: JqNode): boolean {
  if (node.type === "identity" || node.type === "variable") return true
  return (node.type === "index" || node.type === "iterate" || node.type === "slice") && isPath(node.of)
}

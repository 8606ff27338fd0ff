// A mapping in a file of the user's, YAML or JSON: checked, and what is wrong told with line and column.
import { readFile } from "node:fs/promises"
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, type Scalar } from "yaml"
import { errorText, type InputProblem, InvalidInput } from "../common/errors.ts"
import { isJsonObject, type JsonObject } from "../common/json.ts"
import type { ValuePath } from "../common/schema.ts"
import {
  type KindSelectors,
  type MappingProblem,
  type ParsedAppConfig,
  parseAppConfig,
} from "../port/app-config.ts"
import { checkMapping } from "./check-mapping.ts"
import type { Jq } from "./jq.ts"

export type MappingFile =
  | {
      ok: true
      /** As it stands in the file: what Port is given. */
      mapping: JsonObject
      parsed: ParsedAppConfig
      warnings: InputProblem[]
      placeOf: PlaceOf
    }
  | {
      ok: false
      error: InvalidInput
      /** What can be read of it all the same; absent where it is no mapping at all. */
      readable?: { parsed: ParsedAppConfig; placeOf: PlaceOf }
    }

/** `mapping.yaml:12:7` of a path in the mapping. */
type PlaceOf = (path: ValuePath) => string

export interface MappingFileOptions {
  kinds: KindSelectors
  /** Compiles the expressions; without it they are only known to be text. */
  jq?: Jq
}

/** Unknown keys are errors here: nobody but the author wrote the file. Never throws for what it holds. */
export async function readMappingFile(path: string, options: MappingFileOptions): Promise<MappingFile> {
  let text: string
  try {
    text = await readFile(path, "utf8")
  } catch (error) {
    return wrong([{ where: path, what: errorText(error) }])
  }
  return readMappingText(text, path, options)
}

/** The text of a file that is called `name` in messages. */
export async function readMappingText(
  text: string,
  name: string,
  { kinds, jq }: MappingFileOptions,
): Promise<MappingFile> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const placed = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }
  const [syntaxError] = document.errors
  if (syntaxError) {
    // Only the first: those after it come of it. Of its text the first sentence, without the picture of the line.
    const what = (syntaxError.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "")
    return wrong([{ where: placed(syntaxError.pos[0]), what }])
  }
  const mapping = contentOf(document)
  if (!isJsonObject(mapping)) {
    return wrong([{ where: `${name}:1:1`, what: "expected a mapping with resources" }])
  }

  const parsed = jq ? await checkMapping(jq, mapping, kinds) : parseAppConfig(mapping, kinds)
  const told = (problems: readonly MappingProblem[]): InputProblem[] =>
    problems
      .map((problem) => ({ problem, offset: offsetOf(document, problem.path, { text, ...problem }) }))
      .sort((left, right) => left.offset - right.offset)
      .map(({ problem, offset }) => placedProblem(problem, placed(offset)))
  const placeOf: PlaceOf = (path) => placed(offsetOf(document, path, { text }))
  const problems = [
    ...parsed.problems,
    ...parsed.broken.flatMap((broken) => broken.problems),
    ...parsed.unknownKeys.map((unknown) => ({ ...unknown, what: "unknown key" })),
  ]
  if (problems.length > 0) return { ...wrong(told(problems)), readable: { parsed, placeOf } }
  return { ok: true, mapping, parsed, warnings: told(parsed.warnings), placeOf }
}

/** With the last key of its path, which says more than a line alone. */
function placedProblem({ path, what, hint }: MappingProblem, where: string): InputProblem {
  const key = path.findLast((part) => typeof part === "string")
  return {
    where,
    what: key === undefined ? what : `${key}: ${what}`,
    ...(hint === undefined ? {} : { hint }),
  }
}

/** Undefined where aliases of aliases would make it too large to be meant. */
function contentOf(document: Document): unknown {
  try {
    return document.toJS()
  } catch {
    return undefined
  }
}

function wrong(problems: InputProblem[]): { ok: false; error: InvalidInput } {
  return { ok: false, error: new InvalidInput("The mapping is wrong", problems) }
}

interface Place {
  text: string
  inExpression?: MappingProblem["inExpression"]
}

/** Of a key its own place, so that a missing value is found too; of an absent key the nearest thing around it. */
function offsetOf(document: Document, path: ValuePath, place: Place): number {
  const node = document.getIn(path, true)
  if (isScalar(node) && place.inExpression) return insideScalar(node, place)
  const key = path.at(-1)
  const around = path.length === 0 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (isMap(around)) {
    const pair = around.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    if (pair && isNode(pair.key) && pair.key.range) return pair.key.range[0]
  }
  if (isNode(node) && node.range) return node.range[0]
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1), { text: place.text })
}

/** Where a place of the expression stands in the file; the scalar's beginning where escapes or folding hide it. */
function insideScalar(node: Scalar, { text, inExpression }: Place): number {
  const [start, end] = node.range ?? [0, 0]
  if (!inExpression) return start
  const source = text.slice(start, end)
  const { line, column } = inExpression
  const valueRow = String(node.value).split("\n")[line - 1] ?? ""
  if (node.type === "BLOCK_LITERAL") {
    const rows = source.split("\n") // the first is that of the |
    const indent = (rows[line] ?? "").length - valueRow.length
    return start + rows.slice(0, line).join("\n").length + 1 + Math.max(indent, 0) + column - 1
  }
  const quote = /^["']/.test(source) ? 1 : 0
  const before = valueRow.slice(0, column - 1)
  return line === 1 && source.slice(quote).startsWith(before) ? start + quote + before.length : start
}

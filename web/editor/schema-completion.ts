// What may stand at a place of a YAML text, by a JSON Schema: keys with what they mean, and values of fixed lists.
import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
} from "@codemirror/autocomplete"

type Schema = Record<string, unknown>
/** Keys, and `-` for an item of a list. */
export type YamlPath = readonly string[]

export function schemaCompletion(schema: unknown) {
  return (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos)
    const before = line.text.slice(0, context.pos - line.from)
    const value = /^(\s*(?:- )*)([\w$-]+):\s+([\w-]*)$/.exec(before)
    if (value) {
      const [, indent = "", key = "", typed = ""] = value
      const path = [...pathTo(linesAbove(context, line.number), indent.length, indent), key]
      return answer(context.pos - typed.length, valuesAt(schema, path))
    }
    const name = /^(\s*(?:- )*)([\w$-]*)$/.exec(before)
    if (!name || (name[2] === "" && !context.explicit)) return null
    const [, indent = "", typed = ""] = name
    const path = pathTo(linesAbove(context, line.number), indent.length, indent)
    return answer(context.pos - typed.length, keysAt(schema, path))
  }
}

function answer(from: number, options: Completion[]): CompletionResult | null {
  return options.length === 0 ? null : { from, options, validFor: /^[\w$-]*$/ }
}

function linesAbove(context: CompletionContext, line: number): string[] {
  return Array.from({ length: line - 1 }, (_, index) => context.state.doc.line(index + 1).text)
}

/** The keys above a place, by their indentation; `own` is what stands before the place in its own line. */
export function pathTo(lines: readonly string[], column: number, own = ""): string[] {
  const path: string[] = []
  let limit = column
  let isItem = false
  for (const line of [own, ...lines.toReversed()]) {
    for (const { at, name } of partsOf(line).toReversed()) {
      const isDash = name === "-"
      // A list may stand as far to the left as the key that it belongs to.
      if (at >= limit && !(isItem && !isDash && at === limit)) continue
      path.unshift(name)
      limit = at
      isItem = isDash
    }
    if (limit === 0 && !isItem) break
  }
  return path
}

/** The dashes and the key of a line, each with its column. */
function partsOf(line: string): { at: number; name: string }[] {
  const [, indent = "", dashes = "", key] = /^(\s*)((?:- *)*)(?:([\w$"'-]+):)?/.exec(line) ?? []
  const parts = [...dashes].flatMap((letter, index) =>
    letter === "-" ? [{ at: indent.length + index, name: "-" }] : [],
  )
  const at = indent.length + dashes.length
  return key === undefined ? parts : [...parts, { at, name: key.replace(/["']/g, "") }]
}

export function keysAt(schema: unknown, path: YamlPath): Completion[] {
  const found = new Map<string, Completion>()
  for (const one of schemasAt(schema, path)) {
    for (const [label, property] of Object.entries(isRecord(one.properties) ? one.properties : {})) {
      if (!isRecord(property)) continue
      const info = textOf(property.description)
      if (found.has(label) && !info) continue
      found.set(label, {
        label,
        type: "property",
        apply: applyKey(label, property),
        ...(info ? { info } : {}),
      })
    }
  }
  return [...found.values()]
}

export function valuesAt(schema: unknown, path: YamlPath): Completion[] {
  const values = schemasAt(schema, path).flatMap((one) => {
    if (Array.isArray(one.enum)) return one.enum.map(String)
    if ("const" in one) return [String(one.const)]
    return one.type === "boolean" ? ["true", "false"] : []
  })
  return [...new Set(values)].map((label) => ({ label, type: "enum" }))
}

/** A key comes with its colon; one that holds others goes on in the next line. */
function applyKey(label: string, property: Schema): NonNullable<Completion["apply"]> {
  const isNested = property.type === "object" || property.type === "array"
  return (view, completion, from, to) => {
    const line = view.state.doc.lineAt(from)
    const indent = " ".repeat(from - line.from + 2)
    const insert = isNested ? `${label}:\n${indent}${property.type === "array" ? "- " : ""}` : `${label}: `
    view.dispatch({
      changes: { from, to, insert },
      selection: { anchor: from + insert.length },
      annotations: pickedCompletion.of(completion),
    })
  }
}

function schemasAt(root: unknown, path: YamlPath): Schema[] {
  let here = isRecord(root) ? unfold(root, root) : []
  for (const step of path) {
    here = here.flatMap((one) => {
      const next = step === "-" ? one.items : stepInto(one, step)
      return isRecord(next) && isRecord(root) ? unfold(next, root) : []
    })
  }
  return here
}

function stepInto(schema: Schema, key: string): unknown {
  if (isRecord(schema.properties) && key in schema.properties) return schema.properties[key]
  return schema.additionalProperties
}

/** A schema with all that its references and alternatives add; whether a condition holds is not asked. */
function unfold(schema: Schema, root: Schema, depth = 0): Schema[] {
  if (depth > 12) return []
  const parts = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((one) => (Array.isArray(one) ? one : []))
  const target = typeof schema.$ref === "string" ? follow(schema.$ref, root) : undefined
  return [
    schema,
    ...[...parts, schema.then, target].filter(isRecord).flatMap((one) => unfold(one, root, depth + 1)),
  ]
}

function follow(reference: string, root: Schema): unknown {
  return reference
    .replace(/^#\/?/, "")
    .split("/")
    .filter((part) => part !== "")
    .reduce<unknown>((at, part) => (isRecord(at) ? at[part] : undefined), root)
}

function isRecord(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined
}

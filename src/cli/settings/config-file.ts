// `config.yaml`: its keys with line and column, and `{{ from env NAME }}` replaced by the variable's value.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLMap,
} from "yaml"
import { type Layer, place, problemAt, type Written } from "./given.ts"
import type { SettingNode } from "./setting-list.ts"

export interface ConfigFile {
  /** As it is named in messages. */
  name: string
  content: string
  /** For `{{ from env NAME }}`. */
  variables: Readonly<Record<string, string | undefined>>
}

export function readConfigFile(tree: SettingNode, file: ConfigFile): Layer {
  const layer: Layer = { given: [], warnings: [], problems: [] }
  const lines = new LineCounter()
  const document = parseDocument(file.content, { lineCounter: lines })
  const whereIs = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${file.name}:${line}:${col}`
  }
  for (const error of document.errors) {
    const what = error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? error.code
    layer.problems.push({ where: whereIs(error.pos[0]), what })
  }
  if (layer.problems.length > 0 || document.contents === null) return layer
  if (!isMap(document.contents)) {
    layer.problems.push(problemAt({ where: whereIs(0) }, "expected a mapping of settings"))
    return layer
  }
  const reading = { document, whereIs, variables: file.variables, layer }
  const written = writtenAt(document.contents, { where: whereIs(0), path: "" }, reading)
  if (written) place(layer, tree, written, { depth: 0, rank: 0 })
  return layer
}

interface Reading {
  document: Document
  whereIs(offset: number): string
  variables: ConfigFile["variables"]
  layer: Layer
}

interface Place {
  where: string
  path: string
}

/** A node of the document; undefined where a key counts as absent. */
function writtenAt(node: unknown, here: Place, reading: Reading): Written | undefined {
  const source = { where: here.where, ...(here.path ? { label: here.path } : {}) }
  if (isAlias(node)) return writtenAt(node.resolve(reading.document), here, reading)
  if (isMap(node)) return { source, entries: entriesAt(node, here, reading) }
  if (isSeq(node)) return { source, value: node.toJS(reading.document) }
  if (!isScalar(node)) return undefined
  const name = typeof node.value === "string" ? variableNamed(node.value) : undefined
  // Numbers go on as they are written: an organization may be called 007.
  if (name === undefined) return { source, value: typeof node.value === "number" ? node.source : node.value }
  const value = reading.variables[name]
  if (value === undefined) return undefined
  return { source: { where: here.where, label: `${here.path} from ${name}` }, value }
}

function entriesAt(map: YAMLMap, here: Place, reading: Reading): [string, Written][] {
  return map.items.flatMap(({ key, value }): [string, Written][] => {
    if (!isScalar(key)) {
      const what = 'not a name; a value such as "{{ from env NAME }}" needs quotes around it'
      const source = here.path ? { where: here.where, label: here.path } : { where: here.where }
      reading.layer.problems.push(problemAt(source, what))
      return []
    }
    const name = String(key.value)
    const path = here.path ? `${here.path}.${name}` : name
    const written = writtenAt(value, { where: reading.whereIs(key.range?.[0] ?? 0), path }, reading)
    return written ? [[name, written]] : []
  })
}

function variableNamed(text: string): string | undefined {
  return /^\s*\{\{\s*from\s+env\s+([^\s}]+)\s*\}\}\s*$/.exec(text)?.[1]
}

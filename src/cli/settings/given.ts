// What a person wrote, from whatever source, laid on the tree of settings: which settings are given, what is unknown.
import { readFileSync } from "node:fs"
import { parseDocument } from "yaml"
import type { InputProblem } from "../../common/errors.ts"
import { isJsonObject, parseJson } from "../../common/json.ts"
import { nearest } from "../../common/nearest.ts"
import { plainName, type Setting, type SettingNode, variableOf } from "./setting-list.ts"
import { groupsWithOtherKeys } from "./without-effect.ts"

/** Where something was written: `OCEAN__PORT`, `--port`, `.env:2`, `config.yaml:4:3`. */
export interface Source {
  where: string
  /** What was written there, where `where` does not say it. */
  label?: string
}

/** A value in its source, or a group of them. */
export type Written = { source: Source } & (
  | { entries: readonly (readonly [string, Written])[] }
  | { value: unknown }
)

export interface Given {
  setting: Setting
  raw: unknown
  source: Source
  /** Smaller wins, within one source. */
  rank: number
  file: boolean
}

/** All that one source gave. */
export interface Layer {
  given: Given[]
  warnings: string[]
  problems: InputProblem[]
}

/** How a name was written decides between two of the same source: `rank` of its spelling, and how deep it went. */
export interface Naming {
  depth: number
  rank: number
}

/** Adds what `written` says at `node` to the layer. */
export function place(layer: Layer, node: SettingNode, written: Written, naming: Naming): void {
  if (node.leaf) {
    placeValue(layer, node.leaf, written, naming)
    return
  }
  const entries = entriesIn(written)
  if (entries) {
    placeEntries(layer, node, entries, naming)
    return
  }
  const hint = "value" in written && written.value === "" ? "unset it, or set it to {}" : undefined
  layer.problems.push(
    problemAt(written.source, `expected a JSON or YAML object with the settings of ${node.path}`, hint),
  )
}

export function problemAt(source: Source, what: string, hint?: string): InputProblem {
  const labelled = source.label ? `${source.label}: ${what}` : what
  return { where: source.where, what: labelled, ...(hint === undefined ? {} : { hint }) }
}

/** Source as one text, for `sources` and warnings. */
export function sourceText(source: Source): string {
  return source.label ? `${source.where} (${source.label})` : source.where
}

/** Warns of a name that no setting has. `segments` are what follows the known part, `node`. */
export function warnUnknown(
  layer: Layer,
  root: SettingNode,
  segments: readonly string[],
  source: Source,
): void {
  const known = nearestPath(root, segments)
  const hint = known === undefined ? "" : `; did you mean ${known}?`
  layer.warnings.push(`${sourceText(source)}: unknown setting, ignored${hint}`)
}

function placeValue(
  layer: Layer,
  leaf: NonNullable<SettingNode["leaf"]>,
  written: Written,
  naming: Naming,
): void {
  const raw = "entries" in written ? {} : written.value
  if (raw === null || raw === undefined) return
  const { setting, alias, file } = leaf
  const rank = alias * 1_000 + naming.rank - naming.depth * 10
  if (!file) {
    layer.given.push({ setting, raw, source: written.source, rank, file })
    return
  }
  const content = readSecretFile(String(raw))
  if (content === undefined) {
    layer.problems.push(problemAt(written.source, `the file ${String(raw)} cannot be read`))
    return
  }
  layer.given.push({ setting, raw: content, source: written.source, rank, file })
}

function readSecretFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trimEnd()
  } catch {
    return undefined // the caller reports it, with the path and without the content
  }
}

function placeEntries(
  layer: Layer,
  node: SettingNode,
  entries: readonly (readonly [string, Written])[],
  naming: Naming,
): void {
  for (const [key, written] of entries) {
    const child = node.children.get(plainName(key))
    if (child) place(layer, child, written, naming)
    else if (!groupsWithOtherKeys.has(node.path)) {
      const close = nearest(
        key,
        [...node.children.values()].map((known) => known.name),
      )
      const hint = close === undefined ? "" : `; did you mean ${close}?`
      layer.warnings.push(`${sourceText(written.source)}: unknown setting, ignored${hint}`)
    }
  }
}

/** What a group says; nothing for null, and undefined for what is no group. */
function entriesIn(written: Written): readonly (readonly [string, Written])[] | undefined {
  if ("entries" in written) return written.entries
  if (written.value === null || written.value === undefined) return []
  const { value } = written
  const object = typeof value === "string" ? (parseJson(value) ?? parseYaml(value)) : value
  return isJsonObject(object) ? entriesOf(object, written.source, "") : undefined
}

/** A group as pipelines write it, a line for each setting. Each value is the text that stands there, digits and all. */
function parseYaml(text: string): unknown {
  const document = parseDocument(text, { schema: "failsafe" })
  return document.errors.length > 0 ? undefined : document.toJS()
}

function entriesOf(object: Record<string, unknown>, source: Source, above: string): [string, Written][] {
  return Object.entries(object).map(([key, value]) => {
    const label = above ? `${above}.${key}` : key
    const own = { where: source.where, label: source.label ? `${source.label} ${label}` : label }
    if (isJsonObject(value)) return [key, { source: own, entries: entriesOf(value, source, label) }]
    return [key, { source: own, value }]
  })
}

/** The variable that was probably meant: the nearest name at each step, else one with the same last part. */
function nearestPath(root: SettingNode, segments: readonly string[]): string | undefined {
  let node: SettingNode | undefined = root
  for (const segment of segments) {
    const names: [string, SettingNode][] = node
      ? [...node.children].filter(([, child]) => !child.leaf?.file)
      : []
    const close = nearest(
      plainName(segment),
      names.map(([name]) => name),
    )
    node = names.find(([name]) => name === close)?.[1]
  }
  if (node?.leaf) return node.leaf.setting.variable
  const last = plainName(segments.at(-1) ?? "")
  const sameEnd = leavesOf(root).find((leaf) => plainName(leaf.path.split(".").at(-1) ?? "") === last)
  return sameEnd ? variableOf(sameEnd.path) : undefined
}

function leavesOf(node: SettingNode): Setting[] {
  const own = node.leaf && node.leaf.alias === 0 && !node.leaf.file ? [node.leaf.setting] : []
  return [...own, ...[...node.children.values()].flatMap(leavesOf)]
}

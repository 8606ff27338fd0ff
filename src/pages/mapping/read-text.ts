// The text of a mapping, checked, with the place of each mistake as an editor marks it.
import type { InputProblem } from "../../common/errors.ts"
import type { JsonObject } from "../../common/json.ts"
import type { ValuePath } from "../../common/schema.ts"
import type { Jq } from "../../mapping/jq.ts"
import { readMappingText } from "../../mapping/mapping-file.ts"
import type { KindSelectors, ParsedAppConfig } from "../../port/app-config.ts"

export interface PlacedProblem {
  /** From 1; null where it is about the whole. */
  line: number | null
  column: number | null
  what: string
  hint: string | null
}

export interface ReadText {
  valid: boolean
  problems: PlacedProblem[]
  warnings: PlacedProblem[]
  /** As it is sent to Port; undefined where it is not valid. */
  mapping: JsonObject | undefined
  /** What can run of it, even where something else is wrong. */
  parsed: ParsedAppConfig | undefined
  placeOf(path: ValuePath): { line: number | null; column: number | null }
}

/** Stands for the text in the places that the checks name. */
const name = "mapping"

export async function readText(text: string, deps: { jq: Jq; kinds: KindSelectors }): Promise<ReadText> {
  const read = await readMappingText(text, name, deps)
  const placeOf = (read.ok ? read.placeOf : read.readable?.placeOf) ?? (() => "")
  return {
    valid: read.ok,
    problems: read.ok ? [] : read.error.problems.map(placed),
    warnings: read.ok ? read.warnings.map(placed) : [],
    mapping: read.ok ? read.mapping : undefined,
    parsed: read.ok ? read.parsed : read.readable?.parsed,
    placeOf: (path) => lineAndColumn(placeOf(path)),
  }
}

function placed({ where, what, hint }: InputProblem): PlacedProblem {
  return { ...lineAndColumn(where), what, hint: hint ?? null }
}

export function lineAndColumn(where: string): { line: number | null; column: number | null } {
  const [, line, column] = /:(\d+):(\d+)$/.exec(where) ?? []
  return {
    line: line === undefined ? null : Number(line),
    column: column === undefined ? null : Number(column),
  }
}

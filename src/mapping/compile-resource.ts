// One resource of a mapping as a flat list of jq programs, and the shape that their cells fold back into.
import { pathText, type ValuePath } from "../common/schema.ts"
import type { MappingValue, Resource } from "../port/app-config.ts"
import { rewriteQuotes } from "./ocean-quotes.ts"

/** One jq expression of the mapping. */
export interface Leaf {
  /** Where it stands below `mappings`: `properties.link`, `relations.team.rules[0].value`. */
  path: string
  at: ValuePath
  /** As the user wrote it. */
  expression: string
  /** As jq compiles it. */
  program: string
}

/** What a mapped value looks like; a number is the position of its leaf. */
export type Template = number | { entries: [key: string, value: Template][] } | { items: Template[] }

export interface CompiledResource {
  selector: Leaf
  /** Distinct, without the selector's. `programOf[k]` is the position of the program of `leaves[k]`. */
  programs: string[]
  programOf: number[]
  leaves: Leaf[]
  /** The parts of an entity that the mapping names, in the order in which they are sent. */
  parts: [part: EntityPart, template: Template][]
}

type EntityPart = "identifier" | "icon" | "blueprint" | "title" | "team" | "properties" | "relations"

const partsInOrder: readonly EntityPart[] = [
  "identifier",
  "icon",
  "blueprint",
  "title",
  "team",
  "properties",
  "relations",
]

/** Pure and cheap: text work only, nothing is compiled by jq here. */
export function compileResource(resource: Pick<Resource, "query" | "mapping">): CompiledResource {
  const { query, mapping } = resource
  const leaves: Leaf[] = []
  const parts = partsInOrder.flatMap((part): CompiledResource["parts"] => {
    const value = mapping[part]
    return value === undefined || isEmptyGroup(part, value)
      ? []
      : [[part, addTemplate(leaves, value, [part])]]
  })
  const positions = new Map<string, number>()
  const programOf = leaves.map(({ program }) => {
    const position = positions.get(program) ?? positions.size
    positions.set(program, position)
    return position
  })
  return {
    selector: leafOf(["selector", "query"], query),
    programs: [...positions.keys()],
    programOf,
    leaves,
    parts,
  }
}

function leafOf(at: ValuePath, expression: string): Leaf {
  return { path: pathText(at), at, expression, program: rewriteQuotes(expression) }
}

// A mapping without properties sends no `properties` at all.
function isEmptyGroup(part: EntityPart, value: MappingValue): boolean {
  return (part === "properties" || part === "relations") && Object.keys(value).length === 0
}

function addTemplate(leaves: Leaf[], value: MappingValue, at: ValuePath): Template {
  if (typeof value === "string") return leaves.push(leafOf(at, value)) - 1
  if (Array.isArray(value)) {
    return { items: value.map((item, index) => addTemplate(leaves, item, [...at, index])) }
  }
  return {
    entries: Object.entries(value).map(([key, item]) => [key, addTemplate(leaves, item, [...at, key])]),
  }
}

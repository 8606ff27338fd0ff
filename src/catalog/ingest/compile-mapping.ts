// One mapping of a data source as jq programs, in the dialect that Port's webhooks have.

import { type CompiledResource, compileResource } from "../../mapping/compile-resource.ts"
import type { Jq } from "../../mapping/jq.ts"
import { rewriteQuotes } from "../../mapping/ocean-quotes.ts"
import { portQuotes } from "../../mapping/port-quotes.ts"
import type { EntityMapping, MappingValue } from "../../port/app-config.ts"
import type { WebhookMapping } from "../rules/webhook-definition.ts"

export interface CompiledMapping extends CompiledResource {
  itemsToParse: string | undefined
  /** The cell of the identifier where it is one expression: it has one of its own, so that it can become text. */
  identifierCell: number | undefined
}

/** Or the first problem without whose mending nothing can be made of any event. */
export async function compileMapping(
  jq: Jq,
  mapping: WebhookMapping,
): Promise<CompiledMapping | { problem: string }> {
  const filter = portQuotes(mapping.filter || "true")
  const itemsToParse = mapping.itemsToParse ? portQuotes(mapping.itemsToParse) : undefined
  const needed = { filter, ...(itemsToParse === undefined ? {} : { itemsToParse }) }
  for (const [name, expression] of Object.entries(needed)) {
    const [issue] = await jq.check([rewriteQuotes(expression)])
    if (issue) return { problem: `${name} (${expression}) does not compile: ${issue.message}` }
  }
  const compiled = compileResource({ query: truthOf(filter), mapping: await entityMapping(jq, mapping) })
  return { ...withOwnIdentifier(compiled), itemsToParse }
}

/** As jq's `if` has it, everything but false and null is true; an error or no output is neither. */
function truthOf(filter: string): string {
  return `if (${rewriteQuotes(filter)}\n) then true else false end`
}

async function entityMapping(
  jq: Jq,
  { blueprint, operation, entity }: WebhookMapping,
): Promise<EntityMapping> {
  const identifier = await withConstants(jq, entity.identifier)
  const named = { blueprint: literal(blueprint), identifier }
  // A delete needs no more of an entity than its name.
  if (operationOf(operation).type === "delete") return { ...named, properties: {}, relations: {} }
  const { title, icon, team, properties, relations } = entity
  return {
    ...named,
    ...(title ? { title: await orLiteral(jq, title) } : {}),
    ...(icon ? { icon: await orLiteral(jq, icon) } : {}),
    ...(team ? { team: await withConstants(jq, team) } : {}),
    properties: Object.fromEntries(
      Object.entries(properties ?? {}).map(([name, expression]) => [name, portQuotes(expression)]),
    ),
    relations: Object.fromEntries(
      await Promise.all(
        Object.entries(relations ?? {}).map(
          async ([name, value]) => [name, await withConstants(jq, value)] as const,
        ),
      ),
    ),
  }
}

export interface Operation {
  type: "create" | "delete"
  /** Of a delete: entities that require the deleted one go too. */
  deleteDependents: boolean
}

export function operationOf(operation: WebhookMapping["operation"]): Operation {
  if (typeof operation === "string") return { type: operation, deleteDependents: true }
  return { type: operation?.type ?? "create", deleteDependents: operation?.deleteDependents ?? true }
}

/** In a query `combinator`, `property` and `operator` are jq too; the bare words that people write are taken as such. */
async function withConstants(jq: Jq, value: MappingValue): Promise<MappingValue> {
  if (typeof value === "string") return portQuotes(value)
  if (Array.isArray(value)) return await Promise.all(value.map((item) => withConstants(jq, item)))
  const entries = Object.entries(value).map(async ([key, item]) => {
    const isConstant = typeof item === "string" && ["combinator", "property", "operator"].includes(key)
    return [key, isConstant ? await orLiteral(jq, item) : await withConstants(jq, item)] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** The documentation's own comment mapping has a title that is no jq, and shows it as the entity's title. */
async function orLiteral(jq: Jq, text: string): Promise<string> {
  const expression = portQuotes(text)
  const [issue] = await jq.check([rewriteQuotes(expression)])
  return issue ? literal(text) : expression
}

/** As a jq string in which no quote is left that could be rewritten. */
function literal(text: string): string {
  return JSON.stringify(text).replaceAll("'", "\\u0027")
}

function withOwnIdentifier(
  compiled: CompiledResource,
): CompiledResource & Pick<CompiledMapping, "identifierCell"> {
  const leaf = compiled.leaves.findIndex(({ path }) => path === "identifier")
  const program = compiled.leaves[leaf]?.program
  if (program === undefined) return { ...compiled, identifierCell: undefined }
  const identifierCell = compiled.programs.length
  return {
    ...compiled,
    programs: [...compiled.programs, program],
    programOf: compiled.programOf.with(leaf, identifierCell),
    identifierCell,
  }
}

// How a query is best answered: its condition, and what leads to the few entities that can fulfil it.
import type { RawBuilder, SqlBool } from "kysely"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import type { Query, Rule } from "../search/query.ts"
import { contentMatch } from "./content-match.ts"
import { namedTargets, type SearchContext, searchCondition } from "./search.ts"

export interface SearchPlan {
  where: RawBuilder<SqlBool>
  /** True where the condition names the few entities that can match: then they are looked up, not scanned for. */
  narrow: boolean
  /** What the index over properties is asked for, on the engine that needs to be told (see `contentMatch`). */
  match: string | undefined
}

/** `within` is the one blueprint that is searched, which the caller sees to; without it all are. */
export function planSearch(
  query: Query,
  context: SearchContext & { within?: BlueprintDefinition },
): SearchPlan {
  return {
    where: searchCondition(query, context),
    narrow: namesEntities(query),
    match: contentMatch(query, context),
  }
}

function namesEntities(query: Query): boolean {
  if (query.rules.length === 0) return false
  const names = (rule: Rule | Query) => ("combinator" in rule ? namesEntities(rule) : namesEntity(rule))
  return query.combinator === "and" ? query.rules.some(names) : query.rules.every(names)
}

function namesEntity(rule: Rule): boolean {
  if ("walk" in rule) return true
  const { subject } = rule
  if (subject.by === "relation") return subject.target === "$identifier" && namedTargets(rule) !== undefined
  const isIdentifier = subject.by === "property" && subject.property === "$identifier"
  return isIdentifier && (rule.test === "equals" || rule.test === "in") && !rule.not
}

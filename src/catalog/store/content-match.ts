// Which words an entity must have to match a query at all: what SQLite's index over properties is asked for.
import type { JsonPrimitive } from "../../common/json.ts"
import { groupWord, memberWords } from "../../database/word-index.ts"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import { mirrorPath } from "../rules/mirror-path.ts"
import type { PropertyRule, Query, Rule } from "../search/query.ts"

/** A longer expression costs more than it spares. */
const mostWords = 200

/**
 * An expression of FTS5 that every match of the query fulfils, so that the query needs to be asked of those alone;
 * undefined where the query says nothing that the index knows. `blueprints` are all; `within` those that are searched.
 */
export function contentMatch(
  query: Query,
  { blueprints, within }: { blueprints: readonly BlueprintDefinition[]; within?: BlueprintDefinition },
): string | undefined {
  const match = queryMatch(query, { all: blueprints, searched: within ? [within] : blueprints })
  if (match === undefined || match.split('" ').length > mostWords) return undefined
  return within ? `${anyOf([groupWord(within.identifier)])} AND ${match}` : match
}

interface Scope {
  all: readonly BlueprintDefinition[]
  searched: readonly BlueprintDefinition[]
}

function queryMatch(query: Query, scope: Scope): string | undefined {
  const parts = query.rules.map((rule) =>
    "combinator" in rule ? queryMatch(rule, scope) : ruleMatch(rule, scope),
  )
  const known = parts.filter((part) => part !== undefined)
  if (known.length === 0 || (query.combinator === "or" && known.length < parts.length)) return undefined
  return `(${known.join(query.combinator === "and" ? " AND " : " OR ")})`
}

function ruleMatch(rule: Rule, scope: Scope): string | undefined {
  if ("walk" in rule || rule.subject.by !== "property") return undefined
  const { property } = rule.subject
  const values = valuesAsked(rule, property, scope)
  if (values === undefined) return undefined
  if (property === "$blueprint") return anyOf(values.map((value) => groupWord(String(value))))
  if (property.startsWith("$")) return undefined
  // Where the property is a mirror, its value stands in another entity: there every entity may match.
  const mirroring = scope.searched.filter((one) => mirrorPath(one, property, scope.all) !== undefined)
  return anyOf([
    ...values.flatMap((value) => memberWords(property, value)),
    ...mirroring.map(({ identifier }) => groupWord(identifier)),
  ])
}

/** Values of which the property, or an element of it, must equal one; undefined where the rule asks otherwise. */
function valuesAsked(
  rule: PropertyRule,
  property: string,
  { searched }: Scope,
): (string | number | boolean)[] | undefined {
  if (rule.test === "equals") return rule.not ? undefined : scalars([rule.value])
  if (rule.test === "in") return rule.not ? undefined : scalars(rule.values)
  if (rule.test === "containsAny") return scalars(rule.values)
  if (rule.test !== "contains" || rule.not || rule.values === null) return undefined
  // Of a text it asks for a part, of which no index knows; what is no property is a text. Of several members asked for, one
  // is enough to look for.
  if (property.startsWith("$")) return undefined
  const isList = searched.every(({ schema, mirrorProperties }) => {
    const type = schema.properties[property]?.type
    return (type === undefined || type === "array") && !Object.hasOwn(mirrorProperties, property)
  })
  return isList ? scalars(rule.values.slice(0, 1)) : undefined
}

/** Undefined where one is null, which no word stands for, or where there is none. */
function scalars(values: readonly JsonPrimitive[]): (string | number | boolean)[] | undefined {
  const known = values.filter((value) => value !== null)
  return known.length === 0 || known.length < values.length ? undefined : known
}

function anyOf(words: readonly string[]): string {
  return `(${words.map((word) => `"${word}"`).join(" OR ")})`
}

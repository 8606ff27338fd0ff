// A mapping read strictly: its shape, its search queries, and whether each jq expression compiles.
import { isJsonObject, type JsonObject, type JsonValue } from "../common/json.ts"
import type { ValuePath } from "../common/schema.ts"
import {
  constantBlueprints,
  type KindSelectors,
  type MappingProblem,
  type ParsedAppConfig,
  parseAppConfig,
  problemAt,
} from "../port/app-config.ts"
import type { CompileIssue, Jq } from "./jq.ts"
import { rewriteQuotes } from "./ocean-quotes.ts"

/**
 * As `parseAppConfig`; resources with an expression that does not compile are among the broken ones. Runs nothing of the
 * mapping; rejects only when jq cannot be started.
 */
export async function checkMapping(jq: Jq, value: unknown, kinds: KindSelectors): Promise<ParsedAppConfig> {
  const parsed = parseAppConfig(value, kinds)
  const resources = isJsonObject(value) && Array.isArray(value.resources) ? value.resources : []
  const broken = new Map(parsed.broken.map((one) => [one.index, one]))
  for (const [index, raw] of resources.entries()) {
    const problems = await compileProblems(jq, expressionsOf(raw, ["resources", index]))
    if (problems.length === 0) continue
    const kind = isJsonObject(raw) && typeof raw.kind === "string" ? raw.kind : undefined
    const known = broken.get(index) ?? { index, kind, blueprints: constantBlueprints(raw), problems: [] }
    broken.set(index, { ...known, problems: [...known.problems, ...problems] })
  }
  return {
    ...parsed,
    config: {
      ...parsed.config,
      resources: parsed.config.resources.filter(({ index }) => !broken.has(index)),
    },
    broken: [...broken.values()].sort((left, right) => left.index - right.index),
  }
}

interface Expression {
  path: ValuePath
  text: string
}

/** Every expression of a resource that is one, whatever else may be wrong with it: so that one look finds all. */
function expressionsOf(raw: JsonValue, path: ValuePath): Expression[] {
  const { selector, port } = objectOf(raw)
  const { itemsToParse, entity } = objectOf(port)
  const { mappings } = objectOf(entity)
  const below = [...path, "port", "entity", "mappings"]
  return [
    ...leaf(objectOf(selector).query, [...path, "selector", "query"]),
    ...leaf(itemsToParse, [...path, "port", "itemsToParse"]),
    ...(Array.isArray(mappings)
      ? mappings.flatMap((mapping, element) => expressionsOfMapping(mapping, [...below, element]))
      : expressionsOfMapping(mappings, below)),
  ]
}

function expressionsOfMapping(mapping: JsonValue | undefined, path: ValuePath): Expression[] {
  const { properties, relations, ...rest } = objectOf(mapping)
  const parts = ["identifier", "blueprint", "title", "icon", "team"] as const
  return [
    ...parts.flatMap((part) => leaf(rest[part], [...path, part])),
    ...entriesBelow(properties, [...path, "properties"]),
    ...entriesBelow(relations, [...path, "relations"]),
  ]
}

function entriesBelow(group: JsonValue | undefined, path: ValuePath): Expression[] {
  return Object.entries(objectOf(group)).flatMap(([key, value]) => leaf(value, [...path, key]))
}

/** An expression, or those of a search query. */
function leaf(value: JsonValue | undefined, path: ValuePath): Expression[] {
  if (isJsonObject(value)) {
    const { rules, ...rest } = value
    const own = ["combinator", "property", "operator", "value"].flatMap((key) =>
      isJsonObject(rest[key]) ? [] : leaf(rest[key], [...path, key]),
    )
    const inner = Array.isArray(rules) ? rules.flatMap((rule, at) => leaf(rule, [...path, "rules", at])) : []
    return [...own, ...inner]
  }
  const isExpression = typeof value === "string" || typeof value === "number" || typeof value === "boolean"
  // An empty one is a problem of the shape already.
  return isExpression && String(value).trim() !== "" ? [{ path, text: String(value) }] : []
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

async function compileProblems(jq: Jq, expressions: readonly Expression[]): Promise<MappingProblem[]> {
  const issues = await jq.check(expressions.map(({ text }) => rewriteQuotes(text)))
  return expressions.flatMap(({ path, text }, at) => {
    const issue = issues[at]
    return issue ? [problemOf(path, text, issue)] : []
  })
}

function problemOf(path: ValuePath, text: string, { message, line, column }: CompileIssue): MappingProblem {
  const hint = text.includes("'") && rewriteQuotes(text).includes("'") ? singleQuotes : undefined
  const problem = problemAt(path, `jq: ${message}`, hint)
  if (line === undefined || column === undefined) return problem
  return {
    ...problem,
    what: `${problem.what} (line ${line}, column ${column} of the expression)`,
    inExpression: { line, column },
  }
}

const singleQuotes = `jq's texts stand in double quotes; a single quote is taken for one only where it begins or ends a word`

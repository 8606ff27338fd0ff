// Port's search language, parsed: what a rule asks, with its values checked. Nothing here knows SQL.
import { isJsonObject, type JsonObject, type JsonPrimitive, type JsonValue } from "../../common/json.ts"
import { parseInstant } from "../../database/instant.ts"
import { ApiError, ok, type Result, refused } from "../api-error.ts"
import { type GraphRule, graphRule } from "./graph-rules.ts"
import { fail, wrong } from "./refuse-query.ts"
import { isPreset, type Preset } from "./time-windows.ts"

export interface Query {
  combinator: "and" | "or"
  rules: (Rule | Query)[]
}

export type Subject =
  | { by: "property"; property: string }
  /** A property of the caller. Machine tokens have no user, so it is always null. */
  | { by: "caller" }
  | { by: "schema"; type: string; format: string | undefined }
  /** What one relation of the entity points at. */
  | { by: "relation"; relation: string; target: "$identifier" | "$title" }

export type Rule = PropertyRule | GraphRule

export type PropertyRule = { subject: Subject } & Test

/** What is asked of the subject's value. A negative operator is `not` of its positive one, so that null passes it. */
export type Test =
  | { test: "equals"; value: JsonPrimitive; not: boolean }
  | { test: "isEmpty"; not: boolean }
  | { test: "compare"; operator: ">" | ">=" | "<" | "<="; value: number | null; unit: "number" | "instant" }
  | { test: "contains"; values: string[] | null; not: boolean }
  | { test: "containsAny"; values: JsonPrimitive[] }
  | { test: "beginsWith" | "endsWith"; value: string | null; not: boolean }
  | { test: "in"; values: JsonPrimitive[]; not: boolean }
  | { test: "between"; window: Window; outside: boolean; not: boolean }
  | { test: "expired"; expired: boolean }

export type Window = { from: number; to: number } | { preset: Preset }

export interface ParseOptions {
  /** What the query is called in messages: `query`, `relations.owner`. */
  root: string
  /** Operators allowed here; all of them where it is not given. */
  operators?: ReadonlySet<string>
  /** Whether a rule may ask of a relation by its name; only the search in one blueprint knows it. */
  relations?: boolean
}

/** Operators of a query that stands for a relation's or a team's value. */
export const resolvableOperators: ReadonlySet<string> = new Set(["=", "in", "containsAny", "contains"])

/** Both engines bound the size of a statement; this is far above what clients send in 1 MiB of sensible rules. */
const maxRules = 4000
const maxDepth = 50

export function parseQuery(value: unknown, options: ParseOptions): Result<Query> {
  try {
    return ok(queryAt(value, { ...options, path: options.root, depth: 0, budget: { left: maxRules } }))
  } catch (error) {
    // Deep in a nested query a refusal is thrown; here it becomes a value again.
    if (error instanceof ApiError) return refused(error.refusal)
    throw error
  }
}

interface Place extends ParseOptions {
  path: string
  depth: number
  budget: { left: number }
}

function queryAt(value: unknown, at: Place): Query {
  if (!isJsonObject(value)) throw wrong(at.path, "must be object")
  for (const key of ["combinator", "rules"]) {
    if (!(key in value)) throw wrong(at.path, `must have required property '${key}'`)
  }
  const { combinator, rules } = value
  if (combinator !== "and" && combinator !== "or") {
    throw wrong(`${at.path}.combinator`, "must be equal to one of the allowed values: and, or")
  }
  if (!Array.isArray(rules)) throw wrong(`${at.path}.rules`, "must be array")
  if (at.depth >= maxDepth) throw wrong(at.path, `must NOT be nested deeper than ${maxDepth} levels`)
  return {
    combinator,
    rules: rules.map((rule, index) =>
      ruleOrQuery(rule, { ...at, path: `${at.path}.rules[${index}]`, depth: at.depth + 1 }),
    ),
  }
}

function ruleOrQuery(value: JsonValue, at: Place): Rule | Query {
  at.budget.left -= 1
  if (at.budget.left < 0) throw wrong(at.root, `must NOT have more than ${maxRules} rules`)
  if (!isJsonObject(value)) throw wrong(at.path, "must be object")
  if ("combinator" in value || "rules" in value) return queryAt(value, at)
  return ruleAt(value, at)
}

function ruleAt(rule: JsonObject, at: Place): Rule {
  if (typeof rule.operator !== "string") throw wrong(at.path, "must have required property 'operator'")
  const graph = at.operators ? undefined : graphRule(rule, at)
  if (graph) return graph
  if (at.operators && !at.operators.has(rule.operator)) {
    throw wrong(
      `${at.path}.operator`,
      `must be equal to one of the allowed values: ${[...at.operators].join(", ")}`,
    )
  }
  const subject = subjectOf(rule, at)
  if (subject.by === "schema" && !["=", "!=", "contains"].includes(rule.operator)) {
    throw wrong(`${at.path}.operator`, "must be equal to one of the allowed values: =, !=, contains")
  }
  return { subject, ...testOf(rule, at) }
}

function subjectOf(rule: JsonObject, at: Place): Subject {
  const { property, propertySchema } = rule
  if ("relation" in rule || "scorecard" in rule) return relationSubject(rule, at)
  if (typeof property === "string") return { by: "property", property }
  if (isJsonObject(property) && isContext(property)) return { by: "caller" }
  if (isJsonObject(propertySchema) && typeof propertySchema.type === "string") {
    const format = typeof propertySchema.format === "string" ? propertySchema.format : undefined
    return { by: "schema", type: propertySchema.type, format }
  }
  throw wrong(at.path, "must have required property 'property'")
}

function relationSubject(rule: JsonObject, at: Place): Subject {
  if (!at.relations)
    throw wrong(at.path, "must be a property rule: rules over relations are for one blueprint's search")
  const { relation, targetProperty: target = "$identifier" } = rule
  if (typeof relation !== "string")
    throw wrong(at.path, "must be a rule over properties or relations: scorecards are not calculated here")
  if (target !== "$identifier" && target !== "$title")
    throw wrong(
      `${at.path}.targetProperty`,
      "must be equal to one of the allowed values: $identifier, $title",
    )
  return { by: "relation", relation, target }
}

const comparisons = new Set([">", ">=", "<", "<="])

function testOf(rule: JsonObject, at: Place): Test {
  const operator = String(rule.operator)
  if (operator === "isEmpty" || operator === "isNotEmpty")
    return { test: "isEmpty", not: operator === "isNotEmpty" }
  if (operator === "isExpired" || operator === "isNotExpired") {
    return { test: "expired", expired: operator === "isExpired" }
  }
  const read = valueReaders[operator]
  if (!read) throw wrong(`${at.path}.operator`, "must be equal to one of the allowed values")
  if (rule.value === undefined) throw wrong(at.path, "must have required property 'value'")
  const where = { ...at, path: `${at.path}.value` }
  const context = isJsonObject(rule.value) && isContext(rule.value) ? rule.value.context : undefined
  if (context === undefined) return read(rule.value, where)
  // The caller has neither name nor teams: null, or no element where the operator wants a list.
  return read(context === "userTeams" || listOperators.has(operator) ? [] : null, where)
}

const listOperators = new Set(["in", "notIn", "containsAny", "matchAny"])

const valueReaders: Record<string, (value: JsonValue, at: Place) => Test> = {
  "=": (value, at) => equalsTest(value, at, false),
  "!=": (value, at) => equalsTest(value, at, true),
  ">": (value, at) => compareTest(">", value, at),
  ">=": (value, at) => compareTest(">=", value, at),
  "<": (value, at) => compareTest("<", value, at),
  "<=": (value, at) => compareTest("<=", value, at),
  contains: (value, at) => ({ test: "contains", values: textsOrNull(value, at), not: false }),
  doesNotContains: (value, at) => ({ test: "contains", values: textsOrNull(value, at), not: true }),
  containsAny: (value, at) => ({ test: "containsAny", values: list(value, at) }),
  beginsWith: (value, at) => ({ test: "beginsWith", value: textOrNull(value, at), not: false }),
  doesNotBeginsWith: (value, at) => ({ test: "beginsWith", value: textOrNull(value, at), not: true }),
  endsWith: (value, at) => ({ test: "endsWith", value: textOrNull(value, at), not: false }),
  doesNotEndsWith: (value, at) => ({ test: "endsWith", value: textOrNull(value, at), not: true }),
  in: (value, at) => ({ test: "in", values: list(value, at), not: false }),
  notIn: (value, at) => ({ test: "in", values: list(value, at), not: true }),
  between: (value, at) => ({ test: "between", window: windowOf(value, at), outside: false, not: false }),
  notBetween: (value, at) => ({ test: "between", window: windowOf(value, at), outside: true, not: false }),
  matchAny: (value, at) => ({
    test: "in",
    values: list(Array.isArray(value) ? value : [value], at),
    not: false,
  }),
}

function equalsTest(value: JsonValue, at: Place, not: boolean): Test {
  if (isJsonObject(value)) return { test: "between", window: windowOf(value, at), outside: false, not }
  // An empty list is the value of a caller without teams: nothing equals it.
  if (Array.isArray(value))
    return value.length === 0
      ? { test: "in", values: [], not }
      : fail(at, "must be string, number, boolean or null")
  return { test: "equals", value, not }
}

function compareTest(operator: string, value: JsonValue, at: Place): Test {
  if (!isComparison(operator)) return fail(at, "must be a comparison")
  if (value === null || typeof value === "number") return { test: "compare", operator, value, unit: "number" }
  const instant = typeof value === "string" ? parseInstant(value) : undefined
  if (instant === undefined) return fail(at, "must be a number or an ISO 8601 time")
  return { test: "compare", operator, value: instant, unit: "instant" }
}

function isComparison(operator: string): operator is ">" | ">=" | "<" | "<=" {
  return comparisons.has(operator)
}

function windowOf(value: JsonValue, at: Place): Window {
  if (!isJsonObject(value)) return fail(at, "must be object")
  if (typeof value.preset === "string") {
    return isPreset(value.preset)
      ? { preset: value.preset }
      : fail(at, `must have a known preset, not "${value.preset}"`)
  }
  const from = typeof value.from === "string" ? parseInstant(value.from) : undefined
  const to = typeof value.to === "string" ? parseInstant(value.to) : undefined
  if (from === undefined || to === undefined)
    return fail(at, "must have a preset, or from and to as ISO 8601 times")
  return { from, to }
}

function textOrNull(value: JsonValue, at: Place): string | null {
  return value === null || typeof value === "string" ? value : fail(at, "must be string")
}

function textsOrNull(value: JsonValue, at: Place): string[] | null {
  if (value === null) return null
  if (typeof value === "string") return [value]
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value
  return fail(at, "must be string, array or null")
}

function list(value: JsonValue, at: Place): JsonPrimitive[] {
  if (!Array.isArray(value)) return fail(at, "must be array")
  return value.map((item) =>
    typeof item === "object" && item !== null ? fail(at, "must be an array of strings") : item,
  )
}

function isContext(value: JsonObject): boolean {
  return value.context === "user" || value.context === "userTeams"
}

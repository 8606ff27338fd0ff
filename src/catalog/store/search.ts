// A parsed query → one SQL expression over `catalog_entities`. Values only ever become parameters.
import { type RawBuilder, type SqlBool, sql } from "kysely"
import type { JsonPrimitive } from "../../common/json.ts"
import { parseInstant } from "../../database/instant.ts"
import type { JsonColumns, Scalar } from "../../database/json-columns.ts"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import { mirrorPath, teamPath } from "../rules/mirror-path.ts"
import type { PropertyRule, Query, Rule, Subject, Test, Window } from "../search/query.ts"
import { windowOfPreset } from "../search/time-windows.ts"
import { graphRuleIds } from "./graph.ts"
import { mirrorSubject } from "./mirror-subject.ts"
import {
  always,
  jsonSubject,
  metaSubject,
  never,
  noSubject,
  type SearchSubject,
  textSubject,
} from "./search-subjects.ts"

export interface SearchContext {
  json: JsonColumns
  /** Which properties are times, and of which type, is known from the blueprints. */
  blueprints: readonly BlueprintDefinition[]
  /** Milliseconds since the epoch. */
  now: number
}

type Condition = RawBuilder<SqlBool>

export function searchCondition(query: Query, context: SearchContext): Condition {
  if (query.rules.length === 0) return always
  const parts = query.rules.map((rule) =>
    "combinator" in rule ? searchCondition(rule, context) : ruleCondition(rule, context),
  )
  return combine(parts, query.combinator)
}

function combine(parts: readonly Condition[], combinator: "and" | "or"): Condition {
  // A part that changes nothing would keep SQLite from using an index for the rest of an `or`.
  const neutral = combinator === "and" ? always : never
  return balanced(
    parts.filter((part) => part !== neutral),
    combinator,
  )
}

/** Balanced, since SQLite bounds the depth of an expression and a long chain of `or` is as deep as it is long. */
function balanced(parts: readonly Condition[], combinator: "and" | "or"): Condition {
  const [first] = parts
  if (!first) return combinator === "and" ? always : never
  if (parts.length === 1) return first
  const middle = Math.ceil(parts.length / 2)
  const left = balanced(parts.slice(0, middle), combinator)
  const right = balanced(parts.slice(middle), combinator)
  return combinator === "and" ? sql`(${left} and ${right})` : sql`(${left} or ${right})`
}

function ruleCondition(rule: Rule, context: SearchContext): Condition {
  if ("walk" in rule) return sql`catalog_entities.id in (${graphRuleIds(rule, context)})`
  const { subject } = rule
  if (subject.by === "relation") return relationCondition(subject, rule, context)
  if (subject.by === "caller") return testCondition(rule, noSubject, context)
  if (subject.by === "property") return propertyCondition(subject.property, rule, context)
  return schemaCondition(subject, rule, context)
}

/** The same name may be stored in one blueprint and a mirror in another; so may teams be inherited. */
function propertyCondition(name: string, test: Test, context: SearchContext): Condition {
  const mirrors = context.blueprints.flatMap((blueprint) => {
    const path =
      name === "$team"
        ? teamPath(blueprint, context.blueprints)
        : mirrorPath(blueprint, name, context.blueprints)
    return path ? [{ blueprint: blueprint.identifier, subject: mirrorSubject(path, context) }] : []
  })
  const subject = name.startsWith("$") ? metaSubject(name, context.json) : jsonSubject(name, context)
  const stored = testCondition(test, subject, context)
  if (mirrors.length === 0) return stored
  const parts = mirrors.map(
    ({ blueprint, subject }) =>
      sql<SqlBool>`(catalog_entities.blueprint = ${blueprint} and ${testCondition(test, subject, context)})`,
  )
  const mirroring = mirrors.map(({ blueprint }) => blueprint)
  const elsewhere = not(context.json.oneOf(sql.ref("catalog_entities.blueprint"), mirroring))
  return combine([...parts, sql<SqlBool>`(${elsewhere} and ${stored})`], "or")
}

function schemaCondition(
  subject: Extract<Subject, { by: "schema" }>,
  rule: PropertyRule,
  context: SearchContext,
): Condition {
  const named = blueprintsByProperty(context.blueprints, subject)
  const parts = [...named].map(([name, blueprints]) => {
    const passes = testCondition(rule, jsonSubject(name, context), context)
    return sql<SqlBool>`(${context.json.oneOf(sql.ref("catalog_entities.blueprint"), blueprints)} and ${passes})`
  })
  return combine(parts, "or")
}

/** A positive operator needs one of the targets, a negative one all of them. */
function relationCondition(
  { relation, target }: Extract<Subject, { by: "relation" }>,
  test: Test,
  context: SearchContext,
): Condition {
  const named = target === "$identifier" ? namedTargets(test) : undefined
  if (named) return pointsAt(relation, named, context)
  const has = (condition: Condition): Condition => sql`exists (select 1 from catalog_relations as link
    join catalog_entities as target on target.id = link.target_id
    where link.source_id = catalog_entities.id and link.relation = ${relation} and ${condition})`
  if (test.test === "isEmpty" || (test.test === "equals" && test.value === null)) {
    return test.not ? has(always) : not(has(always))
  }
  const subject = textSubject(sql.ref(`target.${target.slice(1)}`), context.json)
  // Of many targets each is asked by itself, so that sharing one is being one of them.
  const asked = test.test === "containsAny" ? { ...test, test: "in" as const, not: false } : test
  if (!("not" in asked)) return has(testCondition(asked, subject, context))
  return flip(has(testCondition({ ...asked, not: false }, subject, context)), asked.not)
}

/** From the targets to who points at them: they are few, and found by their names. */
function pointsAt(relation: string, identifiers: readonly string[], context: SearchContext): Condition {
  const targets = context.blueprints.flatMap(({ relations }) =>
    Object.hasOwn(relations, relation) ? (relations[relation]?.target ?? []) : [],
  )
  return sql`catalog_entities.id in (select link.source_id from catalog_relations as link
    where link.relation = ${relation} and link.target_id in (select target.id from catalog_entities as target
      where ${context.json.oneOf(sql.ref("target.blueprint"), [...new Set(targets)])}
      and ${context.json.oneOf(sql.ref("target.identifier"), identifiers)}))`
}

/** The identifiers of which a target must have one; undefined where the rule asks for something else. */
export function namedTargets(test: Test): string[] | undefined {
  const texts = (values: readonly JsonPrimitive[]) => values.filter((value) => typeof value === "string")
  if (test.test === "containsAny") return texts(test.values)
  if (test.test === "in") return test.not ? undefined : texts(test.values)
  return test.test === "equals" && !test.not && test.value !== null ? texts([test.value]) : undefined
}

function blueprintsByProperty(
  blueprints: readonly BlueprintDefinition[],
  wanted: { type: string; format: string | undefined },
): Map<string, string[]> {
  const named = new Map<string, string[]>()
  for (const blueprint of blueprints) {
    for (const [name, property] of Object.entries(blueprint.schema.properties)) {
      if (property.type !== wanted.type) continue
      if (wanted.format !== undefined && property.format !== wanted.format) continue
      named.set(name, [...(named.get(name) ?? []), blueprint.identifier])
    }
  }
  return named
}

function testCondition(test: Test, subject: SearchSubject, context: SearchContext): Condition {
  if (test.test === "isEmpty") return test.not ? not(subject.isNull) : subject.isNull
  if (test.test === "equals") return flip(equals(test.value, subject, context), test.not)
  if (test.test === "compare") return compare(test, subject)
  if (test.test === "contains") return flip(contains(test.values, subject, context), test.not)
  if (test.test === "containsAny") return subject.hasElement(scalars(test.values))
  if (test.test === "in") return flip(oneOf(test.values, subject), test.not)
  if (test.test === "between") return flip(between(test.window, test.outside, subject, context.now), test.not)
  if (test.test === "expired") {
    const operator = test.expired ? sql.raw("<=") : sql.raw(">")
    return subject.instant ? sql`${subject.instant} ${operator} ${context.now}` : never
  }
  return flip(affix(test.test, test.value, subject), test.not)
}

function equals(value: JsonPrimitive, subject: SearchSubject, context: SearchContext): Condition {
  if (value === null) return subject.isNull
  const same = subject.equals(value)
  const instant = typeof value === "string" ? parseInstant(value) : undefined
  const timed = instant === undefined ? undefined : subject.timed(context)
  return timed ? sql`(${same} or (${timed} and ${sql`${subject.instant} = ${instant}`}))` : same
}

function compare(test: Extract<Test, { test: "compare" }>, subject: SearchSubject): Condition {
  const side = test.unit === "number" ? subject.number : subject.instant
  if (!side || test.value === null) return never
  // The operator is one of the four that the parser lets pass.
  return sql`${side} ${sql.raw(test.operator)} ${test.value}`
}

/** Substring of a text, membership of a list; of several values all must be there. */
function contains(values: string[] | null, subject: SearchSubject, context: SearchContext): Condition {
  if (values === null) return never
  const parts = values.map((value) => {
    const member = subject.hasElement([value])
    if (!subject.text) return member
    const holds = sql<SqlBool>`(${context.json.contains(subject.text, value)} or ${member})`
    return combine([subject.mayHold(value), holds], "and")
  })
  return parts.length === 0 ? never : combine(parts, "and")
}

function oneOf(values: JsonPrimitive[], subject: SearchSubject): Condition {
  const wanted = scalars(values)
  const parts = [subject.oneOf(wanted), subject.hasElement(wanted)]
  if (values.includes(null)) parts.push(subject.isNull)
  return combine(parts, "or")
}

/** Bounds are inclusive; a null is neither inside nor outside. */
function between(window: Window, outside: boolean, subject: SearchSubject, now: number): Condition {
  if (!subject.instant) return never
  const { from, to } = "preset" in window ? windowOfPreset(window.preset, now) : window
  const inside = sql<SqlBool>`${subject.instant} between ${from} and ${to}`
  return outside ? sql`not (${inside})` : inside
}

function affix(test: "beginsWith" | "endsWith", value: string | null, subject: SearchSubject): Condition {
  if (value === null || !subject.text) return never
  const { text } = subject
  const length = [...value].length // letters, as the engines count them, not UTF-16 units
  const part =
    test === "beginsWith"
      ? sql`substr(${text}, 1, ${length})`
      : sql`substr(${text}, length(${text}) - ${length} + 1)`
  return sql`length(${text}) >= ${length} and ${part} = ${value}`
}

function scalars(values: readonly JsonPrimitive[]): Scalar[] {
  return values.filter((value) => value !== null)
}

function flip(condition: Condition, negative: boolean): Condition {
  return negative ? not(condition) : condition
}

/** Also true where the condition is null: a value that is null passes every negative operator. */
function not(condition: Condition): Condition {
  return sql`((${condition}) is not true)`
}

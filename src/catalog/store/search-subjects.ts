// What a search rule can ask about: a property of the entity, or one of Port's meta-properties.
import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely"
import { parseInstant } from "../../database/instant.ts"
import type { JsonColumns, Scalar } from "../../database/json-columns.ts"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import { teamRelation } from "./relations.ts"

type Condition = RawBuilder<SqlBool>

/** The name under which the entity at hand stands in a statement. */
const entities = "catalog_entities"

export interface SubjectContext {
  json: JsonColumns
  blueprints: readonly BlueprintDefinition[]
}

/** The sides of a value; one that the value cannot have is undefined. Conditions may be null, which is not true. */
export interface SearchSubject {
  isNull: Condition
  text: Expression<string | null> | undefined
  number: Expression<number | null> | undefined
  /** Milliseconds since the epoch. */
  instant: Expression<number | null> | undefined
  equals(value: Scalar): Condition
  oneOf(values: readonly Scalar[]): Condition
  hasElement(values: readonly Scalar[]): Condition
  /** False only where the value cannot hold the part; cheap to ask. */
  mayHold(part: string): Condition
  /** Where equality means the same instant rather than the same text; undefined where nowhere. */
  timed(context: SubjectContext): Condition | undefined
}

export const always: Condition = sql`1 = 1`
export const never: Condition = sql`1 = 0`

/** A value that is null on every entity. */
export const noSubject: SearchSubject = {
  isNull: always,
  text: undefined,
  number: undefined,
  instant: undefined,
  equals: () => never,
  oneOf: () => never,
  hasElement: () => never,
  mayHold: () => always,
  timed: () => undefined,
}

/** A property's value as its own JSON type has it. A property nobody declared is null. */
export function jsonSubject(name: string, context: { json: JsonColumns }, table = entities): SearchSubject {
  if (!/^[A-Za-z0-9@_=-]+$/.test(name)) return noSubject
  const { json } = context
  const column = `${table}.properties`
  const text = json.text(column, name)
  return {
    isNull: json.isAbsent(column, name),
    text,
    number: json.number(column, name),
    instant: json.instant(text),
    equals: (value) => json.equals(column, name, value),
    oneOf: (values) => jsonOneOf(json, column, name, values),
    hasElement: (values) => json.hasElement(column, name, values),
    mayHold: (part) => json.mentions(column, part) ?? always,
    timed({ blueprints }) {
      const timed = blueprints
        .filter((blueprint) => isTime(blueprint.schema.properties[name]?.format))
        .map((blueprint) => blueprint.identifier)
      return timed.length === 0 ? undefined : json.oneOf(sql.ref(`${table}.blueprint`), timed)
    },
  }
}

/** `$identifier`, `$updatedAt` and the like; an unknown one is null. */
export function metaSubject(name: string, json: JsonColumns, table = entities): SearchSubject {
  if (name === "$team") return teamSubject(json, table)
  const textColumn = textColumns[name]
  if (textColumn !== undefined) return textSubject(sql.ref<string | null>(`${table}.${textColumn}`), json)
  const instantColumn = instantColumns[name]
  return instantColumn === undefined
    ? noSubject
    : instantSubject(sql.ref<number>(`${table}.${instantColumn}`), json)
}

const textColumns: Record<string, string> = {
  $identifier: "identifier",
  $title: "title",
  $icon: "icon",
  $blueprint: "blueprint",
  $createdBy: "created_by",
  $updatedBy: "updated_by",
  $datasource: "datasource",
}

const instantColumns: Record<string, string> = {
  $createdAt: "created_at",
  $updatedAt: "updated_at",
}

/** A text that stands in a column of its own. */
export function textSubject(column: RawBuilder<string | null>, json: JsonColumns): SearchSubject {
  return {
    ...noSubject,
    isNull: sql`${column} is null`,
    text: column,
    equals: (value) => (typeof value === "string" ? sql`${column} = ${value}` : never),
    oneOf: (values) => json.oneOf(column, values.filter(isText)),
  }
}

function instantSubject(column: RawBuilder<number>, json: JsonColumns): SearchSubject {
  return {
    ...noSubject,
    isNull: never,
    instant: column,
    oneOf: (values) =>
      json.oneOfNumbers(
        column,
        values.filter(isText).flatMap((value) => parseInstant(value) ?? []),
      ),
    timed: () => always,
  }
}

/** Teams are targets of a relation of their own. An entity without teams has a null here. */
function teamSubject(json: JsonColumns, table: string): SearchSubject {
  const has = (test: Condition): Condition => sql`exists (select 1 from catalog_relations as team_link
    join catalog_entities as team on team.id = team_link.target_id
    where team_link.source_id = ${sql.ref(`${table}.id`)} and team_link.relation = ${teamRelation} and ${test})`
  return {
    ...noSubject,
    isNull: sql`not ${has(always)}`,
    hasElement: (values) => has(json.oneOf(sql.ref("team.identifier"), values.filter(isText))),
  }
}

/** So few that each may be looked up by itself. */
const fewValues = 10

function jsonOneOf(json: JsonColumns, column: string, name: string, values: readonly Scalar[]): Condition {
  if (values.length <= fewValues) {
    const each = values.map((value) => json.equals(column, name, value))
    return each.length === 0 ? never : sql`(${sql.join(each, sql` or `)})`
  }
  const texts = values.filter(isText)
  const others = values.filter((value) => !isText(value))
  const parts = others.map((value) => json.equals(column, name, value))
  if (texts.length > 0) parts.push(json.oneOf(json.text(column, name), texts))
  if (parts.length === 0) return never
  return sql`(${sql.join(parts, sql` or `)})`
}

function isText(value: Scalar): value is string {
  return typeof value === "string"
}

function isTime(format: unknown): boolean {
  return format === "date-time" || format === "timer"
}

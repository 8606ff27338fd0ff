// The few expressions that differ between the two engines. No other file of the program asks which engine it is,
// apart from `database.ts`, which opens it.
import { type Expression, type Kysely, type RawBuilder, type SqlBool, sql } from "kysely"
import { instantPattern } from "./instant.ts"
import type { MigrationStep } from "./migrate.ts"
import { type IndexedTable, wordIndexStatements } from "./word-index.ts"

export type Engine = "sqlite" | "postgres"

type Text = Expression<string | null>
export type Scalar = string | number | boolean

/** JSON objects are kept as JSON columns and come out as JSON text; a member is named by its key. */
export interface JsonColumns {
  /** Column types for `create table`. `id` is a number that grows with every row and is never used twice. */
  types: {
    json: RawBuilder<unknown>
    id: RawBuilder<unknown>
    instant: RawBuilder<unknown>
    /** An index that finds rows by any member of a JSON column; undefined where the engine has none. */
    contentIndex(name: string, on: { table: string; column: string }): RawBuilder<unknown> | undefined
    /**
     * Leaves room beside the rows of a table that is often updated, so that a row of which no indexed column changes needs no
     * new entry in any index; undefined where the engine writes rows in their place.
     */
    roomForUpdates(table: string): RawBuilder<unknown> | undefined
    /** The statements for an index that `candidates` reads; none where the engine has such an index of its own. */
    wordIndex(name: string, on: IndexedTable): readonly RawBuilder<unknown>[]
  }
  /** The member as text; null where it is absent or no string. */
  text(column: string, key: string): RawBuilder<string | null>
  /** The member as a number; null where it is absent or no number. */
  number(column: string, key: string): RawBuilder<number | null>
  isAbsent(column: string, key: string): RawBuilder<SqlBool>
  /** Same type and same value; no coercion. */
  equals(column: string, key: string, value: Scalar): RawBuilder<SqlBool>
  /** Whether the member is a list that holds one of the values. */
  hasElement(column: string, key: string, values: readonly Scalar[]): RawBuilder<SqlBool>
  /**
   * Whether the part can stand in a text of the column at all, where asking that first is cheaper than reading the
   * JSON; undefined where it is not.
   */
  mentions(column: string, part: string): RawBuilder<SqlBool> | undefined
  /** The ids, in order, of rows that have the words (`word-index.ts`); undefined where the engine finds them by itself. */
  candidates(index: string, match: string): RawBuilder<{ rowid: number }> | undefined
  /** The column's object without the member, for an update. */
  without(column: string, key: string): RawBuilder<string>
  /** The column's object with the member under another key, for an update; as it is where it has no such member. */
  renamed(column: string, from: string, to: string): RawBuilder<string>
  /** Milliseconds since the epoch of an RFC 3339 text; null for any other text. */
  instant(text: Text): RawBuilder<number | null>
  /** The text as texts are put in order: alike on both engines, A before a before B. */
  ordered(text: Text): RawBuilder<string | null>
  /** Whether the text holds the part, letter by letter (case counts). */
  contains(text: Text, part: string): RawBuilder<SqlBool>
  /** Whether the text is one of the values; one parameter, however many they are. */
  oneOf(text: Text, values: readonly string[]): RawBuilder<SqlBool>
  /** The same for numbers. */
  oneOfNumbers(value: Expression<number | null>, values: readonly number[]): RawBuilder<SqlBool>
  /**
   * The elements of a JSON list as rows, to select from: each element's text under `each.value`, its own members by
   * `each.value ->> 0`. One parameter and one text of the statement, however many rows there are.
   */
  rowsOf(list: readonly unknown[]): RawBuilder<unknown>
  /** Waits for the named lock and holds it until the transaction ends; undefined where one writer is the rule. */
  lock(name: string): RawBuilder<unknown> | undefined
  /** The time by the engine's own clock, which all processes on one database share. Milliseconds since the epoch. */
  now: RawBuilder<number>
  /** Ends a query whose rows nobody may change before the transaction ends; undefined where one writer is the rule. */
  forShare: RawBuilder<unknown> | undefined
  /** What the engine itself needs before any area's tables. */
  steps: readonly MigrationStep[]
}

export function jsonColumnsFor(engine: Engine): JsonColumns {
  return engine === "sqlite" ? sqliteColumns : postgresColumns
}

const sqliteColumns: JsonColumns = {
  types: {
    json: sql`text`,
    id: sql`integer primary key autoincrement`,
    instant: sql`integer`,
    contentIndex: () => undefined,
    roomForUpdates: () => undefined,
    wordIndex: wordIndexStatements,
  },
  text(column, key) {
    const path = sqlitePath(key)
    return sql`case when json_type(${sql.ref(column)}, ${path}) = 'text' then json_extract(${sql.ref(column)}, ${path}) end`
  },
  number(column, key) {
    const path = sqlitePath(key)
    return sql`case when json_type(${sql.ref(column)}, ${path}) in ('integer', 'real') then json_extract(${sql.ref(column)}, ${path}) end`
  },
  isAbsent: (column, key) =>
    sql`coalesce(json_type(${sql.ref(column)}, ${sqlitePath(key)}), 'null') = 'null'`,
  equals(column, key, value) {
    const type = sql`json_type(${sql.ref(column)}, ${sqlitePath(key)})`
    if (typeof value === "boolean") return sql`${type} = ${String(value)}`
    const types = typeof value === "string" ? sql`('text')` : sql`('integer', 'real')`
    return sql`(${sqliteMention(column, [value])} ${type} in ${types} and json_extract(${sql.ref(column)}, ${sqlitePath(key)}) = ${value})`
  },
  hasElement(column, key, values) {
    const path = sqlitePath(key)
    return sql`(${sqliteMention(column, values)} json_type(${sql.ref(column)}, ${path}) = 'array' and exists (select 1 from json_each(${sql.ref(column)}, ${path}) as element
      join json_each(${JSON.stringify(values)}) as wanted on element.atom is wanted.atom and ${sqliteKind("element")} = ${sqliteKind("wanted")}))`
  },
  // As JSON has it, letter by letter, without the quotes around.
  mentions: (column, part) => sql`instr(${sql.ref(column)}, ${JSON.stringify(part).slice(1, -1)}) > 0`,
  candidates: (index, match) => sql`${sql.ref(index)}(${match})`,
  without: (column, key) => sql`json_remove(${sql.ref(column)}, ${sqlitePath(key)})`,
  renamed(column, from, to) {
    const [object, path] = [sql.ref(column), sqlitePath(from)]
    return sql`case when json_type(${object}, ${path}) is null then ${object}
      else json_set(json_remove(${object}, ${path}), ${sqlitePath(to)}, json(${object} -> ${path})) end`
  },
  instant: (text) => sql`ocean_instant_ms(${text})`,
  ordered: (text) => sql`lower(${text})`,
  contains: (text, part) => sql`instr(${text}, ${part}) > 0`,
  oneOf: (text, values) => sql`${text} in (select value from json_each(${JSON.stringify(values)}))`,
  oneOfNumbers: (value, values) => sql`${value} in (select value from json_each(${JSON.stringify(values)}))`,
  rowsOf: (list) => sql`json_each(${JSON.stringify(list)}) as each`,
  lock: () => undefined,
  now: sql`cast(unixepoch('subsec') * 1000 as integer)`,
  forShare: undefined,
  steps: [],
}

/** With more values, looking for each in the text costs as much as reading the JSON. */
const mostMentions = 10

/**
 * A condition, with its `and`, that spares SQLite from reading the JSON of most rows: the value must stand somewhere
 * in the text. Nothing where a number may be written in several ways.
 */
function sqliteMention(column: string, values: readonly Scalar[]): RawBuilder<unknown> {
  const isPlain = values.every((value) => typeof value !== "number" || Number.isSafeInteger(value))
  if (values.length === 0 || values.length > mostMentions || !isPlain) return sql``
  const mentions = values.map((value) => sql`instr(${sql.ref(column)}, ${JSON.stringify(value)}) > 0`)
  return sql`(${sql.join(mentions, sql` or `)}) and `
}

function sqlitePath(key: string): string {
  return `$."${safeKey(key)}"`
}

/** 1 and 1.0 are one kind, 1 and true are two. */
function sqliteKind(alias: string): RawBuilder<string> {
  return sql`case ${sql.ref(`${alias}.type`)} when 'integer' then 'real' else ${sql.ref(`${alias}.type`)} end`
}

const postgresColumns: JsonColumns = {
  types: {
    json: sql`jsonb`,
    id: sql`bigint generated always as identity primary key`,
    instant: sql`bigint`,
    contentIndex: (name, { table, column }) =>
      sql`create index ${sql.ref(name)} on ${sql.ref(table)} using gin (${sql.ref(column)} jsonb_path_ops)`,
    // Three in ten: with half, as many again are spared, and reading everything takes twice as long.
    roomForUpdates: (table) => sql`alter table ${sql.ref(table)} set (fillfactor = 70)`,
    wordIndex: () => [],
  },
  text(column, key) {
    const member = postgresMember(column, key)
    return sql`case when jsonb_typeof(${member}) = 'string' then ${member} #>> '{}' end`
  },
  number(column, key) {
    const member = postgresMember(column, key)
    return sql`case when jsonb_typeof(${member}) = 'number' then (${member})::double precision end`
  },
  isAbsent: (column, key) => sql`coalesce(jsonb_typeof(${postgresMember(column, key)}), 'null') = 'null'`,
  // Containment, since that is what the index answers; of a scalar it is equality.
  equals: (column, key, value) => postgresContains(column, { [safeKey(key)]: value }),
  hasElement(column, key, values) {
    if (values.length > 0 && values.length <= mostContained) {
      const parts = values.map((value) => postgresContains(column, { [safeKey(key)]: [value] }))
      return sql`(${sql.join(parts, sql` or `)})`
    }
    const member = postgresMember(column, key)
    return sql`(jsonb_typeof(${member}) = 'array' and exists (select 1 from jsonb_array_elements(
      case when jsonb_typeof(${member}) = 'array' then ${member} else '[]'::jsonb end) as element(value)
      where element.value in (select value from jsonb_array_elements(${JSON.stringify(values)}::jsonb))))`
  },
  mentions: () => undefined,
  candidates: () => undefined,
  without: (column, key) => sql`${sql.ref(column)} - ${safeKey(key)}::text`,
  renamed(column, from, to) {
    const member = postgresMember(column, from)
    return sql`case when ${member} is null then ${sql.ref(column)}
      else (${sql.ref(column)} - ${safeKey(from)}::text) || jsonb_build_object(${safeKey(to)}::text, ${member}) end`
  },
  instant: (text) => sql`ocean_instant_ms(${text})`,
  ordered: (text) => sql`lower((${text}) collate "C")`,
  contains: (text, part) => sql`strpos(${text}, ${part}::text) > 0`,
  oneOf: (text, values) => sql`${text} = any(${values}::text[])`,
  oneOfNumbers: (value, values) => sql`${value} = any(${values}::bigint[])`,
  rowsOf: (list) => sql`jsonb_array_elements(${JSON.stringify(list)}::jsonb) as each(value)`,
  lock: (name) => sql`select pg_advisory_xact_lock(hashtextextended(${name}::text, 0))`,
  now: sql`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`,
  forShare: sql`for share`,
  steps: [
    { name: "0001-instant-function", up: createInstantFunction },
    // Again, since the first one broke where the server read with several workers.
    { name: "0002-instant-function", up: createInstantFunction },
  ],
}

/**
 * By arithmetic alone: a cast ends the whole search with an error at the first text that only looks like a date, and
 * catching that error needs a subtransaction, which a server that reads with several workers does not allow.
 */
async function createInstantFunction(db: Kysely<unknown>): Promise<void> {
  await sql`create or replace function ocean_instant_ms(value text) returns bigint
    language plpgsql immutable strict parallel safe as $$
    declare
      seconds boolean := substr(value, 17, 1) = ':';
      ms bigint;
      zone text;
    begin
      if value !~ ${sql.lit(instantPattern)} or left(value, 4) = '0000' then return null; end if;
      if substr(value, 9, 2) > '28' then
        if substr(value, 9, 2)::int > extract(day from (left(value, 7) || '-01')::date + interval '1 month' - interval '1 day')
          then return null; end if;
      end if;
      ms := extract(epoch from left(value, case when seconds then 19 else 16 end)::timestamp)::bigint * 1000;
      if seconds and substr(value, 20, 1) = '.' then
        ms := ms + rpad(substring(substr(value, 21, 3) from '^[0-9]+'), 3, '0')::int;
      end if;
      if right(value, 1) in ('Z', 'z') then return ms; end if;
      zone := right(value, case when substr(right(value, 3), 1, 1) = ':' then 6 else 5 end);
      return ms - (left(zone, 1) || '1')::int * (substr(zone, 2, 2)::int * 60 + right(zone, 2)::int) * 60000;
    end $$`.execute(db)
}

/** Each is a look into the index; with more, the rows are read once. */
const mostContained = 10

function postgresContains(column: string, part: object): RawBuilder<SqlBool> {
  return sql`${sql.ref(column)} @> ${JSON.stringify(part)}::jsonb`
}

function postgresMember(column: string, key: string): RawBuilder<unknown> {
  return sql`(${sql.ref(column)} -> ${safeKey(key)}::text)`
}

/** Keys become parameters, never SQL; but in SQLite's path language a quote would end the key. */
function safeKey(key: string): string {
  if (key.includes('"') || key.includes("\\") || key.includes("\u0000"))
    throw new RangeError(`not a key of a JSON column: ${JSON.stringify(key)}`)
  return key
}

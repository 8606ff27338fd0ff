// A mirror property as something that a search rule can ask about: the value at the end of its relations.
import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely"
import type { MirrorPath } from "../rules/mirror-path.ts"
import {
  always,
  jsonSubject,
  metaSubject,
  never,
  noSubject,
  type SearchSubject,
  type SubjectContext,
} from "./search-subjects.ts"

type Condition = RawBuilder<SqlBool>

const table = "mirrored"

export function mirrorSubject(
  { relations, name, target, many }: MirrorPath,
  context: SubjectContext,
): SearchSubject {
  const end = name.startsWith("$")
    ? metaSubject(name, context.json, table)
    : jsonSubject(name, context, table)
  const from = endOf(relations)
  const has = (condition: Condition): Condition => sql`exists (select 1 ${from} and ${condition})`
  // A list, which may be empty, but is there.
  if (many) return { ...noSubject, isNull: never, hasElement: (values) => has(end.oneOf(values)) }
  const value = <T>(side: Expression<T> | undefined) => side && sql<T>`(select ${side} ${from} limit 1)`
  const timed = end.timed({ ...context, blueprints: [target] })
  return {
    isNull: sql`not ${has(sql`not (${end.isNull})`)}`,
    text: value(end.text),
    number: value(end.number),
    instant: value(end.instant),
    equals: (one) => has(end.equals(one)),
    oneOf: (values) => has(end.oneOf(values)),
    hasElement: (values) => has(end.hasElement(values)),
    mayHold: () => always,
    timed: () => timed && has(timed),
  }
}

/** From the relations of the entity at hand to the entity where they end. */
function endOf([first = "", ...others]: readonly string[]): RawBuilder<unknown> {
  const hops = others.map((relation, index) => {
    const [before, hop] = [sql.ref(`hop${index}.target_id`), `hop${index + 1}`]
    return sql`join catalog_relations as ${sql.ref(hop)}
      on ${sql.ref(`${hop}.source_id`)} = ${before} and ${sql.ref(`${hop}.relation`)} = ${relation}`
  })
  return sql`from catalog_relations as hop0 ${sql.join(hops, sql` `)}
    join catalog_entities as mirrored on mirrored.id = ${sql.ref(`hop${others.length}.target_id`)}
    where hop0.source_id = catalog_entities.id and hop0.relation = ${first}`
}

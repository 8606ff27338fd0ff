// Walks over relations as SQL: sets of pairs (root, id), where `id` is what was reached from `root`.
import { type RawBuilder, sql } from "kysely"
import type { JsonColumns } from "../../database/json-columns.ts"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import type { Direction, GraphRule, PathRule, PathStep, RelatedRule } from "../search/graph-rules.ts"
import { teamRelation } from "./relations.ts"

/** A statement that gives the columns `root` and `id`, once per pair. */
export type Pairs = RawBuilder<unknown>

export interface GraphContext {
  json: JsonColumns
  blueprints: readonly BlueprintDefinition[]
}

/** The ids of the entities that the rule finds, as a statement with the one column `id`. */
export function graphRuleIds(rule: GraphRule, context: GraphContext): RawBuilder<unknown> {
  return rule.walk === "related" ? relatedIds(rule, context) : pathIds(rule, context)
}

/** Each of these entities, reached from itself. */
export function startAt(json: JsonColumns, ids: readonly number[]): Pairs {
  return sql`select id as root, id from catalog_entities where ${json.oneOfNumbers(sql.ref("id"), ids)}`
}

/** Everything that can be reached in one direction, the start itself left out. */
export function reachable(
  start: Pairs,
  direction: Direction,
  relations: RawBuilder<unknown> = ofAnyRelation,
): Pairs {
  const [from, to] = sides(direction)
  return sql`select reached.root, reached.id from (
    with recursive walk(root, id) as (
      select root, id from (${start}) as start
      union
      select walk.root, link.${to} from walk join catalog_relations as link on link.${from} = walk.id and ${relations}
    ) select root, id from walk) as reached where reached.id <> reached.root`
}

/** The end of the path, followed from the start (upstream), or the beginnings of the paths that end at it. */
export function alongPath(start: Pairs, path: readonly PathStep[], direction: Direction): Pairs {
  const steps = direction === "upstream" ? path : path.toReversed()
  return steps.reduce((pairs, step) => follow(pairs, step, direction), start)
}

function follow(start: Pairs, { relation, least, most }: PathStep, direction: Direction): Pairs {
  const [from, to] = sides(direction)
  if (least === 1 && most === 1) {
    return sql`select distinct start.root, link.${to} as id from (${start}) as start
      join catalog_relations as link on link.${from} = start.id and link.relation = ${relation}`
  }
  return sql`select distinct hops.root, hops.id from (
    with recursive walk(root, id, hop) as (
      select root, id, 0 from (${start}) as start
      union
      select walk.root, link.${to}, walk.hop + 1 from walk
        join catalog_relations as link on link.${from} = walk.id and link.relation = ${relation}
        where walk.hop < ${sql.lit(most)}
    ) select root, id, hop from walk) as hops where hops.hop >= ${sql.lit(least)}`
}

function sides(direction: Direction): [RawBuilder<unknown>, RawBuilder<unknown>] {
  const [source, target] = [sql`source_id`, sql`target_id`]
  return direction === "upstream" ? [source, target] : [target, source]
}

/** Teams stand among the relations, but are none. */
const ofAnyRelation = sql`link.relation <> ${sql.lit(teamRelation)}`

function relatedIds(rule: RelatedRule, context: GraphContext): RawBuilder<unknown> {
  const start = sql`select id as root, id from catalog_entities
    where blueprint = ${rule.blueprint} and ${context.json.oneOf(sql.ref("identifier"), rule.identifiers)}`
  const relations =
    rule.required === undefined ? ofAnyRelation : withRequired(rule.required, context.blueprints)
  const walks = rule.directions.map(
    (direction) => sql`select id from (${reachable(start, direction, relations)}) as related`,
  )
  return sql.join(walks, sql` union `)
}

/** Whether a relation is required stands in the blueprint of the entity that has it. */
function withRequired(required: boolean, blueprints: readonly BlueprintDefinition[]): RawBuilder<unknown> {
  const named = blueprints.flatMap((blueprint) =>
    Object.entries(blueprint.relations)
      .filter(([, relation]) => relation.required === required)
      .map(([name]) => sql`(source.blueprint = ${blueprint.identifier} and link.relation = ${name})`),
  )
  if (named.length === 0) return sql`1 = 0`
  return sql`exists (select 1 from catalog_entities as source
    where source.id = link.source_id and (${sql.join(named, sql` or `)}))`
}

function pathIds(rule: PathRule, { json }: GraphContext): RawBuilder<unknown> {
  const named = json.oneOf(sql.ref("identifier"), rule.identifiers)
  // Only the ends count, so that one root stands for all.
  const start = (where: RawBuilder<unknown>) => sql`select 0 as root, id from catalog_entities where ${where}`
  const pairs =
    rule.fromBlueprint === undefined
      ? alongPath(start(named), rule.path, "downstream")
      : alongPath(start(sql`blueprint = ${rule.fromBlueprint} and ${named}`), rule.path, "upstream")
  return sql`select id from (${pairs}) as ends`
}

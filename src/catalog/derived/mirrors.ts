// Mirror properties: the value at the end of a path of relations.
import { type SqlBool, sql } from "kysely"
import type { JsonObject, JsonValue } from "../../common/json.ts"
import { type BlueprintDefinition, calculatedNames } from "../rules/blueprint-definition.ts"
import { viewEntity } from "../rules/entity-view.ts"
import { type EntityRecord, readAllEntities } from "../store/entities.ts"
import { type Target, teamRelation } from "../store/relations.ts"
import type { DeriveDeps } from "./derive-deps.ts"

/** The named calculated value of entities of another blueprint. */
export type Derive = (
  blueprint: BlueprintDefinition,
  records: readonly EntityRecord[],
  name: string,
) => Promise<JsonObject[]>

interface MirrorWork {
  records: readonly EntityRecord[]
  /** Relation names, then a property or a meta-property. */
  path: string
  nested: Derive
}

/** One value for single relations; a list, without nulls, where a relation of the path has many targets. */
export async function mirror(
  deps: DeriveDeps,
  definition: BlueprintDefinition,
  { records, path, nested }: MirrorWork,
): Promise<JsonValue[]> {
  const steps = path.split(".")
  const last = steps.pop() ?? ""
  const walked = await walk(deps, definition, records, steps)
  if (!walked) return records.map(() => null)
  const values = await valuesAt(deps, walked, last, nested)
  return walked.ends.map((ends) => {
    const found = ends.flatMap(({ id }) => (id === undefined ? [] : [values.get(id) ?? null]))
    return walked.many ? found.filter((value) => value !== null) : (found[0] ?? null)
  })
}

export interface Walked {
  /** What is at the end of the path, for each record. */
  ends: Target[][]
  blueprint: BlueprintDefinition
  many: boolean
}

/** Undefined where the path goes through something that is no relation. */
export async function walk(
  deps: DeriveDeps,
  start: BlueprintDefinition,
  records: readonly EntityRecord[],
  steps: readonly string[],
): Promise<Walked | undefined> {
  const walked: Walked = {
    ends: records.map(({ id, identifier, title }) => [{ id, identifier, title }]),
    blueprint: start,
    many: false,
  }
  for (const [index, step] of steps.entries()) {
    const relation = walked.blueprint.relations[step]
    const target = relation && deps.blueprints.get(relation.target)
    if (!target) return undefined
    walked.ends =
      index === 0
        ? records.map((record) => record.targets.get(step) ?? [])
        : await followed(deps, walked.ends, step)
    walked.blueprint = target.definition
    walked.many ||= relation.many
  }
  return walked
}

async function followed(deps: DeriveDeps, ends: readonly Target[][], relation: string): Promise<Target[][]> {
  const rows = await deps.db
    .selectFrom("catalog_relations as link")
    .innerJoin("catalog_entities as target", "target.id", "link.target_id")
    .select(["link.source_id", "target.id", "target.identifier", "target.title"])
    .where("link.relation", "=", relation)
    .where((eb) => deps.json.oneOfNumbers(eb.ref("link.source_id"), idsOf(ends)))
    .orderBy("link.source_id")
    .orderBy("link.position")
    .execute()
  const bySource = Map.groupBy(rows, (row) => row.source_id)
  return ends.map((sources) =>
    sources.flatMap(({ id }) => (id === undefined ? [] : (bySource.get(id) ?? []))),
  )
}

async function valuesAt(
  deps: DeriveDeps,
  { ends, blueprint }: Walked,
  name: string,
  nested: Derive,
): Promise<Map<number, JsonValue>> {
  const targets = new Map(
    ends.flat().flatMap((end) => (end.id === undefined ? [] : [[end.id, end] as const])),
  )
  if (name === "$identifier") return new Map([...targets].map(([id, end]) => [id, end.identifier]))
  if (name === "$title") return new Map([...targets].map(([id, end]) => [id, titleOf(end, deps)]))
  const derived = calculatedNames(blueprint).includes(name)
  const records = await readAllEntities(deps.db, deps.json, {
    where: sql<SqlBool>`${deps.json.oneOfNumbers(sql.ref("catalog_entities.id"), [...targets.keys()])}`,
    withTargets: derived || name === "$team",
    narrow: true,
  })
  const values = derived ? await nested(blueprint, records, name) : []
  return new Map(
    records.flatMap((record, index) =>
      record.id === undefined ? [] : [[record.id, endValue(record, name, values[index])] as const],
    ),
  )
}

function titleOf({ identifier, title }: Target, deps: DeriveDeps): JsonValue {
  return deps.identifierWithTitle ? { identifier, title } : title
}

function endValue(record: EntityRecord, name: string, derived: JsonObject | undefined): JsonValue {
  if (derived) return derived[name] ?? null
  if (name === "$team") return (record.targets.get(teamRelation) ?? []).map(({ identifier }) => identifier)
  if (name.startsWith("$")) return viewEntity(record, undefined)[name.slice(1)] ?? null
  return record.properties[name] ?? null
}

function idsOf(ends: readonly Target[][]): number[] {
  return [...new Set(ends.flat().flatMap(({ id }) => id ?? []))]
}

// Aggregation properties: a number over the entities of a blueprint that are related to each record.
import { type RawBuilder, type SqlBool, sql } from "kysely"
import { isJsonObject, type JsonObject } from "../../common/json.ts"
import { parsePath } from "../search/graph-rules.ts"
import { parseQuery } from "../search/query.ts"
import type { EntityRecord } from "../store/entities.ts"
import { alongPath, type Pairs, reachable, startAt } from "../store/graph.ts"
import { searchCondition } from "../store/search.ts"
import { jsonSubject, metaSubject } from "../store/search-subjects.ts"
import type { DeriveDeps } from "./derive-deps.ts"

/** In the order of the records. Without entities a count is 0 and everything else null. */
export async function aggregate(
  deps: DeriveDeps,
  property: JsonObject,
  records: readonly EntityRecord[],
): Promise<(number | null)[]> {
  const spec = isJsonObject(property.calculationSpec) ? property.calculationSpec : {}
  const related = relatedEntities(
    deps,
    property,
    records.flatMap(({ id }) => id ?? []),
  )
  const samples = related ? await readSamples(deps, property, { spec, related }) : new Map<number, Sample>()
  return records.map(({ id }) => result(spec, id === undefined ? undefined : samples.get(id), deps.now))
}

/** What the database says of one record's related entities. */
interface Sample {
  entities: number
  /** How many of them have a number there. */
  numbers: number
  sum: number | null
  min: number | null
  max: number | null
  median: number | null
  /** The earliest time that is measured, in milliseconds since the epoch. */
  since: number | null
}

/** Related over any relations in one direction, or along the path that the property names. */
function relatedEntities(deps: DeriveDeps, property: JsonObject, ids: readonly number[]): Pairs | undefined {
  if (ids.length === 0) return undefined
  const start = startAt(deps.json, ids)
  const [filter] = Array.isArray(property.pathFilter) ? property.pathFilter : []
  if (!isJsonObject(filter)) {
    return sql`${reachable(start, "upstream")} union ${reachable(start, "downstream")}`
  }
  const path = parsePath(filter.path, "pathFilter.path")
  if (!path.ok) return undefined // refused when the blueprint was written
  return alongPath(start, path.value, typeof filter.fromBlueprint === "string" ? "downstream" : "upstream")
}

async function readSamples(
  deps: DeriveDeps,
  property: JsonObject,
  { spec, related }: { spec: JsonObject; related: Pairs },
): Promise<Map<number, Sample>> {
  const value =
    jsonSubject(String(spec.property ?? ""), deps).number ?? sql<number | null>`cast(null as integer)`
  const base = sql`select related.root as root, ${value} as amount, ${measuredTime(deps, spec)} as measured
    from (${related}) as related join catalog_entities on catalog_entities.id = related.id
    where catalog_entities.blueprint = ${String(property.target)} and ${queryCondition(deps, property)}`
  const { rows } = await sql<Omit<Sample, "median"> & { root: number }>`
    select root, count(*) as entities, count(amount) as numbers, sum(amount) as sum, min(amount) as min,
      max(amount) as max, min(measured) as since from (${base}) as found group by root`.execute(deps.db)
  const medians = spec.func === "median" ? await readMedians(deps, base) : new Map<number, number>()
  return new Map(
    rows.map(({ root, ...sample }) => [root, { ...sample, median: medians.get(root) ?? null }] as const),
  )
}

/** The mean of the two in the middle where their number is even. */
async function readMedians(deps: DeriveDeps, base: RawBuilder<unknown>): Promise<Map<number, number>> {
  const { rows } = await sql<{ root: number; median: number }>`
    select root, avg(amount) as median from (
      select root, amount, row_number() over (partition by root order by amount) as place,
        count(*) over (partition by root) as total from (${base}) as found where amount is not null
    ) as ranked where place in ((total + 1) / 2, (total + 2) / 2) group by root`.execute(deps.db)
  return new Map(rows.map(({ root, median }) => [root, median]))
}

function measuredTime(deps: DeriveDeps, { measureTimeBy }: JsonObject): RawBuilder<unknown> {
  const name = typeof measureTimeBy === "string" ? measureTimeBy : "$createdAt"
  const subject = name.startsWith("$") ? metaSubject(name, deps.json) : jsonSubject(name, deps)
  return subject.instant ? sql`${subject.instant}` : sql`cast(null as bigint)`
}

/** A query that cannot be read was refused when the blueprint was written. */
function queryCondition(deps: DeriveDeps, { query }: JsonObject): RawBuilder<SqlBool> {
  if (!isJsonObject(query)) return sql`1 = 1`
  const parsed = parseQuery(query, { root: "query" })
  if (!parsed.ok) return sql`1 = 0`
  const { json, now } = deps
  return searchCondition(parsed.value, { json, now, blueprints: deps.blueprints.definitions })
}

function result(spec: JsonObject, sample: Sample | undefined, now: number): number | null {
  const { func } = spec
  if (spec.calculationBy === "entities") {
    if (func === "count") return sample?.entities ?? 0
    return sample ? sample.entities / periods(spec.averageOf, sample.since, now) : null
  }
  if (!sample || sample.numbers === 0) return null
  if (func === "sum" || func === "min" || func === "max" || func === "median") return sample[func]
  if (sample.sum === null) return null
  const parts = spec.averageOf === "total" ? sample.numbers : periods(spec.averageOf, sample.since, now)
  return sample.sum / parts
}

const hour = 3_600_000
const lengths: Readonly<Record<string, number>> = {
  hour,
  day: 24 * hour,
  week: 168 * hour,
  month: 720 * hour,
}

/** How many periods lie between the earliest time and now, at least one. */
function periods(averageOf: JsonObject[string] | undefined, since: number | null, now: number): number {
  const length = lengths[String(averageOf)]
  if (length === undefined || since === null) return 1
  return Math.max(1, (now - since) / length)
}

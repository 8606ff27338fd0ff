// Relations given as search queries: Port resolves them when the entity is written, so what they find may change
// without the entity changing, and what a kind that loads later brings is not found yet. After all kinds this looks
// at every such relation of the run and sends those again that Port would resolve differently now.
import { batches } from "../common/concurrency.ts"
import { errorText } from "../common/errors.ts"
import { onceEach } from "../common/once-per.ts"
import type { CatalogEntity } from "../port/entities-api.ts"
import { type Entity, entityKey } from "../port/entity.ts"
import { isSearchQuery, type SearchQuery } from "../port/search-query.ts"
import { listOf } from "./entity-shape.ts"
import type { EntityRef } from "./known-entities.ts"
import type { Run } from "./run.ts"
import { createSearchFinder, type SearchFinder } from "./search-finder.ts"

/** One search relation of one entity of this run. */
export interface SearchCheck extends EntityRef {
  relation: string
  /** The query as JSON text: many entities share one, and text is shared in memory. */
  query: string
  /** What the catalog held before; undefined for an entity that was written in this run. */
  held: unknown
  /** Port's words where it has refused this search in this run. */
  refusal?: string
}

export interface SearchChecks {
  add(check: SearchCheck): void
  all(): readonly SearchCheck[]
}

export function createSearchChecks(): SearchChecks {
  const checks = new Map<string, SearchCheck>()
  const texts = new Map<string, string>()
  return {
    add(check) {
      const query = texts.get(check.query) ?? check.query
      texts.set(query, query)
      checks.set(`${entityKey(check.blueprint, check.identifier)}\u0000${check.relation}`, {
        ...check,
        query,
      })
    },
    all: () => [...checks.values()],
  }
}

/** The relations (and the team) of an entity that are search queries, by name; `team` stands under `$team`. */
export function searchesOf(entity: Entity): [string, SearchQuery][] {
  const relations = Object.entries(entity.relations ?? {})
  const team: [string, unknown][] = entity.team === undefined ? [] : [["$team", entity.team]]
  return [...relations, ...team].flatMap(([name, value]) => (isSearchQuery(value) ? [[name, value]] : []))
}

/** Sends again every search relation that Port would resolve otherwise than the catalog holds it. */
export async function completeSearchRelations(run: Run): Promise<void> {
  // What Port refused whole must not come into being by its relation; its reason is told already.
  const refused = new Set(run.record.refusedEntities.map((one) => entityKey(one.blueprint, one.identifier)))
  const checks = run.searches
    .all()
    .filter(({ blueprint, identifier }) => !refused.has(entityKey(blueprint, identifier)))
  // The targets as they are now, each blueprint read once after all kinds.
  const finder = createSearchFinder(
    run,
    checks.map(({ query }) => query),
  )
  for (const [blueprint, group] of Map.groupBy(checks, (check) => check.blueprint)) {
    run.signal.throwIfAborted()
    const { stale, ambiguous } = await judgeChecks(run, { blueprint, checks: group, finder })
    // Apart, so that one that Port refuses does not keep back the entity's others.
    for (const alike of [stale, ambiguous]) if (alike.length > 0) await resend(run, blueprint, alike)
  }
}

interface Judged {
  /** Port would resolve them otherwise than the catalog holds them. */
  stale: SearchCheck[]
  /** They find several for a relation that takes one: Port's to refuse, and to say so. */
  ambiguous: SearchCheck[]
}

async function judgeChecks(
  run: Run,
  { blueprint, checks, finder }: { blueprint: string; checks: readonly SearchCheck[]; finder: SearchFinder },
): Promise<Judged> {
  const definition = await run.blueprint(blueprint)
  const heldNow = onceEach(async (_: "now") => readHeld(run, blueprint, checks))
  const judged: Judged = { stale: [], ambiguous: [] }
  for (const check of checks) {
    const relation =
      check.relation === "$team" ? { target: "_team", many: true } : definition?.relations[check.relation]
    if (!relation) continue // the entity itself was refused for this, and is reported with Port's own words
    // A relation whose target was not written in this run still holds what Port found at the last write.
    if (check.held === undefined && !run.written.has(relation.target)) continue
    const expected = await finder.find(relation.target, check.query)
    const held =
      check.held === undefined ? (await heldNow("now")).get(check.identifier)?.[check.relation] : check.held
    if (!relation.many && expected !== undefined && expected.length > 1) {
      if (isAmong(listOf(held), expected)) noteKept(run, check)
      // Port has said so already, or nothing was written that could change its mind: told, but not asked again.
      else if (check.refusal !== undefined || (check.held !== undefined && !run.written.has(relation.target)))
        noteAmbiguous(run, check)
      else judged.ambiguous.push(check)
    } else if (expected === undefined || !same(expected, listOf(held))) {
      judged.stale.push(check)
    }
  }
  return judged
}

function noteKept(run: Run, { blueprint, relation }: SearchCheck): void {
  run.notes.count(`${blueprint} entities whose search for "${relation}" finds several keep the one they had`)
}

function noteAmbiguous(run: Run, { blueprint, identifier, relation, refusal }: SearchCheck): void {
  run.record.refusedEntities.push({
    kind: "search relation",
    blueprint,
    identifier,
    status: 422,
    message: refusal ?? `the search for relation "${relation}" finds more than one target`,
    lost: false,
  })
}

function same(expected: readonly string[], held: readonly string[]): boolean {
  return listOf(expected).join("\u0000") === held.join("\u0000")
}

/** Whether a single relation points at one of these. */
function isAmong(held: readonly string[], found: readonly string[]): boolean {
  const [only] = held
  return only !== undefined && found.includes(only)
}

/** What the catalog holds now in the search relations of the entities that were written in this run. */
async function readHeld(
  run: Run,
  blueprint: string,
  checks: readonly SearchCheck[],
): Promise<Map<string, Record<string, unknown>>> {
  const written = [
    ...new Set(checks.filter((check) => check.held === undefined).map((check) => check.identifier)),
  ]
  const include = ["$identifier", ...new Set(checks.map((check) => check.relation))]
  const held = new Map<string, Record<string, unknown>>()
  const keep = (entity: CatalogEntity) =>
    held.set(entity.identifier, { ...entity.relations, $team: entity.team ?? null })
  // A few are asked for by name; for many, reading the whole blueprint costs fewer requests.
  const groups = written.length > 500 ? [undefined] : batches(written, 50)
  for (const group of groups) {
    const query: SearchQuery | undefined = group && {
      combinator: "and",
      rules: [{ property: "$identifier", operator: "in", value: group }],
    }
    for await (const page of run.port.entities.search(
      blueprint,
      { include, ...(query ? { query } : {}) },
      run.signal,
    )) {
      page.forEach(keep)
    }
  }
  return held
}

async function resend(run: Run, blueprint: string, stale: readonly SearchCheck[]): Promise<void> {
  const entities = [...Map.groupBy(stale, (check) => check.identifier)].map(([identifier, checks]) =>
    onlyRelations(blueprint, identifier, checks),
  )
  // Merged whatever the mapping says of merging: only the relation changes, nothing else is meant to be replaced.
  const how = {
    merge: true,
    createMissing: run.config.createMissingRelatedEntities,
    resyncId: run.record.id,
    signal: run.signal,
  }
  for (const outcome of await run.port.entities.upsert(blueprint, entities, how)) {
    if (outcome.ok) continue
    run.record.refusedEntities.push({
      kind: "search relation",
      blueprint,
      identifier: String(outcome.entity.identifier),
      status: outcome.status,
      message: errorText(outcome.message),
      lost: !outcome.isVerdict,
    })
  }
  run.log.info({ blueprint, count: entities.length }, "Search relations sent again")
}

function onlyRelations(blueprint: string, identifier: string, checks: readonly SearchCheck[]): Entity {
  const parsed = checks.map((check) => [check.relation, queryOf(check)] as const)
  const team = parsed.find(([name]) => name === "$team")?.[1]
  const relations = Object.fromEntries(parsed.filter(([name]) => name !== "$team"))
  return {
    identifier,
    blueprint,
    ...(Object.keys(relations).length > 0 ? { relations } : {}),
    ...(team ? { team } : {}),
  }
}

/** A cast that holds: the text was made of a query by `noteSearches`. */
function queryOf(check: SearchCheck): SearchQuery {
  return JSON.parse(check.query) as SearchQuery
}

// Entities that others relate to. Port makes such targets bare where they are missing (createMissingRelatedEntities):
// no object is behind them, and they go only when nothing that stays relates to them.
import { batches } from "../common/concurrency.ts"
import type { CatalogEntity } from "../port/entities-api.ts"
import { entityKey } from "../port/entity.ts"
import type { SearchQuery } from "../port/search-query.ts"
import { mayWriteInto } from "./blueprint-use.ts"
import { listOf, shapeDigest, shapeOf } from "./entity-shape.ts"
import type { EntityRef } from "./known-entities.ts"
import type { Run } from "./run.ts"
import type { Stray } from "./strays.ts"

/** More entities than this are not asked for by name: the whole blueprint is read instead. */
const mostByName = 500

/**
 * Why a stray that is proved gone must stay all the same; undefined where it may go. `staying` are the entities
 * that this run could not decide or write: what they relate to is known only to the catalog.
 */
export async function neededTargets(
  run: Run,
  going: readonly Stray[],
  staying: readonly EntityRef[],
): Promise<(stray: Stray) => Promise<string | undefined>> {
  const needed = new Map<string, { by: EntityRef; required: boolean }>()
  const blueprints = new Set(going.map(({ blueprint }) => blueprint))
  for (const [blueprint, group] of Map.groupBy(staying, (ref) => ref.blueprint)) {
    const relations = await relationsTo(run, blueprint, blueprints)
    if (relations.length === 0) continue
    for await (const page of readRelations(run, blueprint, group, relations)) {
      for (const entity of page) {
        for (const { name, target, required } of relations)
          for (const identifier of listOf(entity.relations?.[name]))
            needed.set(entityKey(target, identifier), {
              by: { blueprint, identifier: entity.identifier },
              required,
            })
      }
    }
  }
  return async (stray) => {
    const need = needed.get(entityKey(stray.blueprint, stray.identifier))
    // A relation that must hold would take its holder along, into a deletion nobody proved.
    if (!need || !(need.required || (await isBare(run, stray)))) return undefined
    return `${need.by.blueprint} ${need.by.identifier} relates to it and could not be decided or written in this run`
  }
}

/** Whether nothing but the identifier is set of all that the mapping writes: as Port makes missing targets. */
async function isBare(run: Run, stray: Stray): Promise<boolean> {
  if (stray.recorded.length > 0) return false
  const held = (await run.known.of(stray.blueprint)).get(stray.identifier)
  const shapes = stray.makers.map(({ resource }) => shapeOf(resource.mapping))
  const empty = new Set(shapes.map((shape) => shapeDigest(shape, { identifier: stray.identifier })))
  return held?.digests.every((digest) => empty.has(digest)) ?? false
}

/** The relations of a blueprint to any of the targets, as far as the mapping fills them or they must be filled. */
async function relationsTo(run: Run, blueprint: string, targets: ReadonlySet<string>) {
  const definition = await run.blueprint(blueprint)
  return Object.entries(definition?.relations ?? {}).flatMap(([name, { target, required }]) =>
    targets.has(target) && (required || isMapped(run, blueprint, name)) ? [{ name, target, required }] : [],
  )
}

/** Whether the mapping fills this relation with names; what a search finds is never made bare. */
function isMapped(run: Run, blueprint: string, relation: string): boolean {
  return run.resources.some(
    ({ resource }) =>
      mayWriteInto(resource, blueprint) && typeof resource.mapping.relations[relation] === "string",
  )
}

async function* readRelations(
  run: Run,
  blueprint: string,
  group: readonly EntityRef[],
  relations: readonly { name: string }[],
): AsyncGenerator<CatalogEntity[]> {
  const include = ["$identifier", ...relations.map(({ name }) => name)]
  const names = group.map(({ identifier }) => identifier)
  const wanted = new Set(names)
  for (const some of names.length > mostByName ? [undefined] : batches(names, 50)) {
    const query: SearchQuery | undefined = some && {
      combinator: "and",
      rules: [{ property: "$identifier", operator: "in", value: some }],
    }
    const question = { include, ...(query ? { query } : {}) }
    for await (const page of run.port.entities.search(blueprint, question, run.signal))
      yield page.filter(({ identifier }) => wanted.has(identifier))
  }
}

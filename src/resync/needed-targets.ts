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

/** Entities that stay as they are: what they relate to is known only to the catalog. */
export interface Staying {
  /** Those that this run could not decide or write. */
  undecided: readonly EntityRef[]
  /** Blueprints with entities that this run has nothing to do with. */
  unread: readonly string[]
}

interface Need {
  by: EntityRef
  required: boolean
  why: string
}

/** Why a stray that is proved gone must stay all the same; undefined where it may go. */
export async function neededTargets(
  run: Run,
  going: readonly Stray[],
  { undecided, unread }: Staying,
): Promise<(stray: Stray) => Promise<string | undefined>> {
  const needed = new Map<string, Need>()
  const goingKeys = new Set(going.map(keyOf))
  const targets = Map.groupBy(going, ({ blueprint }) => blueprint)
  for (const [blueprint, group] of Map.groupBy(undecided, (ref) => ref.blueprint)) {
    const why = "could not be decided or written in this run"
    await note(blueprint, why, (relations) => readNamed(run, blueprint, group, relations))
  }
  for (const blueprint of going.length > 0 ? unread : [])
    await note(blueprint, "was not read in this run", (relations) => readUnseen(run, blueprint, relations))

  async function note(
    blueprint: string,
    why: string,
    read: (relations: readonly Relation[]) => AsyncGenerator<CatalogEntity[]>,
  ): Promise<void> {
    const relations = await relationsTo(run, blueprint, targets)
    if (relations.length === 0) return
    for await (const page of read(relations)) {
      for (const entity of page) {
        const by = { blueprint, identifier: entity.identifier }
        if (goingKeys.has(keyOf(by))) continue
        for (const { name, target, required } of relations)
          for (const identifier of listOf(entity.relations?.[name])) {
            const key = entityKey(target, identifier)
            if (goingKeys.has(key) && !needed.get(key)?.required) needed.set(key, { by, required, why })
          }
      }
    }
  }

  return async (stray) => {
    const need = needed.get(keyOf(stray))
    // A relation that must hold would take its holder along, into a deletion nobody proved.
    if (!need || !(need.required || (await isBare(run, stray)))) return undefined
    return `${need.by.blueprint} ${need.by.identifier} relates to it and ${need.why}`
  }
}

function keyOf({ blueprint, identifier }: EntityRef): string {
  return entityKey(blueprint, identifier)
}

/** Whether nothing but the identifier is set of all that the mapping writes: as Port makes missing targets. */
async function isBare(run: Run, stray: Stray): Promise<boolean> {
  if (stray.recorded.length > 0) return false
  const held = (await run.known.of(stray.blueprint)).get(stray.identifier)
  const shapes = stray.makers.map(({ resource }) => shapeOf(resource.mapping))
  const empty = new Set(shapes.map((shape) => shapeDigest(shape, { identifier: stray.identifier })))
  return held?.digests.every((digest) => empty.has(digest)) ?? false
}

interface Relation {
  name: string
  target: string
  required: boolean
}

/** The relations of a blueprint that may keep one of the targets: what must be filled, and what the mapping fills with bare ones. */
async function relationsTo(
  run: Run,
  blueprint: string,
  targets: ReadonlyMap<string, readonly Stray[]>,
): Promise<Relation[]> {
  const definition = await run.blueprint(blueprint)
  return Object.entries(definition?.relations ?? {}).flatMap(([name, { target, required }]) => {
    const mayBeBare = targets.get(target)?.some(({ recorded }) => recorded.length === 0)
    if (mayBeBare === undefined) return []
    return required || (mayBeBare && isMapped(run, blueprint, name)) ? [{ name, target, required }] : []
  })
}

/** Whether the mapping fills this relation with names; what a search finds is never made bare. */
function isMapped(run: Run, blueprint: string, relation: string): boolean {
  return run.config.resources.some(
    (resource) =>
      mayWriteInto(resource, blueprint) && typeof resource.mapping.relations[relation] === "string",
  )
}

/** All of a blueprint but what this run has made. */
async function* readUnseen(
  run: Run,
  blueprint: string,
  relations: readonly Relation[],
): AsyncGenerator<CatalogEntity[]> {
  for await (const page of run.port.entities.search(blueprint, includeOf(relations), run.signal))
    yield page.filter(({ identifier }) => !run.seen.has({ blueprint, identifier }))
}

async function* readNamed(
  run: Run,
  blueprint: string,
  group: readonly EntityRef[],
  relations: readonly Relation[],
): AsyncGenerator<CatalogEntity[]> {
  const names = group.map(({ identifier }) => identifier)
  const wanted = new Set(names)
  for (const some of names.length > mostByName ? [undefined] : batches(names, 50)) {
    const query: SearchQuery | undefined = some && {
      combinator: "and",
      rules: [{ property: "$identifier", operator: "in", value: some }],
    }
    const question = { ...includeOf(relations), ...(query ? { query } : {}) }
    for await (const page of run.port.entities.search(blueprint, question, run.signal))
      yield page.filter(({ identifier }) => wanted.has(identifier))
  }
}

function includeOf(relations: readonly Relation[]): { include: string[] } {
  return { include: ["$identifier", ...relations.map(({ name }) => name)] }
}

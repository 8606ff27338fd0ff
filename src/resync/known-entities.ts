// What the catalog holds of this integration at the beginning of a run: a fingerprint per entity, so that an unchanged
// one is not sent again.
import { batches } from "../common/concurrency.ts"
import { onceEach } from "../common/once-per.ts"
import { throwIfFatal } from "../port/auth.ts"
import type { CatalogEntity, EntitiesApi } from "../port/entities-api.ts"
import { isSystemBlueprint } from "../port/entity.ts"
import { portStatus } from "../port/request.ts"
import type { SearchQuery } from "../port/search-query.ts"
import { type EntityShape, includesOf, shapeDigest } from "./entity-shape.ts"
import { type HeldEntities, type HeldEntity, heldIsFreshMs, shapeKey } from "./held-entities.ts"

export interface EntityRef {
  blueprint: string
  identifier: string
}

export interface KnownEntity {
  /** One per shape that the mapping writes into this blueprint, in the order of `shapes`. */
  digests: readonly string[]
  /** What each search relation was resolved to, by relation; only where the mapping has any. */
  searched: Readonly<Record<string, unknown>> | undefined
  /** ISO time of the last write. */
  updatedAt: string | undefined
}

/** How the resources of the mapping write into one blueprint. */
export interface BlueprintUse {
  shapes: readonly EntityShape[]
  searchRelations: readonly string[]
}

/** An entity of ours in the catalog's list of them. */
export interface ListedEntity extends EntityRef {
  updatedAt: string | undefined
}

export interface KnownEntities {
  /** What the catalog held when the run began; read once per blueprint, at the first question. */
  of(blueprint: string): Promise<ReadonlyMap<string, KnownEntity>>
  /** How many there were; undefined where nobody asked for this blueprint in this run. */
  sizeIfRead(blueprint: string): number | undefined
  /** All entities of ours as the catalog listed them when the run began; undefined where that was not asked for. */
  listed(): readonly ListedEntity[] | undefined
}

/** For what is sent whatever the catalog holds. */
export const knowsNothing: KnownEntities = {
  of: async () => new Map(),
  sizeIfRead: () => undefined,
  listed: () => undefined,
}

export interface KnownEntitiesDeps {
  entities: Pick<EntitiesApi, "search" | "searchAll" | "datasource" | "owned">
  /** What is remembered of the catalog; what it still holds so need not be read. */
  held: HeldEntities
  useOf(blueprint: string): BlueprintUse
  /** The blueprints that the mapping names. */
  blueprints: readonly string[]
  /** Those of them whose entities relate to any of these. */
  relatingTo(targets: ReadonlySet<string>): Promise<readonly string[]>
  startedAt: Date
  signal: AbortSignal
}

/** More entities than this are not asked for by name: the whole blueprint is read instead. */
const mostByName = 500
const namesAtOnce = 100

export function createKnownEntities(deps: KnownEntitiesDeps): KnownEntities {
  const sizes = new Map<string, number>()
  let listed: readonly ListedEntity[] | undefined
  const unread = new Set<string>()
  const heldOf = onceEach((blueprint: string) => deps.held.of(blueprint))
  const listOnce = onceEach(async (_: "all") => listOwned())
  return {
    of: onceEach(async (blueprint) => {
      const use = deps.useOf(blueprint)
      const known = (await readHeldIfAnswered(blueprint, use)) ?? (await readKnown(blueprint, use))
      sizes.set(blueprint, known.size)
      return known
    }),
    sizeIfRead: (blueprint) => sizes.get(blueprint),
    listed: () => listed,
  }

  /** A catalog that cannot list our entities, or not now, is read blueprint by blueprint. */
  async function readHeldIfAnswered(blueprint: string, use: BlueprintUse) {
    try {
      return await readHeld(blueprint, use)
    } catch (error) {
      throwIfFatal(error)
      return undefined
    }
  }

  /**
   * By what is remembered, where the catalog's list of our entities says that nobody has written them since: one list for
   * all blueprints instead of their contents. Undefined where too little is remembered.
   */
  async function readHeld(
    blueprint: string,
    use: BlueprintUse,
  ): Promise<Map<string, KnownEntity> | undefined> {
    // What a search relation was resolved to is not remembered; of Port's own entities others write the most.
    if (use.searchRelations.length > 0 || isSystemBlueprint(blueprint)) return undefined
    const keys = use.shapes.map(shapeKey)
    const { entities: held, readAt } = await heldOf(blueprint)
    if (readAt === undefined || deps.startedAt.getTime() - readAt > heldIsFreshMs) return undefined
    const all = await listOnce("all")
    if (unread.has(blueprint)) return undefined
    const known = new Map<string, KnownEntity>()
    const others: string[] = []
    for (const { identifier, updatedAt, blueprint: of } of all) {
      if (of !== blueprint) continue
      const one = held.get(identifier)
      const at = Date.parse(updatedAt ?? "")
      const digests = keys.map((key) => one?.digests[key])
      if (one && at >= one.from && at <= one.to && digests.every((digest) => digest !== undefined))
        known.set(identifier, { digests, searched: undefined, updatedAt })
      else others.push(identifier)
    }
    if (others.length > mostByName) return undefined
    for (const names of batches(others, namesAtOnce)) {
      const rules = [{ property: "$identifier", operator: "in", value: names }]
      const query: SearchQuery = { combinator: "and", rules }
      const question = { query, include: includesOf(use.shapes) }
      for await (const page of deps.entities.search(blueprint, question, deps.signal))
        await takePage(page, { blueprint, use, into: known })
    }
    return known
  }

  /** What live events have written since the run began included, and whatever a clock ahead of ours calls later. */
  async function listOwned(): Promise<readonly ListedEntity[]> {
    for (const blueprint of deps.blueprints) await heldOf(blueprint) // as it was before the list
    const all: ListedEntity[] = []
    const before = new Date(deps.startedAt.getTime() + 86_400_000)
    for await (const page of deps.entities.owned(before, deps.signal))
      for (const { identifier, blueprint = "", updatedAt } of page)
        all.push({ identifier, blueprint, updatedAt })
    listed = all
    await settleVanished(all)
    return all
  }

  /** With a deleted entity the relations to it went, without a write of their holders: those are read again. */
  async function settleVanished(all: readonly ListedEntity[]): Promise<void> {
    const byBlueprint = new Map<string, string[]>()
    for (const blueprint of deps.blueprints) {
      const vanished = vanishedOf((await heldOf(blueprint)).entities, blueprint, all)
      if (vanished.length > 0) byBlueprint.set(blueprint, vanished)
    }
    if (byBlueprint.size === 0) return
    for (const blueprint of await deps.relatingTo(new Set(byBlueprint.keys()))) {
      unread.add(blueprint)
      await deps.held.noteUnread(blueprint)
    }
    for (const [blueprint, identifiers] of byBlueprint) await deps.held.forget(blueprint, identifiers)
  }

  async function readKnown(blueprint: string, use: BlueprintUse): Promise<Map<string, KnownEntity>> {
    const known = new Map<string, KnownEntity>()
    for await (const page of pages(blueprint, use)) await takePage(page, { blueprint, use, into: known })
    await deps.held.noteRead(blueprint, deps.startedAt.getTime())
    return known
  }

  /** What was read need not be read the next time, as long as nobody writes it. */
  async function takePage(
    page: readonly CatalogEntity[],
    { blueprint, use, into }: { blueprint: string; use: BlueprintUse; into: Map<string, KnownEntity> },
  ): Promise<void> {
    for (const entity of page) into.set(entity.identifier, knownEntity(entity, use))
    if (use.searchRelations.length > 0 || isSystemBlueprint(blueprint)) return
    const keys = use.shapes.map(shapeKey)
    const held = page.flatMap(({ identifier }) => {
      const { digests, updatedAt } = into.get(identifier) ?? { digests: [], updatedAt: undefined }
      const at = Date.parse(updatedAt ?? "")
      if (Number.isNaN(at)) return []
      const byKey = Object.fromEntries(digests.map((digest, index) => [keys[index] ?? "", digest]))
      return [{ identifier, digests: byKey, from: at, to: at }]
    })
    await deps.held.note(blueprint, held)
  }

  async function* pages(blueprint: string, use: BlueprintUse): AsyncGenerator<CatalogEntity[]> {
    // Of Port's own blueprints we change entities that others made; of all others only our own concern us.
    const query = isSystemBlueprint(blueprint) ? undefined : oursQuery(deps.entities.datasource)
    const include = [...includesOf(use.shapes), ...use.searchRelations]
    try {
      yield* deps.entities.search(blueprint, { ...(query ? { query } : {}), include }, deps.signal)
    } catch (error) {
      if (portStatus(error) !== 404 && portStatus(error) !== 405) throw error
      // No such blueprint, or a catalog without this route; the global search tells which, and has the entities.
      const rules = [{ property: "$blueprint", operator: "=", value: blueprint }, ...(query?.rules ?? [])]
      yield await deps.entities.searchAll({ combinator: "and", rules }, [], deps.signal)
    }
  }
}

/** What is remembered, and is not in the catalog's list any more. */
function vanishedOf(
  held: ReadonlyMap<string, HeldEntity>,
  blueprint: string,
  all: readonly ListedEntity[],
): string[] {
  const there = new Set(all.flatMap((one) => (one.blueprint === blueprint ? [one.identifier] : [])))
  return [...held.keys()].filter((identifier) => !there.has(identifier))
}

function knownEntity(entity: CatalogEntity, use: BlueprintUse): KnownEntity {
  return {
    digests: use.shapes.map((shape) => shapeDigest(shape, entity)),
    searched:
      use.searchRelations.length === 0
        ? undefined
        : Object.fromEntries(use.searchRelations.map((name) => [name, entity.relations?.[name] ?? null])),
    updatedAt: entity.updatedAt,
  }
}

/** Entities whose last writer is this integration, whatever its version was. */
function oursQuery(datasource: { prefix: string; suffix: string }): SearchQuery {
  return {
    combinator: "and",
    rules: [
      { property: "$datasource", operator: "contains", value: datasource.prefix },
      { property: "$datasource", operator: "contains", value: datasource.suffix },
    ],
  }
}

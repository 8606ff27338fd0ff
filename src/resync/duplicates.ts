// Entities that a run makes of more than one object: the last one counts, and its author should know.
import { isDeepStrictEqual } from "node:util"
import type { Resource } from "../port/app-config.ts"
import { type Entity, entityKey } from "../port/entity.ts"
import type { Origin } from "./kind.ts"

export interface Duplicates {
  /** What one batch of a resource was mapped to, in order. */
  note(resource: Resource, made: readonly { entity: Entity; origin: Origin }[]): void
  /** One for each blueprint that has any. */
  sentences(): string[]
  /** All of it, for the run that this one is a part of. */
  told(): ToldDuplicates
  take(told: ToldDuplicates): void
}

/** JSON. An entity whose identifier is the object's id is told by one text. */
export interface ToldDuplicates {
  made: {
    blueprint: string
    index: number
    kind: string
    byPart: [part: string, names: (string | [name: string, id: string])[]][]
  }[]
  found: { blueprint: string; identifiers: string[]; example: string }[]
}

interface Maker {
  index: number
  kind: string
  origin: Origin
}

/** The entities of one blueprint that one resource made. Nothing but names: a run may make very many. */
interface MadeBy {
  index: number
  kind: string
  /** By the entity's name, which mostly is the object's id too: then its part alone. */
  origins: Map<string, Origin | string>
}

interface Found {
  identifiers: Set<string>
  example: string
}

export function createDuplicates(): Duplicates {
  const lists = new Map<string, MadeBy[]>()
  const found = new Map<string, Found>()

  function listsOf(blueprint: string): MadeBy[] {
    const known = lists.get(blueprint) ?? []
    lists.set(blueprint, known)
    return known
  }

  return {
    note({ index, kind }, made) {
      const batch = new Map<string, Entity>()
      for (const { entity, origin } of made) {
        const { blueprint, identifier } = entity
        if (typeof identifier === "object") continue // a search: only Port knows which entity that is
        const name = String(identifier)
        const known = listsOf(blueprint)
        const maker = { index, kind, origin }
        const before = makerOf(known, name)
        const inBatch = batch.get(entityKey(blueprint, name))
        batch.set(entityKey(blueprint, name), entity)
        keep(known, name, maker)
        if (!before) continue
        // Two items of one object that say the same are no loss; the same from two resources is how entities are joined.
        const isLoss = isSameObject(before, maker)
          ? inBatch !== undefined && !isDeepStrictEqual(inBatch, entity)
          : true
        if (isLoss) remember(found, blueprint, { name, first: before, second: maker })
      }
    },
    told: () => ({
      made: [...lists].flatMap(([blueprint, makers]) =>
        makers.map(({ index, kind, origins }) => ({ blueprint, index, kind, byPart: byPart(origins) })),
      ),
      found: [...found].map(([blueprint, { identifiers, example }]) => ({
        blueprint,
        identifiers: [...identifiers],
        example,
      })),
    }),
    take(told) {
      for (const { blueprint, index, kind, byPart: parts } of told.made)
        for (const [part, names] of parts)
          for (const one of names) {
            const [name, id] = typeof one === "string" ? [one, one] : one
            const maker = { index, kind, origin: { part, id } }
            const known = listsOf(blueprint)
            const before = makerOf(known, name)
            keep(known, name, maker)
            if (before && !isSameObject(before, maker))
              remember(found, blueprint, { name, first: before, second: maker })
          }
      for (const { blueprint, identifiers, example } of told.found) {
        const known = found.get(blueprint)
        if (known) for (const one of identifiers) known.identifiers.add(one)
        else found.set(blueprint, { identifiers: new Set(identifiers), example })
      }
    },
    sentences: () =>
      [...found].map(([blueprint, { identifiers, example }]) => {
        const many = identifiers.size === 1 ? "1 entity is" : `${identifiers.size} entities are`
        return `${blueprint}: ${many} made more than once, and the last one counts: ${example}`
      }),
  }
}

function byPart(origins: MadeBy["origins"]): ToldDuplicates["made"][number]["byPart"] {
  const parts = Map.groupBy(origins, ([name, origin]) => originIn(name, origin).part)
  return [...parts].map(([part, made]) => [
    part,
    made.map(([name, origin]) =>
      typeof origin === "string" ? name : ([name, origin.id] as [string, string]),
    ),
  ])
}

/** The first to have made it, the resources in their order. */
function makerOf(lists: readonly MadeBy[], name: string): Maker | undefined {
  for (const { index, kind, origins } of lists) {
    const origin = origins.get(name)
    if (origin !== undefined) return { index, kind, origin: originIn(name, origin) }
  }
  return undefined
}

function keep(lists: MadeBy[], name: string, { index, kind, origin }: Maker): void {
  let list = lists.find((one) => one.index === index && one.kind === kind)
  if (!list) {
    list = { index, kind, origins: new Map() }
    lists.push(list)
  }
  if (!list.origins.has(name)) list.origins.set(name, origin.id === name ? origin.part : origin)
}

function originIn(name: string, origin: Origin | string): Origin {
  return typeof origin === "string" ? { part: origin, id: name } : origin
}

/** Kinds that add to the same objects (an issue and its tags) see them under the same id, or the one as a part of the other. */
function isSameObject(left: Maker, right: Maker): boolean {
  const [one, other] = [left.origin, right.origin]
  const sameList = one.part !== "" || left.kind === right.kind
  if (one.id === other.id && one.part === other.part && sameList) return true
  return left.kind !== right.kind && (one.part === other.id || other.part === one.id)
}

function remember(
  found: Map<string, Found>,
  blueprint: string,
  { name, first, second }: { name: string; first: Maker; second: Maker },
): void {
  const known = found.get(blueprint)
  if (known) known.identifiers.add(name)
  else found.set(blueprint, { identifiers: new Set([name]), example: exampleOf(name, first, second) })
}

function exampleOf(name: string, first: Maker, second: Maker): string {
  if (isSameObject(first, second)) return `"${name}" of several items of ${makerText(second)}`
  return `"${name}" of ${makerText(first)} and of ${makerText(second)}`
}

function makerText({ index, kind, origin }: Maker): string {
  const where = origin.part === "" ? "" : ` of ${origin.part}`
  return `${kind} ${origin.id}${where} (resources[${index}])`
}

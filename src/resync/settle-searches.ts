// An entity that Port refuses whole because the search of a relation finds several targets where the relation takes
// one goes without that link rather than not at all. search-relations.ts tells that the link is missing.
import type { JsonObject } from "../common/json.ts"
import type { Entity } from "../port/entity.ts"
import { listOf } from "./entity-shape.ts"
import type { Run } from "./run.ts"
import { createSearchFinder, type SearchFinder } from "./search-finder.ts"
import { searchesOf } from "./search-relations.ts"

export interface Settled {
  /** With each such search replaced by the link that the catalog holds, where that is among what is found, or left out. */
  entity: Entity
  /** The relations of those searches, and the link each has now. */
  links: { relation: string; query: string; held: string | null }[]
}

/** Undefined where no search of the entity finds too many. */
export type SettleSearches = (entity: Entity) => Promise<Settled | undefined>

/** For these entities and no others: what their searches look at is read together. */
export function createSettleSearches(run: Run, entities: readonly Entity[]): SettleSearches {
  const queries = entities.flatMap((entity) => searchesOf(entity).map(([, query]) => JSON.stringify(query)))
  const finder = createSearchFinder(run, queries)
  return async (entity) => {
    const relations: JsonObject = { ...entity.relations }
    const links: Settled["links"] = []
    for (const [relation, query] of searchesOf(entity)) {
      const text = JSON.stringify(query)
      const found = await foundTooMany(run, finder, { blueprint: entity.blueprint, relation, query: text })
      if (!found) continue
      const linked = await heldLink(run, entity, relation)
      const held = linked !== undefined && found.includes(linked) ? linked : null
      links.push({ relation, query: text, held })
      if (held === null) delete relations[relation]
      else relations[relation] = held
    }
    return links.length > 0 ? { entity: { ...entity, relations }, links } : undefined
  }
}

/** What the search of a relation finds, where that is more than the relation takes. */
async function foundTooMany(
  run: Run,
  finder: SearchFinder,
  { blueprint, relation, query }: { blueprint: string; relation: string; query: string },
): Promise<readonly string[] | undefined> {
  const definition = (await run.blueprint(blueprint))?.relations[relation]
  if (!definition || definition.many) return undefined
  const found = await finder.find(definition.target, query)
  return found && found.length > 1 ? found : undefined
}

async function heldLink(run: Run, entity: Entity, relation: string): Promise<string | undefined> {
  const known = (await run.known.of(entity.blueprint)).get(String(entity.identifier))
  return listOf(known?.searched?.[relation])[0]
}

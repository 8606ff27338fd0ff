// The entities that those of a run relate to. Which they are depends on the blueprints, which are asked for only when
// somebody wants to know.
import { isJsonObject } from "../common/json.ts"
import type { Blueprint } from "../port/blueprint.ts"
import { type Entity, entityKey } from "../port/entity.ts"
import { listOf } from "./entity-shape.ts"

export interface RelationTargets {
  /** Notes what an entity relates to; relations by search are resolved by Port, to entities that exist. */
  note(entity: Entity): void
  /** The targets of all that was noted so far, by `entityKey`. */
  all(): Promise<ReadonlySet<string>>
  /** What was noted so far, for the run that this one is a part of. */
  told(): ToldTargets
  take(told: ToldTargets): void
}

/** Identifiers by blueprint and relation. */
export type ToldTargets = [blueprint: string, relation: string, identifiers: string[]][]

export function createRelationTargets(
  blueprint: (identifier: string) => Promise<Blueprint | undefined>,
): RelationTargets {
  /** By blueprint and relation: the identifiers related to. */
  const related = new Map<string, Map<string, Set<string>>>()

  return {
    note({ blueprint: from, relations }) {
      for (const [name, value] of Object.entries(relations ?? {})) {
        if (value === null || isJsonObject(value)) continue
        const names = typeof value === "string" ? [value] : listOf(value)
        for (const one of names) namesIn(from, name).add(one)
      }
    },
    async all() {
      const targets = new Set<string>()
      for (const [from, relations] of related) {
        const definition = await blueprint(from)
        for (const [name, identifiers] of relations) {
          const target = definition?.relations[name]?.target
          if (target) for (const one of identifiers) targets.add(entityKey(target, one))
        }
      }
      return targets
    },
    told: () =>
      [...related].flatMap(([from, relations]) =>
        [...relations].map(([name, identifiers]): ToldTargets[number] => [from, name, [...identifiers]]),
      ),
    take(told) {
      for (const [from, name, identifiers] of told)
        for (const one of identifiers) namesIn(from, name).add(one)
    },
  }

  function namesIn(from: string, relation: string): Set<string> {
    const relations = related.get(from) ?? new Map<string, Set<string>>()
    related.set(from, relations)
    const names = relations.get(relation) ?? new Set<string>()
    relations.set(relation, names)
    return names
  }
}

// Names of entities, of which a run may make a million: each is kept once, beside its blueprint's others.
import type { EntityRef } from "./known-entities.ts"

export interface EntityNames {
  add(entity: EntityRef): void
  has(entity: EntityRef): boolean
  byBlueprint(): Iterable<[blueprint: string, identifiers: ReadonlySet<string>]>
}

export function createEntityNames(): EntityNames {
  const names = new Map<string, Set<string>>()
  return {
    add({ blueprint, identifier }) {
      const known = names.get(blueprint)
      if (known) known.add(identifier)
      else names.set(blueprint, new Set([identifier]))
    },
    has: ({ blueprint, identifier }) => names.get(blueprint)?.has(identifier) ?? false,
    byBlueprint: () => names,
  }
}

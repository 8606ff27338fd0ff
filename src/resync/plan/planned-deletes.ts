// Deletes of a plan, with what Port does beside them: entities that require a deleted one go along, optional relations
// to it are emptied.
import { onceEach } from "../../common/once-per.ts"
import type { Blueprint } from "../../port/blueprint.ts"
import type { PortClient } from "../../port/client.ts"
import { listOf } from "../entity-shape.ts"
import type { EntityRef } from "../known-entities.ts"
import type { ShadowCatalog } from "./shadow-catalog.ts"

export interface PlannedDeletes {
  /** Deletes those that exist, and all that requires them; answers those that existed. */
  withDependents(blueprint: string, identifiers: readonly string[]): Promise<string[]>
  /** An entity that requires this one. */
  requiring(blueprint: string, identifier: string): Promise<EntityRef | undefined>
  /** Deletes one that nothing requires. */
  alone(blueprint: string, identifier: string): Promise<void>
}

interface Holder extends EntityRef {
  relation: string
  required: boolean
  many: boolean
}

export function createPlannedDeletes(deps: {
  port: PortClient
  shadow: ShadowCatalog
  /** All blueprints, as they would be. */
  blueprints(): Promise<readonly Blueprint[]>
  isNew(blueprint: string): boolean
}): PlannedDeletes {
  const { shadow } = deps
  /** By blueprint and relation: who relates to whom in Port, by target. */
  const heldInPort = onceEach(readRelation)

  async function readRelation(key: string): Promise<ReadonlyMap<string, string[]>> {
    const [blueprint = "", relation = ""] = key.split("\u0000")
    const byTarget = new Map<string, string[]>()
    if (deps.isNew(blueprint)) return byTarget
    for await (const page of deps.port.entities.search(blueprint, { include: ["$identifier", relation] })) {
      for (const entity of page)
        for (const target of listOf(entity.relations?.[relation]))
          byTarget.set(target, [...(byTarget.get(target) ?? []), entity.identifier])
    }
    return byTarget
  }

  async function holdersOf(blueprint: string, identifier: string): Promise<Holder[]> {
    const holders: Holder[] = []
    for (const definition of await deps.blueprints()) {
      for (const [relation, { target, required, many }] of Object.entries(definition.relations)) {
        if (target !== blueprint) continue
        const laid = shadow.touchedIn(definition.identifier)
        const inPort = (await heldInPort(`${definition.identifier}\u0000${relation}`)).get(identifier) ?? []
        const planned = [...laid.values()].filter(({ now }) =>
          listOf(now?.relations?.[relation]).includes(identifier),
        )
        const names = [...inPort.filter((one) => !laid.has(one)), ...planned.map((one) => one.identifier)]
        holders.push(
          ...names.map((name) => ({
            blueprint: definition.identifier,
            identifier: name,
            relation,
            required,
            many,
          })),
        )
      }
    }
    return holders
  }

  async function loosen(holder: Holder, from: EntityRef): Promise<void> {
    const entity = (await shadow.get(holder.blueprint, [holder.identifier])).get(holder.identifier)
    if (!entity) return
    const left = listOf(entity.relations?.[holder.relation]).filter((one) => one !== from.identifier)
    const relations = { ...entity.relations, [holder.relation]: holder.many ? left : null }
    shadow.put(holder.blueprint, { ...entity, relations }, `${from.blueprint} ${from.identifier} is deleted`)
  }

  async function remove(entity: EntityRef, because: string | undefined): Promise<void> {
    await shadow.get(entity.blueprint, [entity.identifier])
    shadow.remove(entity.blueprint, entity.identifier, because)
    for (const holder of await holdersOf(entity.blueprint, entity.identifier)) {
      if (holder.required) {
        const why = `it cannot be without ${entity.blueprint} ${entity.identifier}, which is deleted`
        await remove(holder, why)
      } else await loosen(holder, entity)
    }
  }

  return {
    async withDependents(blueprint, identifiers) {
      const found = await shadow.get(blueprint, identifiers)
      for (const identifier of found.keys()) {
        // One of this list may have gone along with another of it.
        if ((await shadow.get(blueprint, [identifier])).size > 0)
          await remove({ blueprint, identifier }, undefined)
      }
      return [...found.keys()]
    },
    requiring: async (blueprint, identifier) =>
      (await holdersOf(blueprint, identifier)).find(({ required }) => required),
    async alone(blueprint, identifier) {
      if ((await shadow.get(blueprint, [identifier])).size > 0)
        await remove({ blueprint, identifier }, undefined)
    },
  }
}

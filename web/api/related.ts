// Entities that point at an entity: of each blueprint with a relation to it, the first few and whether there are more.
import { useQuery } from "@tanstack/react-query"
import type { Blueprint } from "./blueprints.ts"
import { type Entity, fetchEntities, type SearchRule } from "./entities.ts"

export interface Incoming {
  blueprint: Blueprint
  relation: string
  /** What the relation is called. */
  title: string
  entities: Entity[]
  hasMore: boolean
}

const shown = 6

/** The filter under which a table shows all of them. */
export function incomingRule(relation: string, identifier: string): SearchRule {
  return { relation, operator: "=", value: identifier }
}

export function useIncoming({ blueprint, identifier }: Entity, all: readonly Blueprint[]) {
  const pointing = all.flatMap((one) =>
    Object.entries(one.relations)
      .filter(([, { target }]) => target === blueprint)
      .map(([relation, { title }]) => ({ blueprint: one, relation, title: title || relation })),
  )
  return useQuery({
    queryKey: [
      "entities",
      blueprint,
      "incoming",
      identifier,
      pointing.map((one) => [one.blueprint.identifier, one.relation]),
    ],
    queryFn: async ({ signal }): Promise<Incoming[]> => {
      const found = await Promise.all(
        pointing.map(async (one) => {
          const query = { combinator: "and" as const, rules: [incomingRule(one.relation, identifier)] }
          const wanted = {
            blueprint: one.blueprint.identifier,
            query,
            sort: undefined,
            from: undefined,
            limit: shown,
          }
          const { entities, next } = await fetchEntities(wanted, signal)
          return { ...one, entities, hasMore: next !== undefined }
        }),
      )
      return found.filter(({ entities }) => entities.length > 0)
    },
  })
}

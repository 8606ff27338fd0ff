// Blueprints as the catalog answers them.
import { queryOptions, useQuery } from "@tanstack/react-query"
import type { Blueprint as PortBlueprint } from "../../src/port/blueprint.ts"
import { path, request } from "./http.ts"

export interface Property {
  type?: string
  title?: string
  description?: string
  format?: string
  spec?: string
  icon?: string
  enum?: readonly (string | number)[]
  enumColors?: Record<string, string>
  items?: {
    type?: string
    format?: string
    enum?: readonly (string | number)[]
    enumColors?: Record<string, string>
  }
}

export interface Relation {
  title?: string
  target: string
  many: boolean
  required: boolean
}

export interface Blueprint extends Pick<PortBlueprint, "identifier" | "title"> {
  description?: string
  icon?: string
  schema: { properties: Record<string, Property>; required: string[] }
  relations: Record<string, Relation>
  mirrorProperties?: Record<string, { title?: string; path: string }>
  calculationProperties?: Record<string, Property & { calculation: string }>
  aggregationProperties?: Record<string, { title?: string; target: string; type?: string }>
  updatedAt?: string
}

export const blueprintsQuery = queryOptions({
  queryKey: ["blueprints"],
  queryFn: async ({ signal }) => {
    const { blueprints } = await request<{ blueprints: Blueprint[] }>("/v1/blueprints", { signal })
    return blueprints.toSorted(byWhatPeopleLookFor)
  },
  staleTime: 30_000,
})

export function useBlueprints({ enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({ ...blueprintsQuery, enabled })
}

export function useEntityCount(blueprint: string) {
  return useQuery({
    queryKey: ["entities", blueprint, "count"],
    queryFn: async ({ signal }) => {
      const { count } = await request<{ count: number }>(path`/v1/blueprints/${blueprint}/entities-count`, {
        signal,
      })
      return count
    },
    staleTime: 30_000,
  })
}

export function blueprintTitle({ title, identifier }: Pick<Blueprint, "title" | "identifier">): string {
  return title || identifier
}

/** Port's own blueprints last. */
function byWhatPeopleLookFor(left: Blueprint, right: Blueprint): number {
  const isSystem = (one: Blueprint) => Number(one.identifier.startsWith("_"))
  return isSystem(left) - isSystem(right) || blueprintTitle(left).localeCompare(blueprintTitle(right))
}

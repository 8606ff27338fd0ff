// Entities: a page of a blueprint's, one, and those that point at it.
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { ApiError, path, request } from "./http.ts"

export interface Related {
  identifier: string
  title: string | null
}

export interface Entity {
  identifier: string
  title: string | null
  icon: string | null
  blueprint: string
  team: string[]
  properties: Record<string, unknown>
  relations: Record<string, Related | Related[] | null>
  createdAt: string
  createdBy: string
  updatedAt: string
  updatedBy: string
}

/** Port's search query. */
export interface SearchQuery {
  combinator: "and" | "or"
  rules: (SearchRule | SearchQuery)[]
}

export interface SearchRule {
  property?: string
  relation?: string
  operator: string
  value?: unknown
}

export interface Sort {
  property: string
  order: "asc" | "desc"
}

export interface EntityPageRequest {
  blueprint: string
  query: SearchQuery | undefined
  sort: Sort | undefined
  limit: number
  /** The cursor of an earlier page's answer. */
  from: string | undefined
  /** Whether the answer is to say how many there are on all pages. */
  count?: boolean
}

export interface EntityPage {
  entities: Entity[]
  next?: string
  /** Of all pages. */
  total?: number
}

export async function fetchEntities(
  { blueprint, query, sort, limit, from, count }: EntityPageRequest,
  signal?: AbortSignal,
): Promise<EntityPage> {
  const body = {
    limit,
    ...(count ? { count } : {}),
    ...(query ? { query } : {}),
    ...(sort ? { sort } : {}),
    ...(from ? { from } : {}),
  }
  return await request<EntityPage>(
    `${path`/v1/blueprints/${blueprint}/entities/search`}?attach_title_to_relation=true`,
    { method: "POST", body, ...(signal ? { signal } : {}) },
  )
}

export function useEntities(wanted: EntityPageRequest) {
  return useQuery({
    queryKey: ["entities", wanted.blueprint, "page", wanted],
    queryFn: ({ signal }) => fetchEntities(wanted, signal),
    placeholderData: (kept, before) =>
      before?.queryKey[1] === wanted.blueprint ? keepPreviousData(kept) : undefined,
  })
}

/** Null where there is none. */
export function useEntity(blueprint: string, identifier: string) {
  return useQuery({
    queryKey: ["entities", blueprint, "one", identifier],
    queryFn: async ({ signal }) => {
      try {
        const { entity } = await request<{ entity: Entity }>(
          `${path`/v1/blueprints/${blueprint}/entities/${identifier}`}?attach_title_to_relation=true`,
          { signal },
        )
        return entity
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null
        throw error
      }
    },
  })
}

export function relatedOf(value: Related | Related[] | null | undefined): Related[] {
  if (!value) return []
  return Array.isArray(value) ? value : [value]
}

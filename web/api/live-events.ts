// Live events: what came from Sentry, and what became of it.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { query, request } from "./http.ts"

export type EventState = "waiting" | "working" | "done" | "dead"

export interface LiveEvent {
  id: number
  name: string
  key: string
  state: EventState
  /** Signed with the secret. */
  trusted: boolean
  attempts: number
  requestId: string | null
  outcome: string | null
  receivedAt: string
  endedAt: string | null
  lagMs: number | null
}

export interface LiveEventDetail extends LiveEvent {
  path: string
  headers: Record<string, string>
  body: unknown
  maskedFields: number
}

export interface Depth {
  waiting: number
  working: number
  dead: number
  oldestAt: string | null
}

interface EventsPage {
  events: LiveEvent[]
  next: number | null
  depth: Depth
  names: string[]
}

export interface EventFilter {
  state?: string
  name?: string
  q?: string
}

export function useLiveEvents(filter: EventFilter) {
  return useInfiniteQuery({
    queryKey: ["live-events", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      request<EventsPage>(`/integration/live-events${query({ limit: 50, ...filter, before: pageParam })}`, {
        signal,
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

export function useLiveEvent(id: number) {
  return useQuery({
    queryKey: ["live-events", "one", id],
    queryFn: async ({ signal }) =>
      (await request<{ event: LiveEventDetail }>(`/integration/live-events/${id}`, { signal })).event,
  })
}

export interface LagBucket {
  at: string
  received: number
  done: number
  dead: number
  p50Ms: number | null
  p95Ms: number | null
  maxMs: number | null
}

export function useLag(minutes: number) {
  return useQuery({
    queryKey: ["live-events", "lag", minutes],
    queryFn: async ({ signal }) => {
      const wanted = query({ minutes, buckets: 60 })
      return (await request<{ buckets: LagBucket[] }>(`/integration/live-events/lag${wanted}`, { signal }))
        .buckets
    },
    staleTime: 2_000,
  })
}

export function useReplay() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: { ids: number[] } | { allDead: true }) =>
      request<{ replayed: number }>("/integration/live-events/replay", { method: "POST", body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["live-events"] }),
  })
}

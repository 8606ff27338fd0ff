// Runs: what the resyncs came to, and starting and stopping them.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { path, query, request } from "./http.ts"

export interface Counts {
  read: number
  mapped: number
  created: number
  updated: number
  unchanged: number
  deleted: number
  refused: number
  failed: number
  filteredOut: number
  without: number
}

export type RunStatus = "running" | "completed" | "failed" | "aborted" | "interrupted"

export interface RunSummary {
  id: string
  trigger: string
  by: string | null
  scope: { kinds: string[] | null; projects: string[] | null } | null
  status: RunStatus
  startedAt: string
  endedAt: string | null
  seconds: number
  totals: Counts
  requests: { sentry: number; port: number }
  waitedMs: number
  problems: number
  headline: string
}

export interface RunResource {
  index: number
  kind: string
  blueprint: string
  state: "pending" | "syncing" | "completed" | "failed" | "aborted"
  counts: Counts
  pages: number
  seconds: number
}

export interface RunSource {
  kind: string
  part: string
  state: "complete" | "denied" | "failed" | "partial" | "reading"
  reason: string | null
  hint: string | null
}

export interface RunDetail extends RunSummary {
  resources: RunResource[]
  phase: "mapping" | "reading" | "retrying" | "deleting" | null
  /** Those that are not complete first. */
  sources: RunSource[]
  /** Further ones that are not in the answer. */
  moreSources: number
  refusedEntities: {
    total: number
    groups: {
      message: string
      count: number
      examples: { blueprint: string; identifier: string; kind: string; objectId: string | null }[]
    }[]
  }
  refusedDeletes: {
    total: number
    groups: {
      reason: string
      count: number
      examples: { blueprint: string; identifier: string; kind: string }[]
    }[]
  }
  kept: Record<string, number>
  notMade: Record<string, number>
  failures: string[]
  notes: string[]
  plan: string[]
  shortcomings: string[]
  requestsBy: {
    peer: "Sentry" | "Port"
    endpoint: string
    method: string
    count: number
    failed: number
    seconds: number
    waitedMs: number
  }[]
}

export interface Kinds {
  kinds: {
    name: string
    eventsOnly: boolean
    perProject: boolean
    inMapping: boolean
    samples: { count: number; fetchedAt: string } | null
  }[]
  projects: string[]
}

interface RunsPage {
  runs: RunSummary[]
  next: string | null
}

export function useRuns(filter: { status?: string; limit?: number } = {}) {
  return useInfiniteQuery({
    queryKey: ["runs", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      request<RunsPage>(`/integration/runs${query({ limit: 30, ...filter, before: pageParam })}`, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

export function useRun(id: string) {
  return useQuery({
    queryKey: ["runs", "one", id],
    queryFn: async ({ signal }) =>
      (await request<{ run: RunDetail }>(path`/integration/runs/${id}`, { signal })).run,
  })
}

export function useKinds() {
  return useQuery({
    queryKey: ["kinds"],
    queryFn: ({ signal }) => request<Kinds>("/integration/kinds", { signal }),
    staleTime: 30_000,
  })
}

export interface RunOrder {
  kinds?: string[]
  projects?: string[]
  /** Stops the run under way first. */
  replace?: boolean
}

export function useStartRun() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: RunOrder) =>
      request<{ run: { id: string } }>("/integration/runs", { method: "POST", body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["runs"] }),
  })
}

export function useCancelRun() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => request(path`/integration/runs/${id}/cancel`, { method: "POST" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["runs"] }),
  })
}

// All that one wants to know first.
import { useQuery } from "@tanstack/react-query"
import type { About } from "./about.ts"
import { request } from "./http.ts"
import type { Depth } from "./live-events.ts"
import type { RunSummary } from "./runs.ts"

export interface Attention {
  id: string
  severity: "error" | "warning" | "info"
  area: string
  title: string
  detail: string | null
  count: number
  next: { text: string; page: string | null; url: string | null; command: string | null }
}

export interface Overview {
  about: About
  lastRun: RunSummary | null
  running: RunSummary | null
  nextRunAt: string | null
  counts: { kind: string; blueprint: string; entities: number | null }[]
  liveEvents:
    | (Depth & {
        lag: { p50Ms: number | null; p95Ms: number | null; events: number; minutes: number }
        lastReceivedAt: string | null
      })
    | null
  attention: Attention[]
}

export function useOverview() {
  return useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => request<Overview>("/integration/overview", { signal }),
    refetchInterval: 30_000,
  })
}

// The mapping: its text, what is wrong with it, what it makes of real objects, what it would change, and its versions.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { ApiError, path, query, request } from "./http.ts"

export interface Problem {
  where: string
  line: number | null
  column: number | null
  what: string
  hint: string | null
}

export interface LiveMapping {
  text: string
  /** Of what is live; a save says from which it was made. */
  revision: string
  savedAt: string | null
  savedBy: string | null
  problems: Problem[]
  warnings: Problem[]
}

export interface Checked {
  valid: boolean
  problems: Problem[]
  warnings: Problem[]
}

export interface NullField {
  path: string
  expression: string
  why: string
  error: string | null
  line: number | null
  column: number | null
}

export interface EvaluatedResource {
  index: number
  kind: string
  blueprint: string
  read: number
  entities: {
    object: string
    entity: {
      identifier?: unknown
      title?: unknown
      blueprint?: string
      properties?: object
      relations?: object
    }
    nulls: NullField[]
    problems: { field: string; message: string }[]
  }[]
  filteredOut: string[]
  excluded: string[]
  without: number
  failures: { object: string; reason: string }[]
  nulls: (NullField & { count: number; of: number; always: boolean })[]
  unread: string[]
  samplesAt: string | null
}

export interface Evaluated extends Checked {
  resources: EvaluatedResource[]
}

export interface Samples {
  kind: string
  fetchedAt: string | null
  samples: { id: string; part: string; raw: unknown }[]
  unread: string[]
}

export interface DryRun {
  id: string
  status: "running" | "done" | "failed" | "cancelled"
  startedAt: string
  endedAt: string | null
  readSoFar: number
  message: string | null
  totals: Record<"create" | "update" | "delete" | "unchanged" | "refused" | "notDeleted", number>
  rows?: ({ kind: string; blueprint: string } & DryRun["totals"])[]
  installs?: string[]
  refused?: string[]
  notDeleted?: string[]
  notes?: string[]
  shortcomings?: string[]
}

export interface Change {
  what: "create" | "update" | "delete"
  blueprint: string
  identifier: string
  title: string | null
  kind: string | null
  because: string | null
  fields: { field: string; from: unknown; to: unknown }[]
}

export interface Version {
  version: number
  savedAt: string
  savedBy: string | null
  note: string | null
  revision: string
  current: boolean
}

export interface History {
  versions: Version[]
  /** Of what is live, whether or not it was saved here. */
  revision: string
}

export interface Preset {
  name: string
  title: string
  description: string
  mapping: string
}

export function useMapping() {
  return useQuery({
    queryKey: ["mapping", "live"],
    queryFn: ({ signal }) => request<LiveMapping>("/integration/mapping", { signal }),
  })
}

export function useMappingSchema() {
  return useQuery({
    queryKey: ["mapping", "schema"],
    queryFn: ({ signal }) => request<unknown>("/integration/mapping/schema", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export async function checkMapping(text: string, signal: AbortSignal): Promise<Checked> {
  return await request<Checked>("/integration/mapping/check", { method: "POST", body: { text }, signal })
}

export function useSamples(kind: string | undefined) {
  return useQuery({
    queryKey: ["samples", kind],
    queryFn: ({ signal }) => request<Samples>(path`/integration/kinds/${kind ?? ""}/samples`, { signal }),
    enabled: kind !== undefined,
  })
}

export function useFetchSamples() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (kind: string) =>
      request<Samples>(path`/integration/kinds/${kind}/samples`, { method: "POST", body: { limit: 10 } }),
    onSuccess: async (samples) => {
      queries.setQueryData(["samples", samples.kind], samples)
      await queries.invalidateQueries({ queryKey: ["evaluated"] })
    },
  })
}

/** What the mapping makes of the samples of one of its resources. */
export function useEvaluated(text: string | undefined, resource: number) {
  return useQuery({
    queryKey: ["evaluated", text, resource],
    queryFn: ({ signal }) =>
      request<Evaluated>("/integration/mapping/evaluate", {
        method: "POST",
        body: { text, resource },
        signal,
      }),
    enabled: text !== undefined,
    placeholderData: (before) => before,
    staleTime: 60_000,
  })
}

/** Answers the new one, or the one that is under way already. */
export function useStartDryRun() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (text: string): Promise<{ dryRun: DryRun; isNew: boolean }> => {
      const order = { method: "POST", body: { text } } as const
      try {
        const { dryRun } = await request<{ dryRun: DryRun }>("/integration/mapping/dry-runs", order)
        return { dryRun, isNew: true }
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "dry_run_under_way") throw error
        return { dryRun: (error.body as { dryRun: DryRun }).dryRun, isNew: false } // as the API documents it
      }
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["dry-runs"] }),
  })
}

/** The newest of the last hour, whoever began it: it outlasts the page that did. Null where there is none. */
export function useLastDryRun({ enabled }: { enabled: boolean }) {
  return useQuery({
    enabled,
    queryKey: ["dry-runs"],
    queryFn: async ({ signal }) =>
      (await request<{ dryRuns: DryRun[] }>("/integration/mapping/dry-runs", { signal })).dryRuns[0] ?? null,
  })
}

export function useCancelDryRun() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => request(path`/integration/mapping/dry-runs/${id}`, { method: "DELETE" }),
    onSettled: (_answer, _error, id) => queries.invalidateQueries({ queryKey: ["dry-run", id] }),
  })
}

export function useDryRun(id: string | undefined) {
  return useQuery({
    queryKey: ["dry-run", id],
    queryFn: async ({ signal }) =>
      (await request<{ dryRun: DryRun }>(path`/integration/mapping/dry-runs/${id ?? ""}`, { signal })).dryRun,
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.status === "running" ? 1_000 : false),
  })
}

export function useChanges(id: string, what: Change["what"], limit: number) {
  return useQuery({
    queryKey: ["dry-run", id, "changes", what, limit],
    queryFn: ({ signal }) =>
      request<{ total: number; changes: Change[] }>(
        `${path`/integration/mapping/dry-runs/${id}/changes`}${query({ what, limit })}`,
        { signal },
      ),
    placeholderData: (before) => before,
  })
}

export interface SaveOrder {
  text: string
  revision: string
  note?: string
  resync: boolean
}

export interface Saved {
  revision: string
  version: number
  run: { id: string } | null
}

export function useSaveMapping() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: SaveOrder) => request<Saved>("/integration/mapping", { method: "PUT", body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["mapping"] }),
  })
}

export function useVersions() {
  return useQuery({
    queryKey: ["mapping", "history"],
    queryFn: ({ signal }) => request<History>("/integration/mapping/history", { signal }),
  })
}

export async function readVersion(version: number): Promise<string> {
  const answer = await request<{ version: { text: string } }>(`/integration/mapping/history/${version}`)
  return answer.version.text
}

export function useRestore() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ version, revision }: { version: number; revision: string }) =>
      request<Saved>(`/integration/mapping/history/${version}/restore`, {
        method: "POST",
        body: { revision },
      }),
    // Where another was saved meanwhile, the list is old.
    onSettled: () => queries.invalidateQueries({ queryKey: ["mapping"] }),
  })
}

export function usePresets() {
  return useQuery({
    queryKey: ["presets"],
    queryFn: async ({ signal }) =>
      (await request<{ presets: Preset[] }>("/integration/presets", { signal })).presets,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

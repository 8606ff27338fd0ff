// The installations of a host: what there is of each, its work, and changes of it.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { path, request } from "./http.ts"

/** The places of secrets; which of them are set is all that anybody is told. */
export type SecretPath = "sentry.token" | "sentry.webhookSecret" | "port.clientSecret"

export interface HostRun {
  id: number
  trigger: string
  startedAt: string
  endedAt: string | null
  outcome: string
  said: string | null
  headline: string | null
  counts: {
    read: number
    created: number
    updated: number
    unchanged: number
    deleted: number
    refused: number
    failed: number
  } | null
}

export interface Installation {
  id: string
  source: "api" | "file"
  identifier: string
  enabled: boolean
  sentry: { host: string; organization: string }
  port?: { baseUrl?: string; clientId: string }
  target: { url: string; credentials: "own" | "host" }
  /** Spans such as `3600s`. */
  interval: string
  timeout: string
  memoryMb: number
  sendRawDataExamples: boolean
  preset?: string
  /** Of one that was asked for alone: its mapping as YAML. */
  mappingText?: string | null
  secrets: SecretPath[]
  unreadable?: Partial<Record<SecretPath, string>>
  webhookUrl: string
  isRunning: boolean
  running: HostRun | null
  lastRun: HostRun | null
  nextRunAt: string | null
  waiting: { events: number; oldestAt: string | null }
  attention: { severity: "error" | "warning"; title: string; detail: string | null; next: string }[]
}

export interface HostAbout {
  version: string
  baseUrl: string | null
  port: { baseUrl: string; hasCredentials: boolean }
  presets: { name: string; text: string }[]
  mostInstallations: number
}

export function useHostAbout() {
  return useQuery({
    queryKey: ["host"],
    queryFn: ({ signal }) => request<HostAbout>("/host", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function useInstallations() {
  return useQuery({
    queryKey: ["installations", "list"],
    queryFn: async ({ signal }) =>
      (await request<{ installations: Installation[] }>("/host/installations", { signal })).installations,
  })
}

export function useInstallation(id: string) {
  return useQuery({
    queryKey: ["installations", "one", id],
    queryFn: async ({ signal }) =>
      (await request<{ installation: Installation }>(path`/host/installations/${id}`, { signal }))
        .installation,
  })
}

export function useHostRuns(id: string) {
  return useQuery({
    queryKey: ["installations", "runs", id],
    queryFn: async ({ signal }) =>
      (await request<{ runs: HostRun[] }>(path`/host/installations/${id}/runs`, { signal })).runs,
  })
}

/** Asked again every few seconds while somebody reads them: lines are no event of the stream. */
export function useHostLog(id: string, { enabled }: { enabled: boolean }) {
  return useQuery({
    queryKey: ["installations", "log", id],
    queryFn: async ({ signal }) =>
      (await request<{ lines: string[] }>(path`/host/installations/${id}/logs`, { signal })).lines,
    enabled,
    refetchInterval: 3_000,
  })
}

/** `order`: as the API takes it, in part where there is such an installation already. */
export function useSaveInstallation({ isNew }: { isNew: boolean }) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ id, order }: { id: string; order: object }) => {
      const to = path`/host/installations/${id}`
      const sent = isNew
        ? { method: "PUT" as const, body: order, onlyNew: true }
        : { method: "PATCH" as const, body: order }
      return (await request<{ installation: Installation }>(to, sent)).installation
    },
    onSuccess: (saved) => {
      queries.setQueryData(["installations", "one", saved.id], saved)
      return queries.invalidateQueries({ queryKey: ["installations"] })
    },
  })
}

export function useResyncInstallation() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => request(path`/host/installations/${id}/resync`, { method: "POST" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["installations"] }),
  })
}

/** `removed` is called though the page of what is gone may be shown no more by then. */
export function useRemoveInstallation(removed: (id: string) => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => request(path`/host/installations/${id}`, { method: "DELETE" }),
    onSuccess(_, id) {
      removed(id)
      for (const part of ["one", "runs", "log"])
        queries.removeQueries({ queryKey: ["installations", part, id] })
      return queries.invalidateQueries({ queryKey: ["installations", "list"] })
    },
  })
}

// Webhook data sources: their settings, their address, the events that came.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { path, request } from "./http.ts"

export interface WebhookSecurity {
  secret?: string | null
  signatureHeaderName?: string | null
  signatureAlgorithm?: "sha1" | "sha256" | "plain" | "" | null
  signaturePrefix?: string | null
  requestIdentifierPath?: string | null
}

export interface WebhookSettings {
  identifier: string
  title: string
  description?: string | null
  icon?: string | null
  enabled: boolean
  security: WebhookSecurity
  mappings: unknown[]
}

export interface Webhook extends WebhookSettings {
  webhookKey: string
  /** Where events are sent to. */
  url: string
  updatedAt: string
}

export interface WebhookEvent {
  id: string
  status: "waiting" | "done" | "failed" | "refused" | "duplicate" | "dropped"
  receivedAt: string
  endedAt: string | null
  body: unknown
  headers: Record<string, string>
  signature: string | null
  error: string | null
  mappings:
    | {
        blueprint: string
        operation: string
        result: string
        entities: { identifier: string | null; result: string; error?: string }[]
        error?: string
      }[]
    | null
}

/** What one mapping would make of an event. */
export interface EvaluatedMapping {
  index: number
  blueprint: string
  result: "applied" | "filtered" | "skipped" | "failed"
  entities: { identifier: string | null; result: string; error?: string }[]
  error?: string
  notes?: string[]
  /** The entities as the mapping makes them. */
  mapped: unknown[]
}

export function useWebhooks() {
  return useQuery({
    queryKey: ["webhooks"],
    queryFn: async ({ signal }) =>
      (await request<{ integrations: Webhook[] }>("/v1/webhooks", { signal })).integrations,
  })
}

export function useWebhook(id: string) {
  return useQuery({
    queryKey: ["webhooks", id],
    queryFn: async ({ signal }) =>
      (await request<{ integration: Webhook }>(path`/v1/webhooks/${id}`, { signal })).integration,
  })
}

/** Asked again every few seconds: whoever sets a sender up waits for the first one. */
export function useWebhookEvents(id: string) {
  return useQuery({
    queryKey: ["webhooks", id, "events"],
    queryFn: async ({ signal }) =>
      (await request<{ events: WebhookEvent[] }>(`${path`/v1/webhooks/${id}/events`}?limit=25`, { signal }))
        .events,
    refetchInterval: 3_000,
  })
}

/** A new one, or where `known` is given that one as it is now. */
export function useSaveWebhook(known?: Webhook) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (settings: Partial<WebhookSettings>) => {
      const to = known ? path`/v1/webhooks/${known.identifier}` : "/v1/webhooks"
      return (
        await request<{ integration: Webhook }>(to, { method: known ? "PATCH" : "POST", body: settings })
      ).integration
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["webhooks"] }),
  })
}

/** Nothing is written: what an event of this body would come to by these mappings. */
export function useEvaluateWebhook() {
  return useMutation({
    mutationFn: async (event: { mappings: unknown[]; body: unknown }) =>
      (
        await request<{ mappings: EvaluatedMapping[] }>("/v1/webhooks/evaluate", {
          method: "POST",
          body: event,
        })
      ).mappings,
  })
}

export function useDeleteWebhook() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => request(path`/v1/webhooks/${id}`, { method: "DELETE" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["webhooks"] }),
  })
}

/** Sent as any sender does, to the data source's own address. */
export function useSendTestEvent({ identifier, webhookKey }: Webhook) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: unknown) => request(path`/ingest/${webhookKey}`, { method: "POST", body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["webhooks", identifier, "events"] }),
  })
}

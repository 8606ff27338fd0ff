// The addresses that take an integration's logs and metrics. They are given by its record, on a host of their own.
import type { HttpAnswer, HttpClient } from "../common/http-client.ts"
import type { RetryPolicy } from "../common/http-retry.ts"
import type { JsonObject } from "../common/json.ts"
import type { AccessTokens } from "./auth.ts"
import { PortError } from "./request.ts"

export type IngestApi = ReturnType<typeof ingestApi>

/** Reports are worth little when they are late: one more try, then they are given up. */
const ingestRetry: RetryPolicy = {
  retries: 1,
  baseMs: 500,
  capMs: 5_000,
  statuses: new Set([408, 429, 500, 502, 503, 504]),
  waitHeaders: ["retry-after", "x-ratelimit-reset"],
}

/** Each throws where the address did not take what was sent. */
export function ingestApi(deps: { http: HttpClient; tokens: AccessTokens; userAgent: string }) {
  async function send(
    method: "POST" | "PUT",
    target: { url: string; endpoint: string },
    body: JsonObject,
    signal?: AbortSignal,
  ): Promise<void> {
    const token = await deps.tokens.current(signal)
    const answer = await deps.http({
      method,
      ...target,
      body,
      signal,
      headers: { authorization: token.header, "user-agent": deps.userAgent },
      repeatable: true,
      retry: ingestRetry,
    })
    if (answer.status === 401) deps.tokens.forget(token) // the next report comes with a fresh one
    if (!isSuccess(answer)) throw refusal(method, target.endpoint, answer)
  }

  return {
    sendLogs: (url: string, logs: readonly JsonObject[], signal?: AbortSignal) =>
      send("POST", { url, endpoint: "logs" }, { logs: [...logs] }, signal),

    /** The metrics of many kinds at once. */
    sendKinds: (url: string, kinds: readonly JsonObject[], signal?: AbortSignal) =>
      send(
        "POST",
        { url: `${url}/syncMetrics`, endpoint: "syncMetrics" },
        { syncKindsMetrics: [...kinds] },
        signal,
      ),

    /** The metrics of one kind of a resync replace those before. */
    sendKind(
      url: string,
      key: { eventId: string; kindIdentifier: string },
      metrics: JsonObject,
      signal?: AbortSignal,
    ): Promise<void> {
      const path = `syncMetrics/resync/${encodeURIComponent(key.eventId)}/kind/${encodeURIComponent(key.kindIdentifier)}`
      const endpoint = "syncMetrics/resync/{}/kind/{}"
      return send("PUT", { url: `${url}/${path}`, endpoint }, { syncKindMetrics: metrics }, signal)
    },

    sendHeartbeat: (url: string, eventId: string, signal?: AbortSignal) =>
      send("POST", { url: `${url}/heartbeat`, endpoint: "heartbeat" }, { eventId }, signal),
  }
}

function isSuccess(answer: HttpAnswer): boolean {
  return answer.status >= 200 && answer.status < 300
}

function refusal(method: string, endpoint: string, answer: HttpAnswer): PortError {
  const text = answer.text.replaceAll(/\s+/g, " ").trim().slice(0, 120)
  return new PortError({ method, path: endpoint }, answer.status, "ingest_refused", text || "an empty body")
}

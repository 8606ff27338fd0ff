// One request to Port's API: token, retries, and an answer that is JSON or a clear error.
import { AppError, errorText } from "../common/errors.ts"
import type { HttpAnswer, HttpClient, HttpRequest } from "../common/http-client.ts"
import type { RetryPolicy } from "../common/http-retry.ts"
import { isJsonObject, type JsonObject, parseJson } from "../common/json.ts"
import type { AccessTokens } from "./auth.ts"
import { endpointOf } from "./endpoint.ts"

/** Port answered, but not with success. */
export class PortError extends AppError {
  readonly status: number

  constructor(
    request: { method: string; path: string },
    status: number,
    code: string,
    text: string,
    hint?: string,
  ) {
    const message = `Port answered ${status} to ${request.method} ${request.path}: ${text}`
    super(code, message, hint === undefined ? {} : { hint })
    this.name = "PortError"
    this.status = status
  }
}

export interface PortRequest {
  method: HttpRequest["method"]
  /** Below `/v1`, with a leading slash; segments already encoded. */
  path: string
  query?: Record<string, string | number | boolean | readonly string[] | undefined>
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  repeatable?: boolean
  retry?: RetryPolicy
  /** Writes of entities and blueprints name the exporter in the user agent: that is how Port marks ownership. */
  asExporter?: boolean
}

/** The body of a successful answer; throws `PortError` for any other status, `NoAnswer` when there was none. */
export type SendToPort = (request: PortRequest) => Promise<JsonObject>

export function createSendToPort(deps: {
  http: HttpClient
  baseUrl: string
  tokens: AccessTokens
  userAgent: string
  /** Told of each answer. */
  onAnswer?(answer: HttpAnswer): void
}): SendToPort {
  async function sendWith(authorization: string, request: PortRequest): Promise<HttpAnswer> {
    const agent = request.asExporter ? `${deps.userAgent}/exporter` : deps.userAgent
    const answer = await deps.http({
      method: request.method,
      url: `${deps.baseUrl}/v1${request.path}${queryText(request.query)}`,
      endpoint: endpointOf(request.path),
      headers: {
        ...request.headers,
        authorization,
        "user-agent": agent,
      },
      signal: request.signal,
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(request.repeatable === undefined ? {} : { repeatable: request.repeatable }),
      ...(request.retry ? { retry: request.retry } : {}),
    })
    deps.onAnswer?.(answer)
    return answer
  }

  return async function send(request) {
    const token = await deps.tokens.current(request.signal)
    const answer = await sendWith(token.header, request)
    if (answer.status !== 401) return bodyOf(request, answer)
    // A token may be revoked before its time; a fresh one decides whether we are really refused.
    deps.tokens.forget(token)
    const fresh = await deps.tokens.current(request.signal)
    return bodyOf(request, await sendWith(fresh.header, request))
  }
}

/** Reads an answer of Port; anything but a 2xx with a JSON object is a `PortError`, which gives `hint` on. */
export function bodyOf(
  request: { method: string; path: string },
  { status, text }: HttpAnswer,
  hint?: string,
): JsonObject {
  const body = parseJson(text)
  if (status >= 200 && status < 300) {
    if (text === "") return {}
    if (isJsonObject(body)) return body
    const instead = `no JSON object, but ${excerpt(text)}`
    throw new PortError(request, status, "not_json", instead, hint)
  }
  const code = isJsonObject(body) && typeof body.error === "string" ? body.error : "port_error"
  const message = isJsonObject(body) && typeof body.message === "string" ? body.message : excerpt(text)
  const told = code === "port_error" ? message : `${code}: ${message}`
  throw new PortError(request, status, code, told, hint)
}

/** A status as a number where an error is Port's answer; undefined for any other error. */
export function portStatus(error: unknown): number | undefined {
  return error instanceof PortError ? error.status : undefined
}

/** Whether the same request may succeed later: no answer, none of Port's own, or one that blames the server or the load. */
export function mayPassLater(error: unknown): boolean {
  const status = portStatus(error)
  return status === undefined || status < 300 || status >= 500 || status === 429 || status === 408
}

export function failureText(error: unknown): string {
  return error instanceof AppError ? error.message : errorText(error)
}

function queryText(query: PortRequest["query"]): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue
    for (const one of [value].flat()) parameters.append(name, String(one))
  }
  const text = parameters.toString()
  return text ? `?${text}` : ""
}

function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim()
  return line === "" ? "an empty body" : JSON.stringify(line.slice(0, 120))
}

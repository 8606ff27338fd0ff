// The one way to the server: JSON, the session's cookie, and errors with what the server said for people.

/** A refused or failed request. `message` and `hint` are sentences of the server's. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string | undefined
  /** The whole body, for what a page knows to read in it. */
  readonly body: unknown

  constructor(status: number, body: unknown) {
    const told = isRecord(body) ? body : {}
    super(textOf(told.message) ?? textOf(told.detail) ?? statusText(status))
    this.name = "ApiError"
    this.status = status
    this.code = textOf(told.error) ?? `http_${status}`
    this.hint = textOf(told.hint)
    this.body = body
  }
}

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  body?: unknown
  /** Refused (412) where there is one already. */
  onlyNew?: boolean
  signal?: AbortSignal
}

/** Throws `ApiError`; status 0 where no answer came. `path` begins with a slash. */
export async function request<T>(
  path: string,
  { method = "GET", body, onlyNew = false, signal }: RequestOptions = {},
): Promise<T> {
  const response = await fetch(path, {
    method,
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(onlyNew ? { "if-none-match": "*" } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw new ApiError(0, {
      error: "no_answer",
      message: "The server does not answer.",
      hint: "Is it still running?",
    })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw new ApiError(response.status, answer)
  return answer as T // the shapes are the documented API's, which the server's own tests hold
}

/** A path from parts, each encoded: identifiers hold slashes and more. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts }, ...values.map((value) => encodeURIComponent(value)))
}

/** `?a=1&b=2` of what is set, or nothing. */
export function query(values: Record<string, string | number | undefined>): string {
  const set = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") set.set(name, String(value))
  }
  return set.size === 0 ? "" : `?${set}`
}

function statusText(status: number): string {
  if (status >= 500) return "The server failed over this request. Its log says why."
  return `The server refused this request (${status}).`
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null
}

// Port's error answers: status, code and message, as a value (for one item of many) or thrown (for the request).

/** Why an item or a request is refused. */
export interface Refusal {
  status: 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429
  /** Port's code: `not_found`, `blueprint_schema_mismatch` … Clients branch on some of them. */
  code: string
  message: string
}

/** A refused request; the app answers with Port's error body. */
export class ApiError extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.name = "ApiError"
    this.refusal = refusal
  }
}

export function refuse(status: Refusal["status"], code: string, message: string): Refusal {
  return { status, code, message }
}

/** A body or query that does not match the route's schema. */
export function invalidRequest(message: string): Refusal {
  return refuse(422, "invalid_request", message)
}

export function notFound(what: string, identifier: string): Refusal {
  return refuse(404, "not_found", `${what} with identifier "${identifier}" was not found`)
}

/** The outcome of work that may be refused. */
export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal }

export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function refused(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal }
}

/** The value, or the refusal thrown for the whole request. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new ApiError(result.refusal)
}

export function errorBody(refusal: Refusal): { ok: false; error: string; message: string } {
  return { ok: false, error: refusal.code, message: refusal.message }
}

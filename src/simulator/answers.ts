// What an endpoint answers, and the errors in the words of the API.
import type { JsonValue } from "../common/json.ts"

export interface Answer {
  status: number
  /** The body as it goes out; "" for none. */
  text: string
  headers: Record<string, string>
}

/** Thrown anywhere below a route, answered in one place. */
export class ApiError extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    super(`${answer.status} ${answer.text}`)
    this.name = "ApiError"
    this.answer = answer
  }
}

export function json(body: JsonValue, headers: Record<string, string> = {}): Answer {
  return jsonText(JSON.stringify(body), headers)
}

export function jsonText(text: string, headers: Record<string, string> = {}): Answer {
  return { status: 200, text, headers: { "content-type": "application/json", ...headers } }
}

export function failure(status: number, detail: JsonValue): ApiError {
  return new ApiError({ ...json({ detail }), status })
}

export function badRequest(detail: string): ApiError {
  return failure(400, detail)
}

/** What is wrong with the members of a body. */
export function invalid(problems: Record<string, string>): ApiError {
  const body = Object.fromEntries(Object.entries(problems).map(([name, text]) => [name, [text]]))
  return new ApiError({ ...json(body), status: 400 })
}

export function denied(): ApiError {
  return failure(403, "You do not have permission to perform this action.")
}

export function notFound(): ApiError {
  return failure(404, "The requested resource does not exist")
}

/** No such route, or a feature that is off. */
export function noRoute(): ApiError {
  return new ApiError({ status: 404, text: "", headers: { "content-type": "text/html; charset=utf-8" } })
}

/** What a server of the 9 series does with what it did not expect. */
export function internalError(): ApiError {
  const errorId = "767b9c0cec1c5d408dbed75e12daeda0"
  return new ApiError({ ...json({ detail: "Internal Error", errorId }), status: 500 })
}

export function resourceMoved(url: string, slug: string): ApiError {
  const detail = { code: "resource-moved", message: "Resource has been moved", extra: { url, slug } }
  return new ApiError({ ...json({ slug, detail }, { location: url }), status: 302 })
}

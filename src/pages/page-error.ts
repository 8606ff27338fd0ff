// A refused request of the pages, as it is answered.
import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import { AppError, errorText, type InputProblem } from "../common/errors.ts"
import type { JsonObject } from "../common/json.ts"
import type { Logger } from "../common/logger.ts"

/** Thrown by a route; `more` stands in the answer beside code, message and hint. */
export class PageError extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly hint: string | undefined
  readonly more: JsonObject

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    { hint, ...more }: { hint?: string } & JsonObject = {},
  ) {
    super(message)
    this.name = "PageError"
    this.status = status
    this.code = code
    this.hint = hint
    this.more = more
  }
}

/** Something in a request is not as it must be. */
export function wrongRequest(problem: InputProblem): PageError {
  const { where, what, hint } = problem
  return new PageError(422, "invalid_request", `${where}: ${what}`, hint === undefined ? {} : { hint })
}

export function answerPageError(log: Logger, error: Error, c: Context): Response {
  if (error instanceof PageError) {
    const { code, message, hint, more } = error
    return c.json({ ok: false, error: code, message, ...(hint ? { hint } : {}), ...more }, error.status)
  }
  // Somebody else is at it for too long, which is no fault of this program.
  if (error instanceof AppError && error.code === "busy") {
    const { hint } = error
    c.header("retry-after", "5")
    return c.json({ ok: false, error: "busy", message: error.message, ...(hint ? { hint } : {}) }, 503)
  }
  log.error(
    { method: c.req.method, path: c.req.path, error: errorText(error), stack: error.stack },
    "Request of a page failed",
  )
  if (error instanceof AppError) {
    const { hint } = error
    return c.json({ ok: false, error: error.code, message: errorText(error), ...(hint ? { hint } : {}) }, 502)
  }
  return c.json({ ok: false, error: "internal_error", message: "that failed; the log says why" }, 500)
}

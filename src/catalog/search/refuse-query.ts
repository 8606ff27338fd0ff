// How a query is refused: at its path, in the wording that Port's clients know.
import { ApiError, invalidRequest } from "../api-error.ts"

export function wrong(path: string, what: string): ApiError {
  return new ApiError(invalidRequest(`"${path}" ${what}`))
}

export function fail(at: { path: string }, what: string): never {
  throw wrong(at.path, what)
}

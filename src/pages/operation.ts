// How a route of the pages is described for the API page and the OpenAPI document.
import type { Operation } from "../common/operation.ts"

const refusals = {
  401: { text: "No session, and no token." },
  403: { text: "A read-only session, or another site's request." },
}

/** One that needs a session. */
export function operation(
  method: Operation["method"],
  path: string,
  summary: string,
  more: Partial<Pick<Operation, "query" | "body" | "answers">> = {},
): Operation {
  const { query, body, answers = { 200: { text: "Done." } } } = more
  return {
    method,
    path,
    summary,
    ...(query ? { query } : {}),
    ...(body ? { body } : {}),
    answers: {
      ...answers,
      ...refusals,
      ...(path.includes("{") ? { 404: { text: "There is none." } } : {}),
      ...(body ? { 422: { text: "The body does not fit; the message says where." } } : {}),
    },
  }
}

// The one function that changes something in Sentry. What comes back is a value; nothing is ever sent twice.
import { errorText } from "../common/errors.ts"
import { type HttpClient, NoAnswer } from "../common/http-client.ts"
import type { JsonObject } from "../common/json.ts"
import { type Answer, failure, type Got, readAnswer } from "./answers.ts"
import type { RateLimits } from "./rate-limits.ts"
import { sentryRetryPolicy } from "./retry-policy.ts"
import type { Route } from "./routes.ts"

interface SendRequest {
  method: "POST" | "PUT" | "DELETE"
  /** Server address with its path prefix; `/api/0/` follows. */
  host: string
  route: Route
  body?: JsonObject
  signal: AbortSignal
}

/** A redirect is not followed. An answer without a body counts as null. */
export type Send = (request: SendRequest) => Promise<Answer<Got>>

export interface SenderDeps {
  http: HttpClient
  token: string
  limits: RateLimits
  userAgent: string
}

export function createSender(deps: SenderDeps): Send {
  return async ({ method, host, route, body, signal }) => {
    const url = `${host}/api/0/${route.path}`
    try {
      const answer = await deps.http({
        method,
        url,
        headers: {
          authorization: `Bearer ${deps.token}`,
          accept: "application/json",
          "user-agent": deps.userAgent,
        },
        ...(body === undefined ? {} : { body }),
        signal,
        limiter: deps.limits.limiterFor(new URL(url).host, route.template, method),
        repeatable: false,
        retry: sentryRetryPolicy({ retries: 0 }),
      })
      if (answer.status === 204)
        return { ok: true, value: { body: null, link: null, what: `${method} ${route.path}` } }
      return readAnswer(answer, route, method)
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      return failure("no-answer", `${method} ${route.path} got no answer: ${errorText(error)}`, {
        hint: "check the host setting, the network and the proxy settings",
      })
    }
  }
}

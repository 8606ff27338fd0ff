// The one function that asks Sentry: token, limits, refusals and redirects; what comes back is a value.
import { errorText } from "../common/errors.ts"
import { type HttpAnswer, type HttpClient, NoAnswer } from "../common/http-client.ts"
import type { RetryPolicy } from "../common/http-retry.ts"
import type { Logger } from "../common/logger.ts"
import { createPeerClock } from "../common/peer-clock.ts"
import { type Clock, systemClock } from "../common/sleep.ts"
import { type Answer, type Failure, failure, type Got, readAnswer } from "./answers.ts"
import type { RateLimits } from "./rate-limits.ts"
import { followable } from "./redirects.ts"
import type { Route } from "./routes.ts"

interface GetRequest {
  /** Server address with its path prefix; `/api/0/` follows. */
  host: string
  route: Route
  query?: readonly (readonly [string, string])[] | undefined
  /** Instead of the HTTP client's own policy. */
  retry?: RetryPolicy | undefined
  signal: AbortSignal
}

export interface Getter {
  get(request: GetRequest): Promise<Answer<Got>>
  /** Milliseconds since the epoch on Sentry's clock, as its last answer told it. */
  serverNow(): number
}

export interface GetterDeps {
  http: HttpClient
  token: string
  /** Where the token belongs to, beside sentry.io's own hosts. */
  configuredOrigin: string
  limits: RateLimits
  log: Logger
  userAgent: string
  /** How long one request may be refused (429) before it counts as failed. */
  refusalDeadlineMs: number
  clock?: Clock | undefined
}

const mostRedirects = 3

export function createGetter(deps: GetterDeps): Getter {
  const clock = deps.clock ?? systemClock
  let tokenRefused: Failure | undefined
  const peerClock = createPeerClock(clock)

  return {
    serverNow: peerClock.now,
    async get(request) {
      // A refused token stays refused: asking on would only make a lockout more likely.
      if (tokenRefused) return tokenRefused
      const answer = await answerOrFailure(request)
      if (!answer.ok && answer.why === "token") {
        tokenRefused ??= answer
        deps.log.debug({ reason: answer.outcome.reason }, "Sentry refused the token")
      }
      return answer
    },
  }

  async function answerOrFailure(request: GetRequest): Promise<Answer<Got>> {
    try {
      return await follow(request)
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      return failure("no-answer", `GET ${request.route.path} got no answer: ${errorText(error)}`, {
        hint: "check the host setting, the network and the proxy settings",
      })
    }
  }

  async function follow(request: GetRequest): Promise<Answer<Got>> {
    let url = addressOf(request)
    for (let hops = 0; ; hops++) {
      const answer = await askUntilAdmitted(request, url)
      if (![301, 302, 303, 307, 308].includes(answer.status)) return readAnswer(answer, request.route)
      const next = followable(url, answer.headers.get("location"), deps.configuredOrigin)
      if ("refused" in next || hops === mostRedirects) {
        const reason = "refused" in next ? next.refused : `more than ${mostRedirects} redirects`
        return failure("moved", `GET ${request.route.path} answered ${answer.status}: ${reason}`, {
          status: answer.status,
          hint: "set the host to the address that Sentry itself uses",
        })
      }
      url = next.url
    }
  }

  /** Sends again as long as Sentry says "too many": the limiter waits as long as the refusal's headers ask. */
  async function askUntilAdmitted(request: GetRequest, url: string): Promise<HttpAnswer> {
    const limiter = deps.limits.limiterFor(new URL(url).host, request.route.template, "GET")
    let refusedSince: number | undefined
    for (;;) {
      const answer = await deps.http({
        method: "GET",
        url,
        endpoint: request.route.template,
        headers: {
          authorization: `Bearer ${deps.token}`,
          accept: "application/json",
          "user-agent": deps.userAgent,
        },
        signal: request.signal,
        limiter,
        ...(request.retry ? { retry: request.retry } : {}),
      })
      peerClock.note(answer)
      if (answer.status !== 429) return answer
      refusedSince ??= clock.now()
      if (clock.now() - refusedSince >= deps.refusalDeadlineMs) return answer
    }
  }
}

function addressOf(request: GetRequest): string {
  const url = `${request.host}/api/0/${request.route.path}`
  if (!request.query || request.query.length === 0) return url
  const query = new URLSearchParams()
  for (const [name, value] of request.query) query.append(name, value)
  return `${url}?${query}`
}

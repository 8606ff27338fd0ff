// One function for every request the program sends: limit, send, retry, read.
import type { Dispatcher } from "undici"
import { AppError, errorText, isAbort } from "./errors.ts"
import { type AnswerHeaders, exchange } from "./http-exchange.ts"
import { type RetryPolicy, retryDelay } from "./http-retry.ts"
import type { Logger } from "./logger.ts"
import type { RateLimiter } from "./rate-limiter.ts"
import { type Clock, systemClock } from "./sleep.ts"

export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  url: string
  /** The endpoint without what varies in it, by which requests are counted. */
  endpoint?: string
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** Sent as they are, where there is no `body`; the headers say what they are. */
  bytes?: Uint8Array
  signal?: AbortSignal | undefined
  /** Whether the request may be sent twice without harm. Default: GET, PUT and DELETE may. */
  repeatable?: boolean
  /** The limiter this request counts against, where the peer has limits. */
  limiter?: RateLimiter
  /** Instead of the client's own policy. */
  retry?: RetryPolicy
}

export interface HttpAnswer {
  status: number
  headers: AnswerHeaders
  text: string
  /** When the answer's head arrived, on our clock (milliseconds since the epoch). */
  receivedAt: number
}

/** Resolves with any answer, whatever its status; rejects with `NoAnswer` when there was none to the end. */
export type HttpClient = (request: HttpRequest) => Promise<HttpAnswer>

/** The peer could not be reached, hung up, or took too long, and retries did not help. */
export class NoAnswer extends AppError {
  constructor(request: HttpRequest, cause: unknown) {
    super("no_answer", `${request.method} ${withoutQuery(request.url)}: no answer`, {
      cause,
      hint: "check the address, the network and the proxy settings",
    })
    this.name = "NoAnswer"
  }
}

/** One try of a request, as metrics count it. */
export interface HttpExchange {
  peer: string
  method: string
  endpoint: string
  /** Undefined where there was no answer. */
  status: number | undefined
  seconds: number
  /** Of the answer's body. */
  bytes: number
}

export interface HttpClientOptions {
  /** Who is called, for logs: "Port", "Sentry". */
  peer: string
  dispatcher: Dispatcher
  retry: RetryPolicy
  /** For one try, from sending to the last byte, in milliseconds. */
  timeoutMs: number
  log: Logger
  clock?: Clock
  /** Called after each try that got an answer, before any retry. */
  onAnswer?: (request: HttpRequest, answer: Pick<HttpAnswer, "status" | "headers" | "receivedAt">) => void
  /** Called after each try, answered or not; a cancelled one is none. */
  onExchange?: ((exchange: HttpExchange) => void) | undefined
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const clock = options.clock ?? systemClock

  return async function send(request) {
    const repeatable = request.repeatable ?? ["GET", "PUT", "DELETE"].includes(request.method)
    for (let attempt = 1; ; attempt++) {
      const outcome = await tryOnce(request)
      const answer = "answer" in outcome ? outcome.answer : undefined
      const delay = mayRepeat(repeatable, answer)
        ? retryDelay(
            request.retry ?? options.retry,
            { status: answer?.status, headers: answer?.headers },
            attempt,
            clock.now(),
            Math.random(),
          )
        : undefined
      if (delay === undefined) {
        if (answer) return answer
        throw new NoAnswer(request, "error" in outcome ? outcome.error : undefined)
      }
      options.log.debug(
        { peer: options.peer, url: request.url, status: answer?.status, attempt, delayMs: Math.round(delay) },
        "Request will be tried again",
      )
      await clock.sleep(delay, request.signal)
    }
  }

  async function tryOnce(request: HttpRequest): Promise<{ answer: HttpAnswer } | { error: unknown }> {
    try {
      const task = () => measured(request)
      return { answer: await (request.limiter ? request.limiter.run(task, request.signal) : task()) }
    } catch (error) {
      request.signal?.throwIfAborted()
      if (isAbort(error)) throw error
      options.log.debug({ peer: options.peer, url: request.url, error: errorText(error) }, "Request failed")
      return { error }
    }
  }

  async function measured(request: HttpRequest): Promise<HttpAnswer> {
    const started = clock.now()
    try {
      const { bytes, ...answer } = await receive(request)
      tell(request, started, { status: answer.status, bytes })
      options.log.debug(
        {
          peer: options.peer,
          method: request.method,
          url: request.url,
          status: answer.status,
          ms: clock.now() - started,
        },
        "Request answered",
      )
      return answer
    } catch (error) {
      if (!request.signal?.aborted) tell(request, started, undefined)
      throw error
    }
  }

  function tell(
    request: HttpRequest,
    started: number,
    answer: { status: number; bytes: number } | undefined,
  ): void {
    options.onExchange?.({
      peer: options.peer,
      method: request.method,
      endpoint: request.endpoint ?? "other",
      status: answer?.status,
      seconds: (clock.now() - started) / 1_000,
      bytes: answer?.bytes ?? 0,
    })
  }

  async function receive(request: HttpRequest): Promise<HttpAnswer & { bytes: number }> {
    let receivedAt = 0
    const answer = await exchange(
      {
        method: request.method,
        url: request.url,
        dispatcher: options.dispatcher,
        timeoutMs: options.timeoutMs,
        signal: request.signal,
        headers: {
          ...(request.body === undefined ? {} : { "content-type": "application/json" }),
          ...request.headers,
        },
        body: request.body === undefined ? request.bytes : JSON.stringify(request.body),
      },
      (head) => {
        receivedAt = clock.now()
        options.onAnswer?.(request, { ...head, receivedAt })
      },
    )
    return { ...answer, receivedAt }
  }
}

/** A refused request (429) was not carried out, so it may always be sent again. */
function mayRepeat(repeatable: boolean, answer: HttpAnswer | undefined): boolean {
  return repeatable || answer?.status === 429
}

function withoutQuery(url: string): string {
  return url.split("?")[0] ?? url
}

// The access token of a pair of machine credentials: fetched once, shared, renewed before it ends.
import { z } from "zod"
import { AppError, isAbort } from "../common/errors.ts"
import type { HttpClient } from "../common/http-client.ts"
import { parseWith } from "../common/schema.ts"
import { type Clock, systemClock } from "../common/sleep.ts"
import { endpointOf } from "./endpoint.ts"
import { bodyOf, PortError } from "./request.ts"

export interface AccessTokens {
  /** A token that is good for now. */
  current(signal?: AbortSignal): Promise<AccessToken>
  /** Drops a token that Port refused; one fetched since stays, even where Port gave out the same text again. */
  forget(refused: AccessToken): void
}

export interface AccessToken {
  /** The value of the Authorization header. */
  header: string
  /** Milliseconds since the epoch. */
  goodUntil: number
}

const TokenAnswer = z.looseObject({
  accessToken: z.string().min(1),
  /** Seconds. */
  expiresIn: z.number(),
  tokenType: z.string().default("Bearer"),
})

/** The token is the first thing Port is asked for, so whatever else answers there is noticed here. */
const isThisPort = "check that OCEAN__PORT__BASE_URL is the address of Port's API, and the proxy settings"

/** Renewed this long before its end, so that a request under way never meets an expired token. */
const marginMs = 60_000

export function createAccessTokens(deps: {
  http: HttpClient
  baseUrl: string
  clientId: string
  clientSecret: string
  userAgent: string
  clock?: Clock
}): AccessTokens {
  const clock = deps.clock ?? systemClock
  let held: { fetched: Promise<AccessToken>; token?: AccessToken } | undefined

  async function fetchToken(signal?: AbortSignal): Promise<AccessToken> {
    const path = "/auth/access_token"
    const answer = await deps.http({
      method: "POST",
      url: `${deps.baseUrl}/v1${path}`,
      endpoint: endpointOf(path),
      headers: { "user-agent": deps.userAgent },
      body: { clientId: deps.clientId, clientSecret: deps.clientSecret },
      repeatable: true,
      signal,
    })
    if (answer.status === 401 || answer.status === 403) throw refused(deps.baseUrl, answer.status)
    const body = bodyOf({ method: "POST", path }, answer, isThisPort)
    const token = parseWith(TokenAnswer, body, "Port's answer to the token request", isThisPort)
    const lifeMs = token.expiresIn * 1_000
    return {
      header: `${token.tokenType} ${token.accessToken}`,
      goodUntil: clock.now() + lifeMs - Math.min(marginMs, lifeMs / 2),
    }
  }

  async function current(signal?: AbortSignal): Promise<AccessToken> {
    const before = held
    const token = before && (await unlessOthersCancelled(before.fetched, signal))
    if (token && token.goodUntil > clock.now()) return token
    // Of all who saw the same token end, the first fetches for the others.
    if (!held || held === before) held = begin(signal)
    const fresh = await unlessOthersCancelled(held.fetched, signal)
    return fresh ?? current(signal)
  }

  function begin(signal?: AbortSignal): NonNullable<typeof held> {
    const begun: NonNullable<typeof held> = { fetched: fetchToken(signal) }
    begun.fetched.then(
      (token) => {
        begun.token = token
      },
      () => {
        if (held === begun) held = undefined
      },
    )
    return begun
  }

  return {
    current,
    forget(refused) {
      if (held?.token === refused) held = undefined
    },
  }
}

/** The token, or undefined where the caller that fetched it for all was cancelled and this one was not. */
async function unlessOthersCancelled(
  shared: Promise<AccessToken>,
  signal: AbortSignal | undefined,
): Promise<AccessToken | undefined> {
  try {
    return await shared
  } catch (error) {
    if (isAbort(error) && !signal?.aborted) return undefined
    throw error
  }
}

/** Wrong credentials do not become right by waiting: this ends a start at once. */
function refused(baseUrl: string, status: number): AppError {
  return new AppError(
    "port_unauthorized",
    `Port at ${baseUrl} refused the client id and secret (${status})`,
    {
      hint: "check OCEAN__PORT__CLIENT_ID and OCEAN__PORT__CLIENT_SECRET, and that OCEAN__PORT__BASE_URL is your region's",
    },
  )
}

/** Whether an error says that Port does not accept our credentials. */
export function isPortUnauthorized(error: unknown): boolean {
  if (error instanceof PortError) return error.status === 401
  return error instanceof AppError && error.code === "port_unauthorized"
}

/** A cancelled run and refused credentials end the work; they are nobody's refusal of an entity. */
export function throwIfFatal(error: unknown): void {
  if (isAbort(error) || isPortUnauthorized(error)) throw error
}

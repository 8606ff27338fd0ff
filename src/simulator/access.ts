// Who may ask for what: the tokens the simulated server knows.
import { ApiError, failure } from "./answers.ts"

export const readScopes = ["org:read", "project:read", "team:read", "member:read", "event:read"] as const
export type Scope =
  | (typeof readScopes)[number]
  | "alerts:read"
  | "event:write"
  | "event:admin"
  | "member:write"
  | "org:admin"
  | "org:integrations"
  | "org:write"
  | "project:write"
  | "team:write"

export interface Grant {
  token: string
  scopes: readonly Scope[]
  /** Projects (slugs or ids) this token may not look into. */
  deniedProjects: readonly string[]
  /** Whose it is: a person's, or an integration's, which may not manage integrations. */
  owner: "user" | "integration"
}

export interface TokenOptions {
  /** Default: integration. */
  owner?: "user" | "integration"
  scopes?: readonly Scope[]
  deniedProjects?: readonly string[]
}

export interface Tokens {
  /** A token is accepted from now on, with all read scopes unless told otherwise. Replaces what it was granted before. */
  grant(token: string, options?: TokenOptions): void
  revoke(token: string): void
  /** The grant of an Authorization header; throws 401 as the server does. */
  authenticate(authorization: string | undefined): Grant
}

export function createTokens(): Tokens {
  const grants = new Map<string, Grant>()
  return {
    grant(token, options = {}) {
      grants.set(token, {
        token,
        scopes: options.scopes ?? readScopes,
        deniedProjects: options.deniedProjects ?? [],
        owner: options.owner ?? "integration",
      })
    },
    revoke: (token) => void grants.delete(token),
    authenticate(authorization) {
      const token = /^bearer +(\S+)$/i.exec(authorization ?? "")?.[1]
      if (token === undefined) throw unauthorized("Authentication credentials were not provided.")
      const grant = grants.get(token)
      if (!grant) throw unauthorized(token.startsWith("sntrys_") ? "Invalid org token" : "Invalid token")
      return grant
    },
  }
}

function unauthorized(detail: string): ApiError {
  const { answer } = failure(401, detail)
  return new ApiError({ ...answer, headers: { ...answer.headers, "www-authenticate": 'Bearer realm="api"' } })
}

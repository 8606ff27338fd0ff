// Access tokens: JSON Web Tokens signed with a key of this catalog (HS256), good for three hours.
import { createHmac, timingSafeEqual } from "node:crypto"
import { isJsonObject, parseJson } from "../common/json.ts"
import type { Clock } from "../common/sleep.ts"
import type { CatalogCredentials } from "./credentials.ts"

const lifetimeSeconds = 3 * 60 * 60

export interface AccessTokens {
  /** One live token at a time: asked again, the same one with what is left of its life in seconds. */
  issue(): { accessToken: string; expiresIn: number }
  /** Who a token speaks for; undefined where it is not ours, or is over. */
  verify(token: string): string | undefined
}

export function createAccessTokens(
  credentials: CatalogCredentials,
  organizationId: string,
  clock: Clock,
): AccessTokens {
  const { clientId, signingKey } = credentials
  let live: { accessToken: string; expiresAt: number } | undefined

  return {
    issue() {
      const now = Math.floor(clock.now() / 1000)
      if (!live || live.expiresAt <= now) {
        const expiresAt = now + lifetimeSeconds
        // Port's clients read `isMachine` without verifying; false or absent means a person's credentials.
        const claims = { sub: clientId, orgId: organizationId, isMachine: true, iat: now, exp: expiresAt }
        live = { accessToken: sign(claims, signingKey), expiresAt }
      }
      return { accessToken: live.accessToken, expiresIn: live.expiresAt - now }
    },
    verify(token) {
      const [header, payload, signature, ...rest] = token.split(".")
      if (!header || !payload || !signature || rest.length > 0) return undefined
      if (!sameText(signature, signatureOf(`${header}.${payload}`, signingKey))) return undefined
      const claims = parseJson(Buffer.from(payload, "base64url").toString("utf8"))
      if (!isJsonObject(claims) || claims.sub !== clientId || typeof claims.exp !== "number") return undefined
      return claims.exp > clock.now() / 1000 ? clientId : undefined
    },
  }
}

function sign(claims: object, key: string): string {
  const content = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`
  return `${content}.${signatureOf(content, key)}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url")
}

function signatureOf(content: string, key: string): string {
  return createHmac("sha256", key).update(content).digest("base64url")
}

/** In constant time for texts of one length, so that nothing can be learnt letter by letter. */
export function sameText(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}

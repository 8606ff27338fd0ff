// POST /v1/auth/access_token: the only route without a token.
import { Hono } from "hono"
import type { JsonObject } from "../../common/json.ts"
import { type AccessTokens, sameText } from "../access-tokens.ts"
import { ApiError, invalidRequest, refuse } from "../api-error.ts"
import type { CatalogCredentials } from "../credentials.ts"
import { type CatalogEnv, readJsonObject } from "../requests.ts"
import { fixedCheck } from "../rules/json-schema.ts"

export const credentialsBody: JsonObject = {
  type: "object",
  required: ["clientId", "clientSecret"],
  additionalProperties: false,
  properties: { clientId: { type: "string" }, clientSecret: { type: "string" } },
}

export function authRoutes(credentials: CatalogCredentials, tokens: AccessTokens): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  const check = fixedCheck(credentialsBody, "body")

  app.post("/auth/access_token", async (c) => {
    const body = await readJsonObject(c)
    const problem = check(body)
    if (problem !== undefined) throw new ApiError(invalidRequest(problem))
    // Both are compared always, so that the time tells nothing of either.
    const matches = [
      sameText(String(body.clientId), credentials.clientId),
      sameText(String(body.clientSecret), credentials.clientSecret),
    ]
    if (matches.includes(false))
      throw new ApiError(refuse(401, "unauthorized", "unknown client id or wrong client secret"))
    return c.json({ ok: true, ...tokens.issue(), tokenType: "Bearer" })
  })

  return app
}

// What a token is and who listens to the organization's webhooks: asked only by checks before a run.
import { isJsonObject } from "../../common/json.ts"
import { type Answer, rowsOf } from "../answers.ts"
import type { Getter } from "../get.ts"
import { routes } from "../routes.ts"
import type { SentrySettings } from "../settings.ts"

export interface AccountApi {
  /** The scopes of the token, sorted; undefined where the server does not tell. */
  scopes(signal: AbortSignal): Promise<Answer<string[] | undefined>>
  /** Where the organization's own integrations have their webhooks sent. */
  webhookUrls(signal: AbortSignal): Promise<Answer<string[]>>
}

/** These answer at the configured host, whatever the region: on sentry.io they belong to no region. */
export function accountApi(getter: Getter, { host, organization }: SentrySettings): AccountApi {
  return {
    async scopes(signal) {
      const got = await getter.get({ host, route: routes.index({}), signal })
      if (!got.ok) return got
      const { body } = got.value
      const auth = isJsonObject(body) && isJsonObject(body.auth) ? body.auth : {}
      const { scopes } = auth
      return { ok: true, value: Array.isArray(scopes) ? scopes.map(String).sort() : undefined }
    },
    async webhookUrls(signal) {
      const got = await getter.get({ host, route: routes.sentryApps({ org: organization }), signal })
      if (!got.ok) return got
      const rows = rowsOf(got.value)
      if (!rows.ok) return rows
      const urls = rows.value.flatMap(({ webhookUrl }) =>
        typeof webhookUrl === "string" ? [webhookUrl] : [],
      )
      return { ok: true, value: urls }
    },
  }
}

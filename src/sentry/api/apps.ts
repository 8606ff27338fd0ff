// Sentry's integrations of an organization ("Sentry apps"): listed, made, changed. They are asked for at sentry.io
// itself, wherever the organization's data is.
import { z } from "zod"
import type { JsonObject, JsonValue } from "../../common/json.ts"
import { type Answer, failure } from "../answers.ts"
import { createCalls } from "../calls.ts"
import { controlHost } from "../control-host.ts"
import type { Getter } from "../get.ts"
import { routes } from "../routes.ts"
import type { Send } from "../send.ts"
import type { SentrySettings } from "../settings.ts"

const texts = z.array(z.string()).catch([])

/** What we read of an integration. */
const SentryApp = z.object({
  slug: z.string(),
  name: z.string(),
  uuid: z.string(),
  overview: z.string().nullable().catch(null),
  webhookUrl: z.string().nullable().catch(null),
  events: texts,
  scopes: texts,
  isAlertable: z.boolean().catch(false),
  /** Sentry has switched it off. Older servers do not tell. */
  isDisabled: z.boolean().catch(false),
  /** Readable for the first day, to who may write; else asterisks, null or nothing. */
  clientSecret: z
    .string()
    .regex(/^[0-9a-f]{32,}$/i)
    .optional()
    .catch(undefined),
})
export type SentryApp = z.output<typeof SentryApp>

export interface AppsApi {
  /** All integrations that belong to the organization. */
  apps(signal: AbortSignal): Promise<Answer<SentryApp[]>>
  createApp(app: JsonObject, signal: AbortSignal): Promise<Answer<SentryApp>>
  updateApp(slug: string, patch: JsonObject, signal: AbortSignal): Promise<Answer<SentryApp>>
  deleteApp(slug: string, signal: AbortSignal): Promise<Answer<true>>
  /** The new secret, which holds at once. */
  rotateSecret(slug: string, signal: AbortSignal): Promise<Answer<string>>
}

export function appsApi({
  getter,
  send,
  settings,
}: {
  getter: Getter
  send: Send
  settings: Pick<SentrySettings, "host" | "organization">
}): AppsApi {
  const host = controlHost(settings.host)
  const calls = createCalls(getter, async () => host)
  const { organization: org } = settings

  return {
    async apps(signal) {
      const rows = await calls.all(routes.organizationApps({ org }), [], signal)
      return rows.ok ? parsed(z.array(SentryApp), rows.value, "the list of integrations") : rows
    },
    async createApp(app, signal) {
      const body = { ...app, organization: org }
      return appOf(await send({ method: "POST", host, route: routes.apps({}), body, signal }))
    },
    async updateApp(slug, patch, signal) {
      return appOf(await send({ method: "PUT", host, route: routes.app({ slug }), body: patch, signal }))
    },
    async deleteApp(slug, signal) {
      const got = await send({ method: "DELETE", host, route: routes.appToDelete({ slug }), signal })
      return got.ok ? { ok: true, value: true } : got
    },
    async rotateSecret(slug, signal) {
      const got = await send({ method: "POST", host, route: routes.appSecret({ slug }), signal })
      if (!got.ok) return got
      const answer = parsed(z.object({ clientSecret: z.string() }), got.value.body, got.value.what)
      return answer.ok ? { ok: true, value: answer.value.clientSecret } : answer
    },
  }
}

function appOf(got: Awaited<ReturnType<Send>>): Answer<SentryApp> {
  return got.ok ? parsed(SentryApp, got.value.body, got.value.what) : got
}

function parsed<T>(schema: z.ZodType<T>, body: JsonValue, what: string): Answer<T> {
  const result = schema.safeParse(body)
  if (result.success) return { ok: true, value: result.data }
  return failure("shape", `${what} answered something that is no integration of Sentry's`)
}

// What somebody sends to make or change an integration, checked as the server checks it.
import { z } from "zod"
import type { JsonObject } from "../common/json.ts"
import type { Scope } from "./access.ts"
import { invalid } from "./answers.ts"
import type { NewApp } from "./app-changes.ts"
import type { Call } from "./endpoint.ts"
import type { SentryApp } from "./model.ts"

const AppRequest = z.looseObject({
  name: z.string("This field may not be blank.").min(1, "This field may not be blank.").max(57),
  organization: z.string().optional(),
  author: z.string().nullish(),
  overview: z.string().nullish(),
  webhookUrl: z.string().nullish(),
  redirectUrl: z.string().nullish(),
  isInternal: z.boolean().optional(),
  isAlertable: z.boolean().optional(),
  verifyInstall: z.boolean().optional(),
  scopes: z.array(z.string()).optional(),
  events: z.array(z.enum(["issue", "error", "comment", "seer"])).optional(),
  schema: z.custom<JsonObject>((value) => typeof value === "object").optional(),
})

/** Resources that only plans with this feature may ask for. */
const errorFeature = "integrations-event-hooks"

/** The changes asked for; members that were not sent are not in it. Throws 400 naming each wrong member. */
export function askedApp(call: Call, known?: SentryApp): NewApp & { organization: string | undefined } {
  const parsed = AppRequest.safeParse(call.body ?? {})
  if (!parsed.success) throw invalid(problemsIn(parsed.error))
  const { isInternal, organization, ...asked } = parsed.data
  const { name, author, overview, webhookUrl, redirectUrl, isAlertable, verifyInstall } = asked
  const scopes = asked.scopes ?? known?.scopes ?? []
  const events = asked.events ?? known?.events ?? []
  checkScopes(call, scopes)
  checkEvents(call, { scopes, events })
  if (webhookUrl && !/^https?:\/\//.test(webhookUrl)) {
    throw invalid({ webhookUrl: "URL must start with http[s]://" })
  }
  if (!known && !webhookUrl && !isInternal)
    throw invalid({ webhookUrl: "webhookUrl required for public integrations" })
  return {
    ...{ name, organization, scopes, events },
    ...(known ? {} : { status: isInternal ? "internal" : "unpublished" }),
    ...(author == null ? {} : { author }),
    ...(overview == null ? {} : { overview }),
    ...(webhookUrl === undefined ? {} : { webhookUrl: webhookUrl || null }),
    ...(redirectUrl === undefined ? {} : { redirectUrl }),
    ...(isAlertable === undefined ? {} : { isAlertable }),
    ...(verifyInstall === undefined ? {} : { verifyInstall }),
    ...(asked.schema === undefined ? {} : { schema: asked.schema }),
  }
}

function problemsIn(error: z.ZodError): Record<string, string> {
  return Object.fromEntries(
    error.issues.map(({ path, message, code }) => [
      String(path[0] ?? "non_field_errors"),
      code === "too_big" ? "Ensure this field has no more than 57 characters." : message,
    ]),
  )
}

/** Nobody gives more than they have. */
function checkScopes({ grant }: Call, scopes: readonly string[]): void {
  const beyond = scopes.find((scope) => !grant.scopes.includes(scope as Scope)) // compared as text only
  if (beyond === undefined) return
  throw invalid({
    scopes: `Requested permission of ${beyond} exceeds requester's permission. Please contact an administrator to make the requested change.`,
  })
}

function checkEvents(
  { organization }: Call,
  { scopes, events }: { scopes: readonly string[]; events: readonly string[] },
): void {
  const [event] = events
  if (event !== undefined && !scopes.includes("event:read")) {
    throw invalid({ events: `${event} webhooks require the event:read permission.` })
  }
  if (events.includes("error") && !organization.features.includes(errorFeature)) {
    throw invalid({
      non_field_errors: "Your organization does not have access to the 'error' resource subscription.",
    })
  }
}

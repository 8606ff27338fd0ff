// What Sentry needs to be asked: where, whose, and with which token.
import { z } from "zod"
import { tokenKind } from "./token-kind.ts"

const Host = z
  .string({ error: "expected Sentry's address, such as https://sentry.io" })
  .transform((text, context) => {
    const host = normaliseHost(text)
    if (host !== undefined) return host
    context.addIssue({
      code: "custom",
      message: "expected an http or https address without a query, such as https://sentry.io",
    })
    return z.NEVER
  })

const Token = z
  .string({ error: "expected a Sentry token" })
  .trim()
  .min(1, "the Sentry token is empty")
  .superRefine((token, context) => {
    const kind = tokenKind(token)
    if (!kind.usable) context.addIssue({ code: "custom", message: `${kind.reason}: ${kind.hint}` })
  })

export const SentrySettings = z.object({
  /** The server's address, its path prefix included, without `/api/0` and without a slash at the end. */
  host: Host.default("https://sentry.io"),
  token: Token,
  /** The organization's slug (newer servers take its id too). */
  organization: z
    .string({ error: "expected the slug of the Sentry organization" })
    .trim()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
      "expected the slug of the Sentry organization, as in its address: letters, digits, - and _",
    ),
})
export type SentrySettings = z.infer<typeof SentrySettings>

/**
 * One form for every way to write a server's address: with or without scheme, `/api/0` and slashes at the end.
 * Undefined where the text is no address, or holds a user name or a query.
 */
export function normaliseHost(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed === "") return undefined
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`)
  if (!url || !["http:", "https:"].includes(url.protocol)) return undefined
  if (url.username || url.password || url.search || url.hash) return undefined
  const prefix = url.pathname.replace(/\/+$/, "").replace(/\/api(\/0)?$/, "")
  return `${url.origin}${prefix.replace(/\/+$/, "")}`
}

// What was found and done about Sentry's webhooks, for a person to read.
import type { InstallOutcome } from "../sentry/webhooks/install.ts"
import type { SelfTestFinding } from "../sentry/webhooks/self-test.ts"
import type { SentryAccess } from "./start-mode.ts"

export function installPage(
  outcome: InstallOutcome,
  { url, access, secretLine }: { url: string; access: SentryAccess; secretLine: string | undefined },
): string {
  const { said, steps, app } = outcome
  return [
    `Webhooks of ${access.organization} at ${access.host} to ${url}`,
    "",
    ...said,
    ...(app ? [`Its page: ${app.page}`] : []),
    ...(steps.length > 0
      ? ["", "What is left to do:", ...steps.map((step, at) => `  ${at + 1}. ${step}`)]
      : []),
    ...(secretLine === undefined ? [] : ["", `  ${secretLine}`]),
  ].join("\n")
}

export function findingsPage(url: string, findings: readonly SelfTestFinding[]): string {
  const lines = findings.flatMap(({ ok, what, hint }) => [
    `${ok ? "ok   " : "wrong"} ${what}`,
    ...(hint === undefined ? [] : [`      ${hint}`]),
  ])
  return [`Webhook ${url}`, "", ...lines].join("\n")
}

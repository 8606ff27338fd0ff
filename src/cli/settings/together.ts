// What settings must hold together: rules over more than one of them.
import type { z } from "zod"
import type { InputProblem } from "../../common/errors.ts"
import { SentrySettings } from "../../sentry/settings.ts"
import { roleProblems } from "../roles.ts"
import type { SettingsSchema } from "../settings.ts"
import type { Setting } from "./setting-list.ts"

type Values = z.output<typeof SettingsSchema>

export interface Findings {
  problems: InputProblem[]
  warnings: string[]
}

/** `whereIs` names the place a setting was given at, or its variable. */
export function checkTogether(
  values: Values,
  settings: readonly Setting[],
  whereIs: (path: string) => string | undefined,
): Findings {
  const place = (path: string) =>
    whereIs(path) ?? settings.find((setting) => setting.path === path)?.variable ?? path
  return {
    problems: problemsOf(values, place, (path) => whereIs(path) !== undefined),
    warnings: [...warningsOf(values, place), ...withoutEffect(values, settings, whereIs)],
  }
}

function problemsOf(
  values: Values,
  place: (path: string) => string,
  isGiven: (path: string) => boolean,
): InputProblem[] {
  const { type, brokers } = values.eventListener
  const problems: InputProblem[] = []
  // One that is given and wrong is told by its own rule.
  if (type === "WEBHOOK" && !isGiven("eventListener.appHost")) {
    problems.push({
      where: place("eventListener.appHost"),
      what: "missing, and the listener WEBHOOK needs it",
      hint: "the public address of this process",
    })
  }
  if (type === "KAFKA" && brokers.length === 0) {
    problems.push({
      where: place("eventListener.brokers"),
      what: "empty, and the listener KAFKA needs brokers",
    })
  }
  if (values.actionsProcessor.enabled) {
    problems.push({
      where: place("actionsProcessor.enabled"),
      what: "Sentry has no actions",
      hint: "set it to false",
    })
  }
  problems.push(...roleProblems(values, place), ...sentryProblems(values, place))
  for (const name of values.jqAllowedEnvironment.filter((allowed) => /^ocean__/i.test(allowed))) {
    problems.push({
      where: place("jqAllowedEnvironment"),
      what: `${name} may not be read by jq, since settings hold credentials`,
      hint: "copy what is needed into a variable of another name",
    })
  }
  return problems
}

/** What Sentry's own rules say of its settings; those that are missing are nobody's mistake yet. */
function sentryProblems({ integration }: Values, place: (path: string) => string): InputProblem[] {
  const { sentryHost, sentryToken, sentryOrganization } = integration.config
  const checks = [
    ["sentryHost", SentrySettings.shape.host.safeParse(sentryHost)],
    [
      "sentryToken",
      sentryToken === undefined ? undefined : SentrySettings.shape.token.safeParse(sentryToken),
    ],
    [
      "sentryOrganization",
      sentryOrganization === undefined
        ? undefined
        : SentrySettings.shape.organization.safeParse(sentryOrganization),
    ],
  ] as const
  return checks.flatMap(([name, checked]) =>
    (checked?.error?.issues ?? []).map(({ message }) => ({
      where: place(`integration.config.${name}`),
      what: message,
    })),
  )
}

function warningsOf(values: Values, place: (path: string) => string): string[] {
  const warnings: string[] = []
  if (values.port.clientId?.includes("@")) {
    warnings.push(`${place("port.clientId")}: looks like a person's; use Port's machine credentials`)
  }
  if (values.integration.config.appHost !== undefined) {
    const effect = values.baseUrl === undefined ? "used as base URL" : "ignored, since a base URL is set"
    warnings.push(`${place("integration.config.appHost")}: deprecated, ${effect}; use OCEAN__BASE_URL`)
  }
  for (const [peer, path] of [["Port", "port"] as const, ["Sentry", "thirdParty"] as const]) {
    if (values.ssl[path].verify) continue
    warnings.push(
      `${place(`ssl.${path}.verify`)}: the certificate of ${peer} is not checked, which is unsafe`,
    )
  }
  return warnings
}

function withoutEffect(
  values: Values,
  settings: readonly Setting[],
  whereIs: (path: string) => string | undefined,
): string[] {
  return settings.flatMap((setting) => {
    const where = whereIs(setting.path)
    if (setting.info.noEffect === undefined || where === undefined) return []
    if (JSON.stringify(valueAt(values, setting.path)) === JSON.stringify(setting.default)) return []
    return [`${where}: has no effect: ${setting.info.noEffect}`]
  })
}

function valueAt(values: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => {
    // Every part of a path but the last names a group, which is an object.
    return value === undefined ? undefined : (value as Record<string, unknown>)[name]
  }, values)
}

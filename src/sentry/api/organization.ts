// The organization, and at which host its data is.
import { isJsonObject } from "../../common/json.ts"
import type { RawObject } from "../../resync/kind.ts"
import { type Answer, objectOf } from "../answers.ts"
import type { Getter } from "../get.ts"
import { isSentryCloud } from "../redirects.ts"
import { routes } from "../routes.ts"
import type { SentrySettings } from "../settings.ts"

export interface OrganizationApi {
  /** The organization as Sentry gives it; asked once. */
  organization(signal: AbortSignal): Promise<Answer<RawObject>>
  /** The host to ask for data: the organization's region on sentry.io, else the configured one. */
  dataHost(signal: AbortSignal): Promise<string>
}

export function organizationApi(getter: Getter, settings: SentrySettings): OrganizationApi {
  let known: Promise<Answer<RawObject>> | undefined
  const isCloud = isSentryCloud(new URL(settings.host))

  async function ask(signal: AbortSignal): Promise<Answer<RawObject>> {
    const got = await getter.get({
      host: settings.host,
      route: routes.organization({ org: settings.organization }),
      query: [["detailed", "0"]],
      signal,
    })
    return got.ok ? objectOf(got.value) : got
  }

  function organization(signal: AbortSignal): Promise<Answer<RawObject>> {
    if (known) return known
    const asked = ask(signal)
    known = asked
    asked.catch(() => {
      known = undefined // cancelled: the next caller asks for itself
    })
    return asked
  }

  return {
    organization,
    async dataHost(signal) {
      if (!isCloud) return settings.host
      const answer = await organization(signal)
      return (answer.ok && regionOf(answer.value)) || settings.host
    },
  }
}

/** The region's address, where the organization names one of sentry.io's; nobody else may see the token. */
export function regionOf(organization: RawObject): string | undefined {
  const { links } = organization
  const text = isJsonObject(links) ? links.regionUrl : undefined
  const url = typeof text === "string" ? URL.parse(text) : null
  return url && isSentryCloud(url) ? url.origin : undefined
}

/** What the organization is to a project: without its lists, its quotas, and what concerns only the asking user. */
export function reduceOrganization(organization: RawObject): RawObject {
  const reduced = { ...organization }
  for (const key of leftOut) delete reduced[key]
  return reduced
}

const leftOut = [
  "access",
  "availableRoles",
  "effectiveOptions",
  "experiments",
  "onboardingTasks",
  "options",
  "orgRole",
  "orgRoleList",
  "pendingAccessRequests",
  "projects",
  "quota",
  "role",
  "teamRoleList",
  "teams",
  "trustedRelays",
]
